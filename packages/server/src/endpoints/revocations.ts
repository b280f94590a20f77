import type { Broker } from '@sallyport/core'
import type { Handlers } from './handlers.ts'
import { pageReply, pageRequest } from './paging.ts'

type Names =
  | 'createRevocation'
  | 'listRevocations'
  | 'getRevocation'
  | 'listRevokedAccounts'
  | 'retryRevocation'

export function revocationHandlers({ revocations }: Broker): Pick<Handlers, Names> {
  return {
    createRevocation: ({ principal, body }) => revocations.start(principal, body),
    listRevocations: async ({ principal, query }) =>
      pageReply(await revocations.list(principal, pageRequest(query))),
    getRevocation: ({ principal, params }) => revocations.read(principal, params.id),
    listRevokedAccounts: async ({ principal, params, query }) => {
      const which = { ...params, ...(query.state && { state: query.state }), page: pageRequest(query) }
      return pageReply(await revocations.accounts(principal, which))
    },
    retryRevocation: ({ principal, params }) => revocations.retry(principal, params.id),
  }
}
