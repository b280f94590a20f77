import type { AuditCheckpoint, Store } from '@sallyport/core/ports'
import type { Kysely, Selectable } from 'kysely'
import { acrossOrganizations } from './across-organizations.ts'
import { strings } from './columns.ts'
import { deliveryRow } from './delivery-row.ts'
import { inTransaction } from './in-transaction.ts'
import type { Tables } from './tables.ts'

type Audit = Store['audit']

/** What is signed of the chains, and what of them is due. */
export function auditCheckpoints(
  database: Kysely<Tables>,
): Pick<Audit, 'signingDue' | 'checkpoints' | 'addCheckpoint'> {
  return {
    async signingDue({ entries, before, limit }) {
      // A job of all.
      const rows = await acrossOrganizations(database)
        .selectFrom('audit_head')
        .select(['organization_id', 'signed_sequence'])
        .whereRef('sequence', '>', 'signed_sequence')
        .where(({ eb, or, ref }) =>
          or([eb('signed_at', '<=', before), eb('sequence', '>=', eb(ref('signed_sequence'), '+', entries))]),
        )
        .limit(limit)
        .execute()
      return rows.map((row) => ({ organizationId: row.organization_id, sequence: row.signed_sequence }))
    },

    async checkpoints(organizationId, { limit, after }) {
      let query = database
        .selectFrom('audit_checkpoint')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .orderBy('sequence', 'desc')
        .limit(limit + 1)
      if (after !== undefined) query = query.where('sequence', '<', Number(after))
      const rows = await query.execute()
      const items = rows.slice(0, limit).map(toCheckpoint)
      return { items, nextCursor: rows.length > limit ? String(items.at(-1)?.sequence) : undefined }
    },

    addCheckpoint: (...arguments_) =>
      inTransaction(database, (transaction) => addCheckpoint(transaction, ...arguments_)),
  }
}

async function addCheckpoint(
  transaction: Kysely<Tables>,
  ...[checkpoint, delivery]: Parameters<Audit['addCheckpoint']>
): Promise<boolean> {
  const { organizationId, sequence, hash, at, publicKey, signature } = checkpoint
  const head = transaction
    .updateTable('audit_head')
    .set({ signed_sequence: sequence, signed_at: at })
    .where('organization_id', '=', organizationId)
    .where('signed_sequence', '<', sequence)
  if ((await head.executeTakeFirst()).numUpdatedRows !== 1n) return false
  const row = { organization_id: organizationId, sequence, hash, at, public_key: publicKey, signature }
  await transaction.insertInto('audit_checkpoint').values(row).execute()
  const webhooks = await transaction
    .selectFrom('webhook')
    .select(['id', 'events'])
    .where('organization_id', '=', organizationId)
    .where('disabled', '=', 0)
    .where('events', 'is not', null)
    .execute()
  for (const { id, events } of webhooks) {
    if (!strings(events ?? '[]').includes('audit.checkpoint')) continue
    await transaction
      .insertInto('delivery')
      .values(deliveryRow(delivery(id)))
      .execute()
  }
  return true
}

function toCheckpoint(row: Selectable<Tables['audit_checkpoint']>): AuditCheckpoint {
  const { sequence, hash, at, signature } = row
  return { organizationId: row.organization_id, sequence, hash, at, publicKey: row.public_key, signature }
}
