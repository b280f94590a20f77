import { createRouter } from '@tanstack/react-router'
import { consolePath } from './api/addresses.ts'
import { accountRoutes } from './pages/accounts/routes.ts'
import { appRoutes } from './pages/apps/routes.ts'
import { auditRoutes } from './pages/audit/routes.ts'
import { definitionRoutes } from './pages/definitions/routes.ts'
import { eventRoutes } from './pages/events/routes.ts'
import { integrationRoutes } from './pages/integrations/routes.ts'
import { keyRoutes } from './pages/keys/routes.ts'
import { ownAccountRoutes } from './pages/me/routes.ts'
import { oauthClientRoutes } from './pages/oauth-clients/routes.ts'
import { operationRoutes } from './pages/operations/routes.ts'
import { overviewRoutes } from './pages/overview/routes.ts'
import { providerRoutes } from './pages/providers/routes.ts'
import { settingsRoutes } from './pages/settings/routes.ts'
import { startRoutes } from './pages/start/routes.ts'
import { webhookRoutes } from './pages/webhooks/routes.ts'
import { rootRoute } from './root-route.ts'
import { Loading } from './ui/loaded.tsx'
import { PageFailure } from './ui/page-failure.tsx'

/** Every page, by its address below the console's. Its code is loaded when somebody first goes there. */
export function newRouter() {
  return createRouter({
    routeTree: rootRoute.addChildren([
      ...overviewRoutes,
      ...integrationRoutes,
      ...providerRoutes,
      ...definitionRoutes,
      ...oauthClientRoutes,
      ...accountRoutes,
      ...appRoutes,
      ...keyRoutes,
      ...eventRoutes,
      ...auditRoutes,
      ...webhookRoutes,
      ...operationRoutes,
      ...startRoutes,
      ...settingsRoutes,
      ...ownAccountRoutes,
    ]),
    basepath: consolePath,
    defaultErrorComponent: PageFailure,
    defaultPendingComponent: Loading,
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof newRouter>
  }
}
