import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../root-route.ts'
import { readProviderSearch } from './search.ts'

export const providerRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/providers',
    validateSearch: readProviderSearch,
    component: lazyRouteComponent(() => import('./gallery-page.tsx'), 'GalleryPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/providers/$id',
    component: lazyRouteComponent(() => import('./provider-page.tsx'), 'ProviderPage'),
  }),
] as const
