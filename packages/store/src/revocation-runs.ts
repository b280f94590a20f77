import type { RevokedAccountState } from '@sallyport/contract'
import type {
  RevocationCounts,
  RevocationRunRecord,
  RevocationRunStore,
  RevocationSelection,
  RevokedAccountRecord,
} from '@sallyport/core/ports'
import { type Kysely, type Selectable, sql } from 'kysely'
import { accountsMatching } from './account-list.ts'
import { accountRecord } from './account-row.ts'
import { acrossOrganizations } from './across-organizations.ts'
import { optional } from './columns.ts'
import { inTransaction } from './in-transaction.ts'
import { pageOf } from './page.ts'
import type { Tables } from './tables.ts'

export function revocationRuns(database: Kysely<Tables>): RevocationRunStore {
  const inOrganization = (organizationId: string) =>
    database.selectFrom('revocation_run').selectAll().where('organization_id', '=', organizationId)
  return {
    preview: (...arguments_) => preview(database, ...arguments_),
    create: (...arguments_) => create(database, ...arguments_),
    async get(organizationId, id) {
      const row = await inOrganization(organizationId).where('id', '=', id).executeTakeFirst()
      return row && toRecord(row)
    },
    async list(organizationId, { limit, after }) {
      const query = inOrganization(organizationId)
        .orderBy('id')
        .limit(limit + 1)
      const rows = await (after === undefined ? query : query.where('id', '>', after)).execute()
      return pageOf(rows, limit, toRecord)
    },
    counts: (run) => counts(database, run),
    accounts: (...arguments_) => accounts(database, ...arguments_),
    hasten: (...arguments_) => hasten(database, ...arguments_),
    claimDue: (...arguments_) => claimDue(database, ...arguments_),
    waiting: (...arguments_) => waiting(database, ...arguments_),
    settle: (...arguments_) => settle(database, ...arguments_),
    rest: (...arguments_) => rest(database, ...arguments_),
  }
}

/** Accounts without a credential have nothing that could be revoked, or lost. */
function selected(database: Kysely<Tables>, organizationId: string, selection: RevocationSelection) {
  return accountsMatching(database, organizationId, selection)
    .where('account.credential', 'is not', null)
    .where('account.status', '!=', 'revoked')
}

async function preview(
  database: Kysely<Tables>,
  ...[organizationId, selection]: Parameters<RevocationRunStore['preview']>
): ReturnType<RevocationRunStore['preview']> {
  if (selection.ids?.length === 0) return []
  const rows = await selected(database, organizationId, selection)
    .select(({ fn, ref }) => [
      ref('account.integration_id').as('integration_id'),
      fn.countAll().as('accounts'),
    ])
    .groupBy('account.integration_id')
    .orderBy('account.integration_id')
    .execute()
  return rows.map((row) => ({ integrationId: row.integration_id, accounts: Number(row.accounts) }))
}

function create(
  database: Kysely<Tables>,
  ...[run, selection]: Parameters<RevocationRunStore['create']>
): Promise<number> {
  const { organizationId, id, status, filter, startedAt, endedAt } = run
  return inTransaction(database, async (transaction) => {
    const row = { organization_id: organizationId, id, status, filter: JSON.stringify(filter) }
    const times = { started_at: startedAt, ended_at: endedAt ?? null, due_at: startedAt }
    await transaction
      .insertInto('revocation_run')
      .values({ ...row, ...times, total: 0 })
      .execute()
    if (selection.ids?.length === 0) return 0
    const taken = selected(transaction, organizationId, selection)
      .innerJoin('integration', (join) =>
        join
          .onRef('integration.organization_id', '=', 'account.organization_id')
          .onRef('integration.id', '=', 'account.integration_id'),
      )
      .select(({ ref, val }) => [
        ref('account.organization_id').as('organization_id'),
        val(id).as('run_id'),
        ref('account.id').as('account_id'),
        ref('integration.key').as('integration'),
        ref('account.environment').as('environment'),
        val('waiting').as('state'),
        sql<number>`0`.as('due_at'),
      ])
    const result = await transaction
      .insertInto('revocation_run_account')
      .columns(['organization_id', 'run_id', 'account_id', 'integration', 'environment', 'state', 'due_at'])
      .expression(taken)
      .executeTakeFirst()
    const total = Number(result.numInsertedOrUpdatedRows ?? 0)
    const update = transaction.updateTable('revocation_run').set({ total })
    await update.where('organization_id', '=', organizationId).where('id', '=', id).execute()
    return total
  })
}

type RunKey = Pick<RevocationRunRecord, 'organizationId' | 'id'>

async function counts(database: Kysely<Tables>, { organizationId, id }: RunKey): Promise<RevocationCounts> {
  const rows = await database
    .selectFrom('revocation_run_account')
    .select(({ fn }) => ['state', fn.countAll().as('accounts')])
    .where('organization_id', '=', organizationId)
    .where('run_id', '=', id)
    .groupBy('state')
    .execute()
  const none = { waiting: 0, pending: 0, revoked: 0, unsupported: 0, failed: 0, gone: 0 }
  return { ...none, ...Object.fromEntries(rows.map(({ state, accounts }) => [state, Number(accounts)])) }
}

async function accounts(
  database: Kysely<Tables>,
  ...[{ organizationId, id }, states, { limit, after }]: Parameters<RevocationRunStore['accounts']>
): ReturnType<RevocationRunStore['accounts']> {
  let query = database
    .selectFrom('revocation_run_account as a')
    .leftJoin('revocation as r', (join) =>
      join.onRef('r.organization_id', '=', 'a.organization_id').onRef('r.id', '=', 'a.revocation_id'),
    )
    .select([
      'a.account_id as id',
      'a.integration',
      'a.environment',
      'a.state',
      'a.reason',
      'a.reason_detail',
    ])
    .select(['a.due_at', 'r.attempts', 'r.reason as last_reason', 'r.reason_detail as last_detail'])
    .select('r.due_at as next_attempt_at')
    .where('a.organization_id', '=', organizationId)
    .where('a.run_id', '=', id)
    .where('a.state', 'in', states)
    .orderBy('a.account_id')
    .limit(limit + 1)
  if (after !== undefined) query = query.where('a.account_id', '>', after)
  const { items, nextCursor } = pageOf(await query.execute(), limit, (row) => row)
  return { items: items.map(toAccount), nextCursor }
}

interface AccountRow {
  readonly id: string
  readonly integration: string
  readonly environment: string
  readonly state: string
  readonly reason: string | null
  readonly reason_detail: string | null
  readonly due_at: number
  readonly attempts: number | null
  readonly last_reason: string | null
  readonly last_detail: string | null
  readonly next_attempt_at: number | null
}

function toAccount(row: AccountRow): RevokedAccountRecord {
  const nextAttemptAt = {
    waiting: row.due_at > 0 ? row.due_at : undefined,
    pending: optional(row.next_attempt_at),
  }
  return {
    accountId: row.id,
    integration: row.integration,
    environment: row.environment,
    state: row.state as RevokedAccountState,
    reason: optional(row.reason ?? row.last_reason),
    reasonDetail: optional(row.reason_detail ?? row.last_detail),
    attempts: row.attempts ?? 0,
    nextAttemptAt: nextAttemptAt[row.state as keyof typeof nextAttemptAt],
  }
}

function hasten(
  database: Kysely<Tables>,
  ...[{ organizationId, id }, now]: Parameters<RevocationRunStore['hasten']>
): Promise<void> {
  return inTransaction(database, async (transaction) => {
    const waiting = transaction.updateTable('revocation_run_account').set({ due_at: now })
    await waiting
      .where('organization_id', '=', organizationId)
      .where('run_id', '=', id)
      .where('state', '=', 'waiting')
      .where('due_at', '>', now)
      .execute()
    const pending = transaction
      .selectFrom('revocation_run_account as a')
      .select('a.revocation_id')
      .where('a.organization_id', '=', organizationId)
      .where('a.run_id', '=', id)
      .where('a.state', '=', 'pending')
    await transaction
      .updateTable('revocation')
      .set({ due_at: now })
      .where('organization_id', '=', organizationId)
      .where('id', 'in', pending)
      .where('sealed', 'is not', null)
      .where('due_at', '>', now)
      .execute()
    const run = transaction.updateTable('revocation_run').set({ due_at: now })
    await run
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .where('status', '=', 'running')
      .execute()
  })
}

/** Each by compare-and-set, so that of several claimers one gets it. */
async function claimDue(
  database: Kysely<Tables>,
  ...[now, until]: Parameters<RevocationRunStore['claimDue']>
): Promise<readonly RevocationRunRecord[]> {
  // A job takes what is due of all.
  const due = await acrossOrganizations(database)
    .selectFrom('revocation_run')
    .selectAll()
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .execute()
  const claimed: RevocationRunRecord[] = []
  for (const row of due) {
    const result = await database
      .updateTable('revocation_run')
      .set({ due_at: until })
      .where('organization_id', '=', row.organization_id)
      .where('id', '=', row.id)
      .where('due_at', '=', row.due_at)
      .executeTakeFirst()
    if (result.numUpdatedRows === 1n) claimed.push(toRecord(row))
  }
  return claimed
}

async function waiting(
  database: Kysely<Tables>,
  ...[{ organizationId, id }, now, limit]: Parameters<RevocationRunStore['waiting']>
): ReturnType<RevocationRunStore['waiting']> {
  const rows = await database
    .selectFrom('revocation_run_account')
    .select('account_id')
    .where('organization_id', '=', organizationId)
    .where('run_id', '=', id)
    .where('state', '=', 'waiting')
    .where('due_at', '<=', now)
    .orderBy('account_id')
    .limit(limit)
    .execute()
  if (rows.length === 0) return []
  const ids = rows.map(({ account_id }) => account_id)
  const found = await database
    .selectFrom('account')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('id', 'in', ids)
    .execute()
  const accounts = new Map(found.map((row) => [row.id, accountRecord(row)]))
  return ids.map((id) => ({ id, account: accounts.get(id) }))
}

function settle(
  database: Kysely<Tables>,
  ...[{ organizationId, id }, changes]: Parameters<RevocationRunStore['settle']>
): Promise<void> {
  return inTransaction(database, async (transaction) => {
    for (const { accountId, state, revocationId, reason, reasonDetail, dueAt = 0 } of changes) {
      await transaction
        .updateTable('revocation_run_account')
        .set({
          ...{ state, reason: reason ?? null, reason_detail: reasonDetail ?? null },
          ...{ revocation_id: revocationId ?? null, due_at: dueAt },
        })
        .where('organization_id', '=', organizationId)
        .where('run_id', '=', id)
        .where('account_id', '=', accountId)
        .where('state', '=', 'waiting')
        .execute()
    }
  })
}

async function rest(
  database: Kysely<Tables>,
  ...[{ organizationId, id }, dueAt, now]: Parameters<RevocationRunStore['rest']>
): Promise<boolean> {
  const run = (set: { due_at: number | null; status?: string; ended_at?: number }) =>
    database
      .updateTable('revocation_run')
      .set(set)
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .where('status', '=', 'running')
  const ended = await run({ status: 'done', ended_at: now, due_at: null })
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('revocation_run_account as a')
            .select('a.account_id')
            .whereRef('a.organization_id', '=', 'revocation_run.organization_id')
            .whereRef('a.run_id', '=', 'revocation_run.id')
            .where('a.state', 'in', ['waiting', 'pending']),
        ),
      ),
    )
    .executeTakeFirst()
  if (ended.numUpdatedRows === 1n) return false
  await run({ due_at: dueAt }).execute()
  return true
}

function toRecord(row: Selectable<Tables['revocation_run']>): RevocationRunRecord {
  return {
    organizationId: row.organization_id,
    id: row.id,
    status: row.status as RevocationRunRecord['status'],
    filter: JSON.parse(row.filter) as RevocationRunRecord['filter'],
    total: row.total,
    startedAt: row.started_at,
    endedAt: optional(row.ended_at),
  }
}
