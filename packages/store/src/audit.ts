import { randomBytes } from 'node:crypto'
import { type AuditEntry, type AuditRecord, type Clock, OrderedIds, type Store } from '@sallyport/core/ports'
import type { Kysely, Selectable } from 'kysely'
import { optional } from './columns.ts'
import { inTransaction } from './in-transaction.ts'
import { pageOf } from './page.ts'
import type { Tables } from './tables.ts'

type List = Store['audit']['list']

/** Writes entries, in the order that they are written in. */
export type WriteAudit = (transaction: Kysely<Tables>, entry: AuditEntry) => Promise<void>

export function createWriteAudit(clock: Clock): WriteAudit {
  const ids = new OrderedIds({ clock, random: { bytes: randomBytes } })
  return async (transaction, { organizationId, actor, address, action, target, changes }) => {
    const row = {
      organization_id: organizationId,
      id: ids.next('aud'),
      at: clock.now(),
      actor_kind: actor.kind,
      actor_id: actor.id ?? null,
      address: address ?? null,
      action,
      target_kind: target.kind,
      target_id: target.id,
      target_name: target.name ?? null,
      changes: JSON.stringify(changes),
    }
    await transaction.insertInto('audit').values(row).execute()
  }
}

export function audit(database: Kysely<Tables>): Store['audit'] {
  return { list: (...arguments_) => list(database, ...arguments_) }
}

/** The store's methods and an entry of what they did, in one transaction. */
export function recorded(
  database: Kysely<Tables>,
  write: WriteAudit,
  storeOn: (transaction: Kysely<Tables>) => Store,
): Store['recorded'] {
  return (run, entryOf) =>
    inTransaction(database, async (transaction) => {
      const result = await run(storeOn(transaction))
      const entry = entryOf(result)
      if (entry) await write(transaction, entry)
      return result
    })
}

async function list(
  database: Kysely<Tables>,
  ...[organizationId, filter, { limit, after }]: Parameters<List>
): ReturnType<List> {
  const { action, actor, target, from, before } = filter
  let query = database
    .selectFrom('audit')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .orderBy('id', 'desc')
    .limit(limit + 1)
  if (action !== undefined) query = query.where('action', '=', action)
  if (actor !== undefined) query = query.where('actor_id', '=', actor)
  if (target !== undefined) {
    query = query.where(({ eb, or }) => or([eb('target_id', '=', target), eb('target_name', '=', target)]))
  }
  if (from !== undefined) query = query.where('id', '>=', from)
  if (before !== undefined) query = query.where('id', '<', before)
  if (after !== undefined) query = query.where('id', '<', after)
  return pageOf(await query.execute(), limit, toRecord)
}

function toRecord(row: Selectable<Tables['audit']>): AuditRecord {
  return {
    organizationId: row.organization_id,
    id: row.id,
    at: row.at,
    actor: { kind: row.actor_kind as AuditRecord['actor']['kind'], id: optional(row.actor_id) },
    address: optional(row.address),
    action: row.action,
    target: { kind: row.target_kind, id: row.target_id, name: optional(row.target_name) },
    changes: JSON.parse(row.changes) as AuditRecord['changes'],
  }
}
