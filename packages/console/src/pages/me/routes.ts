import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../root-route.ts'

export const ownAccountRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/me',
    component: lazyRouteComponent(() => import('./own-account-page.tsx'), 'OwnAccountPage'),
  }),
] as const
