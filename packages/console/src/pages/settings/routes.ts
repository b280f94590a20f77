import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../root-route.ts'
import { readListSearch } from '../../ui/list-search.ts'
import { readRevocationSearch } from './revocation-search.ts'

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
  createRoute({
    ...parent,
    path: '/settings/sign-on',
    component: lazyRouteComponent(() => import('./sign-on-page.tsx'), 'SignOnPage'),
  }),
  createRoute({
    ...parent,
    path: '/settings/sign-on/new',
    component: lazyRouteComponent(() => import('./provider-page.tsx'), 'NewProviderPage'),
  }),
  createRoute({
    ...parent,
    path: '/settings/sign-on/$key',
    component: lazyRouteComponent(() => import('./provider-page.tsx'), 'ProviderPage'),
  }),
  createRoute({
    ...parent,
    path: '/settings/environments',
    component: lazyRouteComponent(() => import('./environments-page.tsx'), 'EnvironmentsPage'),
  }),
  createRoute({
    ...parent,
    path: '/settings/environments/new',
    component: lazyRouteComponent(() => import('./environment-page.tsx'), 'NewEnvironmentPage'),
  }),
  createRoute({
    ...parent,
    path: '/settings/environments/$key',
    component: lazyRouteComponent(() => import('./environment-page.tsx'), 'EnvironmentPage'),
  }),
  createRoute({
    ...parent,
    path: '/settings/organization',
    component: lazyRouteComponent(() => import('./organization-page.tsx'), 'OrganizationPage'),
  }),
  createRoute({
    ...parent,
    path: '/settings/encryption',
    component: lazyRouteComponent(() => import('./encryption-page.tsx'), 'EncryptionPage'),
  }),
  createRoute({
    ...parent,
    path: '/settings/revocations',
    component: lazyRouteComponent(() => import('./revocations-page.tsx'), 'RevocationsPage'),
  }),
  createRoute({
    ...parent,
    path: '/settings/revocations/$id',
    validateSearch: readRevocationSearch,
    component: lazyRouteComponent(() => import('./revocation-page.tsx'), 'RevocationPage'),
  }),
  createRoute({
    ...parent,
    path: '/settings/transfer',
    component: lazyRouteComponent(() => import('./transfer-page.tsx'), 'TransferPage'),
  }),
  createRoute({
    ...parent,
    path: '/settings/backup',
    component: lazyRouteComponent(() => import('./backup-page.tsx'), 'BackupPage'),
  }),
] as const
