import type { FlowRecord, Store } from '@sallyport/core/ports'
import type { Kysely } from 'kysely'
import { acrossOrganizations } from './across-organizations.ts'
import { flowRecord, flowRow } from './flow-row.ts'
import { inTransaction } from './in-transaction.ts'
import type { Tables } from './tables.ts'

type Flows = Store['flows']

export function flows(database: Kysely<Tables>): Flows {
  // Found by a secret, or by the id in an address, which tells the organization; that is unique among all.
  const across = acrossOrganizations(database)
  const by = async (column: 'id' | 'start_hash' | 'state_hash', value: string) => {
    const row = await across.selectFrom('flow').selectAll().where(column, '=', value).executeTakeFirst()
    return row && flowRecord(row)
  }
  return {
    async create(flow) {
      await database.insertInto('flow').values(flowRow(flow)).execute()
    },
    byStart: (startHash) => by('start_hash', startHash),
    byState: (stateHash) => by('state_hash', stateHash),
    get: (id) => by('id', id),
    start: (id, binding, now) => start(across, id, binding, now),
    async consume(id) {
      const update = across.updateTable('flow').set({ state: 'consumed' }).where('id', '=', id)
      const result = await update.where('state', '=', 'started').executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    async finish(id, { state, failure, failureDetail, resultHash, sealed, expiresAt }) {
      const change = {
        state,
        failure: failure ?? null,
        failure_detail: failureDetail ?? null,
        result_hash: resultHash ?? null,
        sealed: sealed ?? null,
        ...(expiresAt !== undefined && { expires_at: expiresAt }),
      }
      const update = across.updateTable('flow').set(change).where('id', '=', id)
      await update.where('state', '=', 'consumed').execute()
    },
    async giveResult({ organizationId, id }, resultHash) {
      const update = database
        .updateTable('flow')
        .set({ result_hash: resultHash })
        .where('organization_id', '=', organizationId)
        .where('id', '=', id)
        .where('state', '=', 'parked')
      const result = await update
        .where(({ or, eb }) => or([eb('result_hash', 'is', null), eb('result_hash', '=', resultHash)]))
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    confirm: (accountId, resultHash, now) => confirm(database, accountId, resultHash, now),
    async deleteExpired(before) {
      await across.deleteFrom('flow').where('expires_at', '<', before).execute()
    },
  }
}

async function start(
  across: Kysely<Tables>,
  ...[id, { browserHash, stateHash, sealed }, now]: Parameters<Flows['start']>
): Promise<boolean> {
  const result = await across
    .updateTable('flow')
    .set({ state: 'started', browser_hash: browserHash, state_hash: stateHash, sealed })
    .where('id', '=', id)
    .where('state', 'in', ['created', 'started'])
    .where((expression) =>
      expression.or([expression('browser_hash', 'is', null), expression('browser_hash', '=', browserHash)]),
    )
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

function confirm(
  database: Kysely<Tables>,
  accountId: string,
  resultHash: string,
  now: number,
): Promise<FlowRecord | undefined> {
  return inTransaction(database, async (transaction) => {
    // Found by the secret that was parked with it.
    const row = await acrossOrganizations(transaction)
      .selectFrom('flow')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('result_hash', '=', resultHash)
      .where('state', '=', 'parked')
      .where('expires_at', '>', now)
      .executeTakeFirst()
    if (!row) return undefined
    const result = await transaction
      .updateTable('flow')
      .set({ state: 'confirmed', sealed: null })
      .where('organization_id', '=', row.organization_id)
      .where('id', '=', row.id)
      .where('state', '=', 'parked')
      .executeTakeFirst()
    return result.numUpdatedRows === 1n ? flowRecord(row) : undefined
  })
}
