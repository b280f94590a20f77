import type { Broker } from '@sallyport/core'
import type { Handlers } from './handlers.ts'
import { pageReply, pageRequest } from './paging.ts'

type Names =
  | 'createOAuthClient'
  | 'listOAuthClients'
  | 'getOAuthClient'
  | 'updateOAuthClient'
  | 'deleteOAuthClient'

export function oauthClientHandlers({ oauthClients }: Broker): Pick<Handlers, Names> {
  return {
    createOAuthClient: ({ principal, body }) => oauthClients.create(principal, body),
    listOAuthClients: async ({ principal, query }) =>
      pageReply(await oauthClients.list(principal, pageRequest(query))),
    getOAuthClient: ({ principal, params }) => oauthClients.read(principal, params.key),
    updateOAuthClient: ({ principal, params, query, body }) =>
      oauthClients.update(principal, { key: params.key, patch: body, reconnect: query.reconnect }),
    deleteOAuthClient: ({ principal, params }) => oauthClients.delete(principal, params.key),
  }
}
