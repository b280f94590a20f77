import type { AuditReply } from '@sallyport/contract'
import type { AuditRecord, StoredAudit } from '../ports.ts'

/** An entry as replies show it. */
export function auditView({ id, at, actor, address, action, target, changes }: AuditRecord): AuditReply {
  return {
    id,
    at: new Date(at).toISOString(),
    actor: { kind: actor.kind, ...(actor.id !== undefined && { id: actor.id }) },
    ...(address !== undefined && { address }),
    action,
    target: { kind: target.kind, id: target.id, ...(target.name !== undefined && { name: target.name }) },
    changes: changes.map((change) => ({ ...change })),
  }
}

/** An entry as it is hashed and exported: as replies show it, and whose it is. */
export function exportedEntry(entry: StoredAudit): AuditReply & { readonly organization: string } {
  const changes = JSON.parse(entry.changes) as AuditRecord['changes']
  return { organization: entry.organizationId, ...auditView({ ...entry, changes }) }
}
