import type { AccountRecord, DueAccountRecord, ScheduleStore } from '@sallyport/core/ports'
import { type Kysely, sql } from 'kysely'
import { accountRecord } from './account-row.ts'
import { acrossOrganizations } from './across-organizations.ts'
import { optional } from './columns.ts'
import { type Now, takeRate } from './renewal-rate.ts'
import type { Tables } from './tables.ts'

export function schedule(database: Kysely<Tables>, now: Now): ScheduleStore {
  return {
    lanes: (at) => lanes(database, at),
    due: (...arguments_) => due(database, ...arguments_),
    claim: (...arguments_) => claim(database, ...arguments_),
    takeRate: (...arguments_) => takeRate(database, now, ...arguments_),
  }
}

interface LaneRow {
  readonly organization_id: string
  readonly id: string
  readonly oauth_client_id: string | null
  readonly due_at: number
}

/** Of all organizations: one probe of the index for each integration, however many accounts those have. */
async function lanes(database: Kysely<Tables>, now: number) {
  const { rows } = await sql<LaneRow>`
    select * from (
      select i.organization_id, i.id, i.oauth_client_id, (
        select min(a.due_at) from account a
        where a.organization_id = i.organization_id and a.integration_id = i.id and a.due_at is not null
      ) as due_at
      from integration i
      join organization o on o.id = i.organization_id and o.suspended_at is null
    ) as lane
    where due_at <= ${now} order by due_at`.execute(acrossOrganizations(database))
  return rows.map((row) => ({
    organizationId: row.organization_id,
    integrationId: row.id,
    oauthClientId: optional(row.oauth_client_id),
    dueAt: row.due_at,
  }))
}

async function due(
  database: Kysely<Tables>,
  ...[{ organizationId, integrationId }, now, limit]: Parameters<ScheduleStore['due']>
): Promise<readonly DueAccountRecord[]> {
  const rows = await database
    .selectFrom('account')
    .select(['organization_id', 'id', 'generation', 'issued_at', 'created_at', 'last_used_at', 'due_at'])
    .where('organization_id', '=', organizationId)
    .where('integration_id', '=', integrationId)
    .where('due_at', 'is not', null)
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    organizationId: row.organization_id,
    id: row.id,
    generation: row.generation,
    issuedAt: optional(row.issued_at),
    createdAt: row.created_at,
    lastUsedAt: optional(row.last_used_at),
    dueAt: row.due_at ?? now,
  }))
}

/**
 * One statement: whoever comes second finds that they are due no more. It runs again where two that update the same
 * rows in another order block each other, as all do that stand alone.
 */
async function claim(
  database: Kysely<Tables>,
  ...[accounts, now, until]: Parameters<ScheduleStore['claim']>
): Promise<readonly AccountRecord[]> {
  const [first] = accounts
  if (!first) return []
  const ids = accounts.map(({ id }) => id)
  const rows = await database
    .updateTable('account')
    .set({ due_at: until })
    .where('organization_id', '=', first.organizationId)
    .where('id', 'in', ids)
    .where('due_at', '<=', now)
    .returningAll()
    .execute()
  const claimed = new Map(rows.map((row) => [row.id, row]))
  return accounts.flatMap(({ id }) => {
    const row = claimed.get(id)
    return row ? [accountRecord(row)] : []
  })
}
