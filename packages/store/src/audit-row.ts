import type { AuditEntry, AuditRecord, ChainedAudit, StoredAudit } from '@sallyport/core/ports'
import type { Insertable, Selectable } from 'kysely'
import { optional } from './columns.ts'
import type { Tables } from './tables.ts'

type Row = Selectable<Tables['audit']>

/** An entry letter by letter as every dialect gives it back. */
export function storedAudit(
  { actor, address, action, target, changes }: AuditEntry,
  made: Pick<AuditRecord, 'organizationId' | 'id' | 'at'>,
): StoredAudit {
  return {
    ...made,
    actor: { kind: actor.kind, id: storable(actor.id) },
    address: storable(address),
    action,
    target: { kind: target.kind, id: storable(target.id), name: storable(target.name) },
    changes: JSON.stringify(changes),
  }
}

/** PostgreSQL's text cannot hold the character of code 0, and no UTF-8 a surrogate without its other half. */
function storable<Text extends string | undefined>(text: Text): Text {
  return (text === undefined ? text : Buffer.from(text).toString().replaceAll('\0', '\ufffd')) as Text
}

export function auditRow(
  entry: StoredAudit,
  { sequence, hash, mac }: Pick<ChainedAudit, 'sequence' | 'hash' | 'mac'>,
): Insertable<Tables['audit']> {
  const { organizationId, id, at, actor, address, action, target, changes } = entry
  return {
    organization_id: organizationId,
    id,
    at,
    actor_kind: actor.kind,
    actor_id: actor.id ?? null,
    address: address ?? null,
    action,
    target_kind: target.kind,
    target_id: target.id,
    target_name: target.name ?? null,
    changes,
    sequence,
    hash,
    mac,
  }
}

export function toStored(row: Row): StoredAudit {
  return {
    organizationId: row.organization_id,
    id: row.id,
    at: row.at,
    actor: { kind: row.actor_kind as AuditRecord['actor']['kind'], id: optional(row.actor_id) },
    address: optional(row.address),
    action: row.action,
    target: { kind: row.target_kind, id: row.target_id, name: optional(row.target_name) },
    changes: row.changes,
  }
}

/** One whose hash or MAC was taken away has empty ones, which fit nothing. */
export function toChained(row: Row): ChainedAudit {
  return { ...toStored(row), sequence: row.sequence ?? 0, hash: row.hash ?? '', mac: row.mac ?? '' }
}

export function toRecord(row: Row): AuditRecord {
  return { ...toStored(row), changes: JSON.parse(row.changes) as AuditRecord['changes'] }
}
