import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../root-route.ts'
import { readAuditSearch } from './search.ts'

const parent = { getParentRoute: () => rootRoute }

export const auditRoutes = [
  createRoute({
    ...parent,
    path: '/audit',
    validateSearch: readAuditSearch,
    component: lazyRouteComponent(() => import('./audit-page.tsx'), 'AuditPage'),
  }),
  createRoute({
    ...parent,
    path: '/audit/chain',
    component: lazyRouteComponent(() => import('./chain-page.tsx'), 'ChainPage'),
  }),
  createRoute({
    ...parent,
    path: '/audit/$id',
    component: lazyRouteComponent(() => import('./entry-page.tsx'), 'EntryPage'),
  }),
] as const
