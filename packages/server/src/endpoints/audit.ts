import type { Broker } from '@sallyport/core'
import type { Handlers } from './handlers.ts'
import { pageReply, pageRequest } from './paging.ts'

export function auditHandlers({ audit }: Broker): Pick<Handlers, 'listAudit'> {
  return {
    listAudit: async ({ principal, query }) =>
      pageReply(await audit.list(principal, query, pageRequest(query))),
  }
}
