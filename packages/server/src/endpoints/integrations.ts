import type { Broker } from '@sallyport/core'
import type { Handlers } from './handlers.ts'
import { pageReply, pageRequest } from './paging.ts'

type Names =
  | 'createIntegration'
  | 'previewIntegration'
  | 'listIntegrations'
  | 'getIntegration'
  | 'updateIntegration'
  | 'deleteIntegration'

export function integrationHandlers({ integrations }: Broker): Pick<Handlers, Names> {
  return {
    createIntegration: ({ principal, body }) => integrations.create(principal, body),
    previewIntegration: ({ principal, body }) => integrations.preview(principal, body),
    listIntegrations: async ({ principal, query }) =>
      pageReply(await integrations.list(principal, pageRequest(query), query.client)),
    getIntegration: ({ principal, params }) => integrations.read(principal, params.key),
    updateIntegration: ({ principal, params, query, body }) =>
      integrations.update(principal, { key: params.key, patch: body, reconnect: query.reconnect }),
    deleteIntegration: ({ principal, params, query }) =>
      integrations.delete(principal, params.key, { cascade: query.cascade }),
  }
}
