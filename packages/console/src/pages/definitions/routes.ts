import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../root-route.ts'

/** Which entry of the catalogue a definition begins with. */
export function readProvider({ provider }: Readonly<Record<string, unknown>>): {
  readonly provider?: string
} {
  // The router reads `?provider=123` as a number.
  const id = String(provider ?? '')
  return /^[a-z0-9][a-z0-9-]{0,63}$/.test(id) ? { provider: id } : {}
}

export const definitionRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/integrations/new',
    validateSearch: readProvider,
    component: lazyRouteComponent(() => import('./new-integration-page.tsx'), 'NewIntegrationPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/integrations/$key/edit',
    component: lazyRouteComponent(() => import('./edit-integration-page.tsx'), 'EditIntegrationPage'),
  }),
] as const
