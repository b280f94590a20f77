import type { AccountRecord, Store } from '@sallyport/core/ports'
import type { Kysely } from 'kysely'
import { changeState, changeStateIn, noteEnded } from './account-changes.ts'
import { countByStatus } from './account-counts.ts'
import { accountGroups } from './account-groups.ts'
import { listAccounts } from './account-list.ts'
import { sortedAccounts } from './account-order.ts'
import {
  type AccountRow,
  accountRecord,
  accountRow,
  detailColumns,
  stateColumns,
  statusSince,
  tagRows,
} from './account-row.ts'
import { readStanding } from './account-standing.ts'
import { accountVersions } from './account-versions.ts'
import type { Announce } from './announce.ts'
import { compiled } from './compiled.ts'
import { endPoll } from './device-polls.ts'
import { dueAfterUpdate, dueUnlessDisabled, postpone } from './due-at.ts'
import { inTransaction } from './in-transaction.ts'
import { endIntents } from './renewal-intents.ts'
import { revocationRow } from './revocations.ts'
import type { Tables } from './tables.ts'

type Accounts = Store['accounts']

export function accounts(database: Kysely<Tables>, announce: Announce): Accounts {
  const one = database
    .selectFrom('account')
    .selectAll()
    .where('organization_id', '=', '')
    .where('id', '=', '')
  const byId = compiled<AccountRow, [string, string]>(database, one)
  return {
    list: (organizationId, filter, page) => listAccounts(database, organizationId, filter, page),
    sorted: (...arguments_) => sortedAccounts(database, ...arguments_),
    count: (organizationId, filter) => countByStatus(database, organizationId, filter),
    groups: (organizationId, filter) => accountGroups(database, organizationId, filter),
    async get(organizationId, id) {
      const row = await byId(organizationId, id)
      return row && accountRecord(row)
    },
    create: (account) => create(database, announce, account),
    update: (account) => inTransaction(database, (transaction) => updateIn(transaction, announce, account)),
    commitCredential: (...arguments_) => commitCredential(database, announce, ...arguments_),
    setStatus: (...arguments_) => setStatus(database, announce, ...arguments_),
    postpone: (...arguments_) => postpone(database, ...arguments_),
    noteEnded: (now, limit) => noteEnded(database, announce, { now, limit }),
    touch: touch(database),
    freeze: (...arguments_) => freeze(database, ...arguments_),
    async thaw(organizationId, id, dueAt) {
      const result = await database
        .updateTable('account')
        .set(({ eb }) => ({ exported_at: null, due_at: dueAt ?? null, version: eb('version', '+', 1) }))
        .where('organization_id', '=', organizationId)
        .where('id', '=', id)
        .where('exported_at', 'is not', null)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    versions: accountVersions(database),
    disconnect: (account, revocation) =>
      inTransaction(database, async (transaction) => {
        if (!(await updateIn(transaction, announce, account))) return false
        const { organizationId, id: accountId } = account
        await endPoll(transaction, { organizationId, accountId })
        // What a person began before is not to connect it again.
        const flows = transaction.deleteFrom('flow').where('organization_id', '=', organizationId)
        await flows.where('account_id', '=', accountId).execute()
        if (revocation) await transaction.insertInto('revocation').values(revocationRow(revocation)).execute()
        return true
      }),
    delete: (...arguments_) => remove(database, announce, ...arguments_),
  }
}

async function create(database: Kysely<Tables>, announce: Announce, account: AccountRecord): Promise<void> {
  await inTransaction(database, async (transaction) => {
    await transaction.insertInto('account').values(accountRow(account)).execute()
    await insertTags(transaction, account)
    const whose = await readStanding(transaction, account.organizationId, account.id)
    if (whose) await announce.changes(transaction, [{ ...whose, before: undefined, after: account }])
  })
}

async function updateIn(
  transaction: Kysely<Tables>,
  announce: Announce,
  account: AccountRecord,
): Promise<boolean> {
  const { organizationId, id, version, updatedAt } = account
  const standing = await readStanding(transaction, organizationId, id)
  const columns = { ...detailColumns(account), ...stateColumns(account), version, updated_at: updatedAt }
  const result = await transaction
    .updateTable('account')
    .set({
      ...columns,
      due_at: dueAfterUpdate(account),
      status_since: statusSince(account.status, updatedAt),
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('version', '=', version - 1)
    .executeTakeFirst()
  if (!standing || result.numUpdatedRows !== 1n) return false
  await endIntents(transaction, { organizationId, accountId: id, generation: account.generation })
  const tags = transaction.deleteFrom('account_tag').where('organization_id', '=', organizationId)
  await tags.where('account_id', '=', id).execute()
  await insertTags(transaction, account)
  await announce.changes(transaction, [{ ...standing, after: account }])
  return true
}

function remove(
  database: Kysely<Tables>,
  announce: Announce,
  ...[organizationId, id, generation, revocation]: Parameters<Accounts['delete']>
): Promise<boolean> {
  return inTransaction(database, async (transaction) => {
    const standing = await readStanding(transaction, organizationId, id)
    const deletion = transaction.deleteFrom('account').where('organization_id', '=', organizationId)
    const result = await deletion
      .where('id', '=', id)
      .where('generation', '=', generation)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('binding')
              .select('binding.account_id')
              .whereRef('binding.organization_id', '=', 'account.organization_id')
              .whereRef('binding.account_id', '=', 'account.id'),
          ),
        ),
      )
      .executeTakeFirst()
    if (!standing || result.numDeletedRows !== 1n) return false
    const traces = transaction.deleteFrom('trace').where('organization_id', '=', organizationId)
    await traces.where('account_id', '=', id).execute()
    if (revocation) await transaction.insertInto('revocation').values(revocationRow(revocation)).execute()
    const before = { ...standing.before, ...(revocation && { revocation: 'pending' as const }) }
    await announce.changes(transaction, [{ ...standing, before, after: undefined }])
    return true
  })
}

async function insertTags(transaction: Kysely<Tables>, account: AccountRecord): Promise<void> {
  const rows = tagRows(account)
  if (rows.length > 0) await transaction.insertInto('account_tag').values(rows).execute()
}

function commitCredential(
  database: Kysely<Tables>,
  announce: Announce,
  ...[organizationId, id, fromGeneration, state, at]: Parameters<Accounts['commitCredential']>
): Promise<boolean> {
  const columns = {
    ...stateColumns(state),
    due_at: dueUnlessDisabled(state.dueAt),
    status_since: statusSince(state.status, at),
    updated_at: at,
  }
  const which = { organizationId, id, generation: fromGeneration }
  return inTransaction(database, async (transaction) => {
    // A renewal, mostly: of an account that stays connected there is nothing to tell, unless it is another's now.
    const update = transaction
      .updateTable('account')
      .set((expression) => ({ ...columns, version: expression('version', '+', 1) }))
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .where('generation', '=', fromGeneration)
      .where('status', '=', state.status)
      .where('reason', 'is', null)
    const isOthers = state.differences?.generation === state.generation && state.differences.names.length > 0
    const isCommitted =
      (!isOthers && (await update.executeTakeFirst()).numUpdatedRows === 1n) ||
      (await changeStateIn(transaction, announce, which, () => ({ columns, after: state })))
    if (isCommitted) {
      await endIntents(transaction, { organizationId, accountId: id, generation: state.generation })
    }
    return isCommitted
  })
}

function setStatus(
  database: Kysely<Tables>,
  announce: Announce,
  ...[organizationId, id, generation, status, reason, reasonDetail]: Parameters<Accounts['setStatus']>
): Promise<boolean> {
  const needsPerson = status === 'needs_reconnect'
  const columns = {
    ...{ status, reason: reason ?? null, reason_detail: reasonDetail ?? null },
    ...(needsPerson && { due_at: null }),
    status_since: statusSince(status, announce.now()),
  }
  const after = { status, reason, reasonDetail }
  return changeState(database, announce, { organizationId, id, generation }, (before) => {
    // Who was overtaken may come late: what needs somebody does not pass by itself.
    const isLate = before.status === 'needs_reconnect' && status === 'failing'
    return isLate ? undefined : { columns, after: { ...before, ...after } }
  })
}

/** Whoever claims a renewal changes the account's row first, so that one of the two comes second and sees the other. */
function freeze(
  database: Kysely<Tables>,
  ...[organizationId, id, at]: Parameters<Accounts['freeze']>
): ReturnType<Accounts['freeze']> {
  return inTransaction(database, async (transaction) => {
    const lock = transaction
      .updateTable('account')
      // An update that changes nothing: a statement sees what was there when it began, not when it had its turn.
      .set(({ ref }) => ({ version: ref('version') }))
      .where('organization_id', '=', organizationId)
    await lock.where('id', '=', id).execute()
    return freezeIn(transaction, organizationId, id, at)
  })
}

async function freezeIn(
  transaction: Kysely<Tables>,
  ...[organizationId, id, at]: Parameters<Accounts['freeze']>
): ReturnType<Accounts['freeze']> {
  const row = await transaction
    .updateTable('account')
    .set(({ eb, fn, val }) => ({
      exported_at: fn.coalesce('exported_at', val(at)),
      due_at: null,
      version: eb('version', '+', 1),
    }))
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('renewal_intent')
            .select('renewal_intent.account_id')
            .whereRef('renewal_intent.organization_id', '=', 'account.organization_id')
            .whereRef('renewal_intent.account_id', '=', 'account.id'),
        ),
      ),
    )
    .returningAll()
    .executeTakeFirst()
  return row && accountRecord(row)
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
    await inTransaction(database, async (transaction) => {
      for (const { organizationId, id, at } of used) {
        await transaction.executeQuery({ ...update, parameters: [at, organizationId, id, at] })
      }
    })
  }
}
