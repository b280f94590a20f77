import type { Broker } from '@sallyport/core'
import type { Handlers } from './handlers.ts'
import { pageReply, pageRequest } from './paging.ts'

export function auditHandlers({
  audit,
}: Broker): Pick<Handlers, 'listAudit' | 'listAuditCheckpoints' | 'verifyAudit' | 'exportAudit'> {
  return {
    listAudit: async ({ principal, query }) =>
      pageReply(await audit.list(principal, query, pageRequest(query))),
    listAuditCheckpoints: async ({ principal, query }) =>
      pageReply(await audit.checkpoints(principal, pageRequest(query))),
    verifyAudit: ({ principal, body }) => audit.verify(principal, body),
    exportAudit: async ({ principal, query }) => audit.export(principal, query),
  }
}
