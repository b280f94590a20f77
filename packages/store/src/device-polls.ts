import type { DevicePollRecord, Store } from '@sallyport/core/ports'
import type { Insertable, Kysely, Selectable } from 'kysely'
import { acrossOrganizations } from './across-organizations.ts'
import { inTransaction } from './in-transaction.ts'
import type { Tables } from './tables.ts'

type DevicePolls = Store['devicePolls']

export function devicePolls(database: Kysely<Tables>): DevicePolls {
  return {
    async get(organizationId, accountId) {
      const query = database
        .selectFrom('device_poll')
        .selectAll()
        .where('organization_id', '=', organizationId)
      const row = await query.where('account_id', '=', accountId).executeTakeFirst()
      return row && toRecord(row)
    },
    replace: (poll) =>
      inTransaction(database, async (transaction) => {
        await endPoll(transaction, poll)
        await transaction.insertInto('device_poll').values(toRow(poll)).execute()
      }),
    claimDue: (...arguments_) => claimDue(database, ...arguments_),
    async postpone({ organizationId, accountId, id, intervalSeconds, dueAt }) {
      await database
        .updateTable('device_poll')
        .set({ interval_seconds: intervalSeconds, due_at: dueAt })
        .where('organization_id', '=', organizationId)
        .where('account_id', '=', accountId)
        .where('id', '=', id)
        .execute()
    },
    async end({ organizationId, accountId, id }) {
      const result = await database
        .deleteFrom('device_poll')
        .where('organization_id', '=', organizationId)
        .where('account_id', '=', accountId)
        .where('id', '=', id)
        .executeTakeFirst()
      return result.numDeletedRows === 1n
    },
  }
}

/** Ends whatever of an account is being asked for. */
export async function endPoll(
  transaction: Kysely<Tables>,
  { organizationId, accountId }: Pick<DevicePollRecord, 'organizationId' | 'accountId'>,
): Promise<void> {
  const deletion = transaction.deleteFrom('device_poll').where('organization_id', '=', organizationId)
  await deletion.where('account_id', '=', accountId).execute()
}

/** Each row by compare-and-set, so that of several claimers one gets it. */
async function claimDue(
  database: Kysely<Tables>,
  ...[now, until, limit]: Parameters<DevicePolls['claimDue']>
): Promise<readonly DevicePollRecord[]> {
  // A job of all.
  const due = await acrossOrganizations(database)
    .selectFrom('device_poll')
    .innerJoin('organization', 'organization.id', 'device_poll.organization_id')
    .selectAll('device_poll')
    .where('due_at', '<=', now)
    .where('organization.suspended_at', 'is', null)
    .orderBy('due_at')
    .limit(limit)
    .execute()
  const claimed: DevicePollRecord[] = []
  for (const row of due) {
    const next = { ...row, due_at: Math.max(until, now + row.interval_seconds * 1000) }
    const result = await database
      .updateTable('device_poll')
      .set({ due_at: next.due_at })
      .where('organization_id', '=', row.organization_id)
      .where('account_id', '=', row.account_id)
      .where('id', '=', row.id)
      .where('due_at', '=', row.due_at)
      .executeTakeFirst()
    if (result.numUpdatedRows === 1n) claimed.push(toRecord(next))
  }
  return claimed
}

function toRow(record: DevicePollRecord): Insertable<Tables['device_poll']> {
  return {
    organization_id: record.organizationId,
    account_id: record.accountId,
    id: record.id,
    environment: record.environment,
    sealed: record.sealed,
    interval_seconds: record.intervalSeconds,
    due_at: record.dueAt,
    created_at: record.createdAt,
    expires_at: record.expiresAt,
  }
}

function toRecord(row: Selectable<Tables['device_poll']>): DevicePollRecord {
  return {
    organizationId: row.organization_id,
    accountId: row.account_id,
    id: row.id,
    environment: row.environment,
    sealed: Buffer.from(row.sealed),
    intervalSeconds: row.interval_seconds,
    dueAt: row.due_at,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}
