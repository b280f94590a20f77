import type { Broker } from '@sallyport/core'
import type { Handlers } from './handlers.ts'
import { pageReply, pageRequest } from './paging.ts'

type Names =
  | 'createWebhook'
  | 'listWebhooks'
  | 'getWebhook'
  | 'updateWebhook'
  | 'deleteWebhook'
  | 'rotateWebhook'
  | 'testWebhook'
  | 'listDeliveries'
  | 'replayDelivery'

export function webhookHandlers({ webhooks }: Broker): Pick<Handlers, Names> {
  return {
    createWebhook: ({ principal, body }) => webhooks.create(principal, body),
    listWebhooks: async ({ principal, query }) =>
      pageReply(await webhooks.list(principal, pageRequest(query))),
    getWebhook: ({ principal, params }) => webhooks.read(principal, params.id),
    updateWebhook: ({ principal, params, body }) => webhooks.update(principal, params.id, body),
    deleteWebhook: ({ principal, params }) => webhooks.delete(principal, params.id),
    rotateWebhook: ({ principal, params }) => webhooks.rotate(principal, params.id),
    testWebhook: ({ principal, params }) => webhooks.test(principal, params.id),
    listDeliveries: async ({ principal, params, query }) =>
      pageReply(await webhooks.deliveries(principal, params.id, pageRequest(query))),
    replayDelivery: ({ principal, params }) => webhooks.replay(principal, params),
  }
}
