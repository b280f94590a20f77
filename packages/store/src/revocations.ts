import type { RevocationRecord, Store } from '@sallyport/core/ports'
import type { Insertable, Kysely, Selectable } from 'kysely'
import { acrossOrganizations } from './across-organizations.ts'
import type { Announce } from './announce.ts'
import { optional, optionalBuffer } from './columns.ts'
import { inTransaction } from './in-transaction.ts'
import type { Tables } from './tables.ts'

type Revocations = Store['revocations']

export function revocations(database: Kysely<Tables>, announce: Announce): Revocations {
  return {
    async create(revocation) {
      await database.insertInto('revocation').values(revocationRow(revocation)).execute()
    },
    claimDue: (...arguments_) => claimDue(database, ...arguments_),
    async postpone({ organizationId, id, attempts, dueAt }) {
      const update = database.updateTable('revocation').set({ attempts, due_at: dueAt })
      await update.where('organization_id', '=', organizationId).where('id', '=', id).execute()
    },
    finish: (...arguments_) => finish(database, announce, ...arguments_),
  }
}

/** Each row by compare-and-set, so that of several claimers one gets it. */
async function claimDue(
  database: Kysely<Tables>,
  ...[now, until, limit]: Parameters<Revocations['claimDue']>
): Promise<readonly RevocationRecord[]> {
  // A job of all.
  const due = await acrossOrganizations(database)
    .selectFrom('revocation')
    .selectAll()
    .where('due_at', '<=', now)
    .where('sealed', 'is not', null)
    .orderBy('due_at')
    .limit(limit)
    .execute()
  const claimed: RevocationRecord[] = []
  for (const row of due) {
    const result = await database
      .updateTable('revocation')
      .set({ due_at: until })
      .where('organization_id', '=', row.organization_id)
      .where('id', '=', row.id)
      .where('due_at', '=', row.due_at)
      .executeTakeFirst()
    if (result.numUpdatedRows === 1n) claimed.push(toRecord({ ...row, due_at: until }))
  }
  return claimed
}

function finish(
  database: Kysely<Tables>,
  announce: Announce,
  ...[revocation, state]: Parameters<Revocations['finish']>
): Promise<void> {
  const { organizationId, id, accountId, environment = '', integration = '' } = revocation
  return inTransaction(database, async (transaction) => {
    if (state === 'failed') {
      const update = transaction.updateTable('revocation').set({ sealed: null })
      const open = update.where('organization_id', '=', organizationId).where('id', '=', id)
      const result = await open.where('sealed', 'is not', null).executeTakeFirst()
      // Whoever was slower tells nobody a second time.
      if (result.numUpdatedRows === 1n) {
        const whose = { organizationId, accountId, environment, integration }
        const event = { type: 'account.revocation_failed', data: { revocation: state } } as const
        await announce.event(transaction, whose, event)
      }
    } else {
      const deletion = transaction.deleteFrom('revocation').where('organization_id', '=', organizationId)
      await deletion.where('id', '=', id).execute()
    }
    await transaction
      .updateTable('account')
      .set(({ eb }) => ({ revocation: state, version: eb('version', '+', 1) }))
      .where('organization_id', '=', organizationId)
      .where('id', '=', accountId)
      .where('status', '=', 'revoked')
      .execute()
  })
}

export function revocationRow(record: RevocationRecord): Insertable<Tables['revocation']> {
  return {
    organization_id: record.organizationId,
    id: record.id,
    account_id: record.accountId,
    environment: record.environment ?? null,
    integration: record.integration ?? null,
    sealed: record.sealed ?? null,
    attempts: record.attempts,
    created_at: record.createdAt,
    due_at: record.dueAt,
    expires_at: record.expiresAt,
  }
}

function toRecord(row: Selectable<Tables['revocation']>): RevocationRecord {
  return {
    organizationId: row.organization_id,
    id: row.id,
    accountId: row.account_id,
    environment: optional(row.environment),
    integration: optional(row.integration),
    sealed: optionalBuffer(row.sealed),
    attempts: row.attempts,
    createdAt: row.created_at,
    dueAt: row.due_at,
    expiresAt: row.expires_at,
  }
}
