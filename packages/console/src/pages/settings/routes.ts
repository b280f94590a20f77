import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../root-route.ts'
import { readListSearch } from './list-search.ts'

const parent = { getParentRoute: () => rootRoute }

export const settingsRoutes = [
  createRoute({
    ...parent,
    path: '/settings',
    component: lazyRouteComponent(() => import('./settings-index-page.tsx'), 'SettingsIndexPage'),
  }),
  createRoute({
    ...parent,
    path: '/settings/people',
    validateSearch: readListSearch(['name', 'email', 'role', 'login']),
    component: lazyRouteComponent(() => import('./people-page.tsx'), 'PeoplePage'),
  }),
  createRoute({
    ...parent,
    path: '/settings/people/$id',
    component: lazyRouteComponent(() => import('./person-page.tsx'), 'PersonPage'),
  }),
  createRoute({
    ...parent,
    path: '/settings/roles',
    component: lazyRouteComponent(() => import('./roles-page.tsx'), 'RolesPage'),
  }),
  createRoute({
    ...parent,
    path: '/settings/roles/new',
    component: lazyRouteComponent(() => import('./role-page.tsx'), 'NewRolePage'),
  }),
  createRoute({
    ...parent,
    path: '/settings/roles/$key',
    component: lazyRouteComponent(() => import('./role-page.tsx'), 'RolePage'),
  }),
] as const
