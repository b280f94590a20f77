import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../root-route.ts'
import { readTexts } from '../../ui/read-texts.ts'

const parent = { getParentRoute: () => rootRoute }

export const webhookRoutes = [
  createRoute({
    ...parent,
    path: '/webhooks',
    component: lazyRouteComponent(() => import('./webhooks-page.tsx'), 'WebhooksPage'),
  }),
  createRoute({
    ...parent,
    path: '/webhooks/new',
    component: lazyRouteComponent(() => import('./new-webhook-page.tsx'), 'NewWebhookPage'),
  }),
  createRoute({
    ...parent,
    path: '/webhooks/$id',
    validateSearch: (given: Readonly<Record<string, unknown>>) => readTexts(given, { cursor: 200 }),
    component: lazyRouteComponent(() => import('./webhook-page.tsx'), 'WebhookPage'),
  }),
] as const
