import type { AccountRecord, Store } from '@sallyport/core/ports'
import type { Kysely } from 'kysely'
import { listAccounts } from './account-list.ts'
import {
  type AccountRow,
  accountRecord,
  accountRow,
  detailColumns,
  stateColumns,
  tagRows,
} from './account-row.ts'
import { compiled } from './compiled.ts'
import { endPoll } from './device-polls.ts'
import { revocationRow } from './revocations.ts'
import type { Tables } from './tables.ts'

type Accounts = Store['accounts']

export function accounts(database: Kysely<Tables>): Accounts {
  const one = database
    .selectFrom('account')
    .selectAll()
    .where('organization_id', '=', '')
    .where('id', '=', '')
  const byId = compiled<AccountRow, [string, string]>(database, one)
  return {
    list: (organizationId, filter, page) => listAccounts(database, organizationId, filter, page),
    async get(organizationId, id) {
      const row = await byId(organizationId, id)
      return row && accountRecord(row)
    },
    create: (account) => create(database, account),
    update: (account) => update(database, account),
    commitCredential: (...arguments_) => commitCredential(database, ...arguments_),
    setStatus: (...arguments_) => setStatus(database, ...arguments_),
    touch: touch(database),
    disconnect: (account, revocation) =>
      database.transaction().execute(async (transaction) => {
        if (!(await updateIn(transaction, account))) return false
        const { organizationId, id: accountId } = account
        await endPoll(transaction, { organizationId, accountId })
        // What a person began before is not to connect it again.
        const flows = transaction.deleteFrom('flow').where('organization_id', '=', organizationId)
        await flows.where('account_id', '=', accountId).execute()
        if (revocation) await transaction.insertInto('revocation').values(revocationRow(revocation)).execute()
        return true
      }),
    delete: (...arguments_) => remove(database, ...arguments_),
  }
}

async function create(database: Kysely<Tables>, account: AccountRecord): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await transaction.insertInto('account').values(accountRow(account)).execute()
    await insertTags(transaction, account)
  })
}

function update(database: Kysely<Tables>, account: AccountRecord): Promise<boolean> {
  return database.transaction().execute((transaction) => updateIn(transaction, account))
}

async function updateIn(transaction: Kysely<Tables>, account: AccountRecord): Promise<boolean> {
  const { organizationId, id, version, updatedAt } = account
  const change = { ...detailColumns(account), ...stateColumns(account), version, updated_at: updatedAt }
  const result = await transaction
    .updateTable('account')
    .set(change)
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('version', '=', version - 1)
    .executeTakeFirst()
  if (result.numUpdatedRows !== 1n) return false
  const tags = transaction.deleteFrom('account_tag').where('organization_id', '=', organizationId)
  await tags.where('account_id', '=', id).execute()
  await insertTags(transaction, account)
  return true
}

function remove(
  database: Kysely<Tables>,
  ...[organizationId, id, generation, revocation]: Parameters<Accounts['delete']>
): Promise<boolean> {
  return database.transaction().execute(async (transaction) => {
    const deletion = transaction.deleteFrom('account').where('organization_id', '=', organizationId)
    const result = await deletion.where('id', '=', id).where('generation', '=', generation).executeTakeFirst()
    if (result.numDeletedRows !== 1n) return false
    const traces = transaction.deleteFrom('trace').where('organization_id', '=', organizationId)
    await traces.where('account_id', '=', id).execute()
    if (revocation) await transaction.insertInto('revocation').values(revocationRow(revocation)).execute()
    return true
  })
}

async function insertTags(transaction: Kysely<Tables>, account: AccountRecord): Promise<void> {
  const rows = tagRows(account)
  if (rows.length > 0) await transaction.insertInto('account_tag').values(rows).execute()
}

async function commitCredential(
  database: Kysely<Tables>,
  ...[organizationId, id, fromGeneration, state, at]: Parameters<Accounts['commitCredential']>
): Promise<boolean> {
  const result = await database
    .updateTable('account')
    .set((expression) => ({
      ...stateColumns(state),
      version: expression('version', '+', 1),
      updated_at: at,
    }))
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('generation', '=', fromGeneration)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

async function setStatus(
  database: Kysely<Tables>,
  ...[organizationId, id, generation, status, reason, reasonDetail]: Parameters<Accounts['setStatus']>
): Promise<boolean> {
  const result = await database
    .updateTable('account')
    .set((expression) => ({
      status,
      reason: reason ?? null,
      reason_detail: reasonDetail ?? null,
      // So that a change by a person who read the account before does not undo this.
      version: expression('version', '+', 1),
    }))
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('generation', '=', generation)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Compiled once, like what every call takes: what is touched are all accounts that were used. */
function touch(database: Kysely<Tables>): Accounts['touch'] {
  const update = database
    .updateTable('account')
    .set({ last_used_at: 0 })
    .where('organization_id', '=', '')
    .where('id', '=', '')
    .where(({ or, eb }) => or([eb('last_used_at', 'is', null), eb('last_used_at', '<', 0)]))
    .compile()
  return async (used) => {
    if (used.length === 0) return
    await database.transaction().execute(async (transaction) => {
      for (const { organizationId, id, at } of used) {
        await transaction.executeQuery({ ...update, parameters: [at, organizationId, id, at] })
      }
    })
  }
}
