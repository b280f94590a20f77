import type { RevokedAccountState } from '@sallyport/contract'
import type {
  RevocationLane,
  RevocationRecord,
  RevocationState,
  RevocationStore,
} from '@sallyport/core/ports'
import type { Insertable, Kysely, Selectable } from 'kysely'
import { acrossOrganizations } from './across-organizations.ts'
import type { Announce } from './announce.ts'
import { optional, optionalBuffer } from './columns.ts'
import { inTransaction } from './in-transaction.ts'
import type { Tables } from './tables.ts'

export function revocations(database: Kysely<Tables>, announce: Announce): RevocationStore {
  return {
    async create(revocation) {
      await database.insertInto('revocation').values(revocationRow(revocation)).execute()
    },
    lanes: (now) => lanes(database, now),
    claim: (...arguments_) => claim(database, ...arguments_),
    async postpone({ organizationId, id, attempts, dueAt, reason, reasonDetail }, sealed) {
      const why = { reason: reason ?? null, reason_detail: reasonDetail ?? null }
      // What is not replaced may have been sealed anew meanwhile.
      const what = { attempts, due_at: dueAt, ...why, ...(sealed && { sealed }) }
      const update = database.updateTable('revocation').set(what)
      const open = update.where('organization_id', '=', organizationId).where('id', '=', id)
      await open.where('sealed', 'is not', null).execute()
    },
    finish: (...arguments_) => finish(database, announce, ...arguments_),
  }
}

/** Found in an index of those that are open, however many there are. */
async function lanes(database: Kysely<Tables>, now: number): Promise<readonly RevocationLane[]> {
  // A job takes what is due of all.
  const rows = await acrossOrganizations(database)
    .selectFrom('revocation')
    .select(({ fn }) => ['organization_id', 'integration', fn.min('due_at').as('due_at')])
    .where('sealed', 'is not', null)
    .groupBy(['organization_id', 'integration'])
    .having(({ fn }) => fn.min('due_at'), '<=', now)
    .orderBy('due_at')
    .execute()
  return rows.map((row) => ({
    organizationId: row.organization_id,
    integration: optional(row.integration),
  }))
}

/** One statement takes them: whoever comes second finds that they are due no more. */
async function claim(
  database: Kysely<Tables>,
  ...[{ organizationId, integration }, { now, until }, limit]: Parameters<RevocationStore['claim']>
): Promise<readonly RevocationRecord[]> {
  const due = await database
    .selectFrom('revocation')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where(({ eb }) =>
      integration === undefined ? eb('integration', 'is', null) : eb('integration', '=', integration),
    )
    .where('due_at', '<=', now)
    .where('sealed', 'is not', null)
    .orderBy('due_at')
    .limit(limit)
    .execute()
  if (due.length === 0) return []
  const ids = due.map(({ id }) => id)
  const rows = await database
    .updateTable('revocation')
    .set({ due_at: until })
    .where('organization_id', '=', organizationId)
    .where('id', 'in', ids)
    .where('due_at', '<=', now)
    .returningAll()
    .execute()
  const claimed = new Map(rows.map((row) => [row.id, toRecord(row)]))
  return ids.flatMap((id) => claimed.get(id) ?? [])
}

function finish(
  database: Kysely<Tables>,
  announce: Announce,
  ...[revocation, state]: Parameters<RevocationStore['finish']>
): Promise<void> {
  const { organizationId, id, accountId, environment = '', integration = '', attempts } = revocation
  const why = { reason: revocation.reason ?? null, reason_detail: revocation.reasonDetail ?? null }
  return inTransaction(database, async (transaction) => {
    if (state === 'failed') {
      const update = transaction.updateTable('revocation').set({ sealed: null, ...why, attempts })
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
    await transaction
      .updateTable('revocation_run_account')
      .set({ state: stateInRun[state] })
      .where('organization_id', '=', organizationId)
      .where('revocation_id', '=', id)
      .where('state', '=', 'pending')
      .execute()
  })
}

/** What a run says of an account whose revocation has ended so. */
const stateInRun = {
  done: 'revoked',
  pending: 'pending',
  failed: 'failed',
  unsupported: 'unsupported',
} as const satisfies Record<RevocationState, RevokedAccountState>

export function revocationRow(record: RevocationRecord): Insertable<Tables['revocation']> {
  return {
    organization_id: record.organizationId,
    id: record.id,
    account_id: record.accountId,
    environment: record.environment ?? null,
    integration: record.integration ?? null,
    sealed: record.sealed ?? null,
    attempts: record.attempts,
    reason: record.reason ?? null,
    reason_detail: record.reasonDetail ?? null,
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
    reason: optional(row.reason),
    reasonDetail: optional(row.reason_detail),
    createdAt: row.created_at,
    dueAt: row.due_at,
    expiresAt: row.expires_at,
  }
}
