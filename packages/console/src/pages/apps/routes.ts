import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../root-route.ts'
import { readAppSearch, readCompareSearch } from './search.ts'

export const appRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/apps',
    validateSearch: readAppSearch,
    component: lazyRouteComponent(() => import('./apps-page.tsx'), 'AppsPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/apps/new',
    component: lazyRouteComponent(() => import('./new-app-page.tsx'), 'NewAppPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/apps/$key',
    component: lazyRouteComponent(() => import('./app-page.tsx'), 'AppPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/apps/$key/compare',
    validateSearch: readCompareSearch,
    component: lazyRouteComponent(() => import('./compare-page.tsx'), 'ComparePage'),
  }),
] as const
