import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../root-route.ts'
import { readIntegrationSearch } from './search.ts'

export const integrationRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/integrations',
    validateSearch: readIntegrationSearch,
    component: lazyRouteComponent(() => import('./integrations-page.tsx'), 'IntegrationsPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/integrations/$key',
    component: lazyRouteComponent(() => import('./integration-page.tsx'), 'IntegrationPage'),
  }),
] as const
