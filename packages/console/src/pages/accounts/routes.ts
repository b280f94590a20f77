import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../root-route.ts'
import { readAccountSearch, readNewAccountSearch } from './search.ts'

export const accountRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/accounts',
    validateSearch: readAccountSearch,
    component: lazyRouteComponent(() => import('./accounts-page.tsx'), 'AccountsPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/accounts/new',
    validateSearch: readNewAccountSearch,
    component: lazyRouteComponent(() => import('./new-account-page.tsx'), 'NewAccountPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/accounts/$id',
    component: lazyRouteComponent(() => import('./account-page.tsx'), 'AccountPage'),
  }),
] as const
