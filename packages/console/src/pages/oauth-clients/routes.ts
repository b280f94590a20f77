import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../root-route.ts'
import { readProvider } from '../definitions/routes.ts'
import { readClientSearch } from './search.ts'

export const oauthClientRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/oauth-clients',
    validateSearch: readClientSearch,
    component: lazyRouteComponent(() => import('./oauth-clients-page.tsx'), 'OAuthClientsPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/oauth-clients/new',
    validateSearch: readProvider,
    component: lazyRouteComponent(() => import('./new-oauth-client-page.tsx'), 'NewOAuthClientPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/oauth-clients/$key',
    component: lazyRouteComponent(() => import('./oauth-client-page.tsx'), 'OAuthClientPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/oauth-clients/$key/edit',
    component: lazyRouteComponent(() => import('./edit-oauth-client-page.tsx'), 'EditOAuthClientPage'),
  }),
] as const
