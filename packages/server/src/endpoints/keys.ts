import type { Broker } from '@sallyport/core'
import type { Handlers } from './handlers.ts'
import { pageReply, pageRequest } from './paging.ts'

export function keyHandlers({
  keys,
}: Broker): Pick<Handlers, 'createKey' | 'listKeys' | 'getKey' | 'revokeKey'> {
  return {
    createKey: ({ principal, body }) => keys.create(principal, body),
    listKeys: async ({ principal, query }) => pageReply(await keys.list(principal, pageRequest(query))),
    getKey: ({ principal, params }) => keys.read(principal, params.id),
    revokeKey: ({ principal, params }) => keys.revoke(principal, params.id),
  }
}
