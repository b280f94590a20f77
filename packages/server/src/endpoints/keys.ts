import type { Broker } from '@sallyport/core'
import type { Handlers } from './handlers.ts'
import { pageReply, pageRequest } from './paging.ts'

type Names =
  | 'createKey'
  | 'listKeys'
  | 'getKey'
  | 'updateKey'
  | 'rotateKey'
  | 'endPreviousSecret'
  | 'revokeKey'

export function keyHandlers({ keys }: Broker): Pick<Handlers, Names> {
  return {
    createKey: ({ principal, body }) => keys.create(principal, body),
    listKeys: async ({ principal, query }) =>
      pageReply(await keys.list(principal, query, pageRequest(query))),
    getKey: ({ principal, params }) => keys.read(principal, params.id),
    updateKey: ({ principal, params, body }) => keys.update(principal, params.id, body),
    rotateKey: ({ principal, params, body }) => keys.rotate(principal, params.id, body.graceSeconds),
    endPreviousSecret: ({ principal, params }) => keys.endPrevious(principal, params.id),
    revokeKey: ({ principal, params }) => keys.revoke(principal, params.id),
  }
}
