import type { AuditLine } from '@sallyport/contract'
import type { Broker } from '@sallyport/core'
import type { Handlers } from './handlers.ts'
import { pageReply, pageRequest } from './paging.ts'
import { TableReply } from './table-reply.ts'

export function auditHandlers({
  audit,
}: Broker): Pick<Handlers, 'listAudit' | 'listAuditCheckpoints' | 'verifyAudit' | 'exportAudit'> {
  return {
    listAudit: async ({ principal, query }) =>
      pageReply(await audit.list(principal, query, pageRequest(query))),
    listAuditCheckpoints: async ({ principal, query }) =>
      pageReply(await audit.checkpoints(principal, pageRequest(query))),
    verifyAudit: ({ principal, body }) => audit.verify(principal, body),
    exportAudit: async ({ principal, query }) => {
      const entries = audit.export(principal, query)
      return query.format === 'csv' ? new TableReply(heads, rows(entries)) : entries
    },
  }
}

const heads = [
  ...[
    'Place',
    'Time',
    'Who',
    'Id of who',
    'From',
    'Action',
    'Kind',
    'Id',
    'Name',
    'Changes',
    'Entry',
    'Hash',
  ],
]

async function* rows(entries: AsyncIterable<AuditLine>): AsyncGenerator<readonly string[]> {
  for await (const { sequence, at, actor, address, action, target, changes, id, hash } of entries) {
    yield [
      ...[String(sequence), at, actor.kind, actor.id ?? '', address ?? '', action],
      ...[target.kind, target.id, target.name ?? '', JSON.stringify(changes), id, hash],
    ]
  }
}
