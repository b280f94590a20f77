import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../root-route.ts'
import { readKeySearch, readNewKeySearch } from './search.ts'

export const keyRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/keys',
    validateSearch: readKeySearch,
    component: lazyRouteComponent(() => import('./keys-page.tsx'), 'KeysPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/keys/new',
    validateSearch: readNewKeySearch,
    component: lazyRouteComponent(() => import('./new-key-page.tsx'), 'NewKeyPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/keys/$id',
    component: lazyRouteComponent(() => import('./key-page.tsx'), 'KeyPage'),
  }),
] as const
