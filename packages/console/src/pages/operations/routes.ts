import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../root-route.ts'
import { readAccount, readOperationSearch } from './search.ts'

export const operationRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/operations',
    validateSearch: readOperationSearch,
    component: lazyRouteComponent(() => import('./operations-page.tsx'), 'OperationsPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/operations/new',
    validateSearch: readAccount,
    component: lazyRouteComponent(() => import('./new-operation-page.tsx'), 'NewOperationPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/operations/import',
    component: lazyRouteComponent(() => import('./import-page.tsx'), 'ImportPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/operations/$key',
    validateSearch: readAccount,
    component: lazyRouteComponent(() => import('./operation-page.tsx'), 'OperationPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/operations/$key/edit',
    component: lazyRouteComponent(() => import('./edit-operation-page.tsx'), 'EditOperationPage'),
  }),
] as const
