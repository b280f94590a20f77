import { type CallEventStore, orderedIdAt } from '@sallyport/core/ports'
import { type CompiledQuery, type Kysely, sql } from 'kysely'
import { acrossOrganizations } from './across-organizations.ts'
import { listCalls } from './call-list.ts'
import { callBatchRow } from './call-row.ts'
import type { StoreDialect } from './dialects/dialect.ts'
import type { Tables } from './tables.ts'

/** Batches that are taken away in one step. */
const mostAtOnce = 20

/** Many calls to a row: a row for each would cost more than the call that it tells of. */
export function calls(database: Kysely<Tables>, dialect: Pick<StoreDialect, 'relaxed'>): CallEventStore {
  const insert = insertion(database)
  return {
    async add(batches) {
      const rows = batches.map(callBatchRow)
      if (rows.length === 0) return
      await dialect.relaxed(database, async (transaction) => {
        const added: Added[] = []
        for (const row of rows) {
          const { organization_id, id, first_id, bytes, about, kinds, data } = row
          const parameters = [organization_id, id, first_id, bytes, about, kinds, data]
          added.push(...(await transaction.executeQuery<Added>({ ...insert, parameters })).rows)
        }
        for (const usage of usagesOf(added)) await addUsage(transaction, usage)
      })
    },

    list: (...arguments_) => listCalls(database, ...arguments_),

    async prune(before, mostBytes) {
      const oldest = orderedIdAt('evt', before)
      // Whoever has too much of all.
      const next = await acrossOrganizations(database)
        .selectFrom('call_usage')
        .selectAll()
        .where((is) => is.or([is('bytes', '>', mostBytes), is('oldest', '<', oldest)]))
        .limit(1)
        .executeTakeFirst()
      if (!next) return false
      await dialect.relaxed(database, (transaction) => pruneStep(transaction, next, oldest, mostBytes))
      return true
    },
  }
}

interface Added {
  readonly organization_id: string
  readonly first_id: string
  readonly bytes: number
}

/** Compiled once, as it is run for every few hundred calls. */
function insertion(database: Kysely<Tables>): CompiledQuery<Added> {
  const row = { organization_id: '', id: '', first_id: '', bytes: 0, about: '', kinds: 0, data: '' }
  return (
    database
      .insertInto('call_batch')
      .values(row)
      // Written already, by an attempt of which nothing was heard.
      .onConflict((conflict) => conflict.doNothing())
      .returning(['organization_id', 'first_id', 'bytes'])
      .compile()
  )
}

type Usage = Tables['call_usage']

/** In one order, so that processes that write at once wait for each other and not in a circle. */
function usagesOf(rows: readonly Added[]): Usage[] {
  const usages = new Map<string, Usage>()
  for (const { organization_id, first_id, bytes } of rows) {
    const usage = usages.get(organization_id)
    if (usage) usage.bytes += bytes
    else usages.set(organization_id, { organization_id, bytes, oldest: first_id })
  }
  return [...usages.values()].sort((one, other) => (one.organization_id < other.organization_id ? -1 : 1))
}

async function addUsage(transaction: Kysely<Tables>, usage: Usage): Promise<void> {
  await transaction
    .insertInto('call_usage')
    .values(usage)
    .onConflict((conflict) =>
      conflict.column('organization_id').doUpdateSet({ bytes: sql`call_usage.bytes + ${usage.bytes}` }),
    )
    .execute()
}

async function pruneStep(
  transaction: Kysely<Tables>,
  { organization_id: organizationId }: Usage,
  before: string,
  mostBytes: number,
): Promise<void> {
  const mine = transaction.updateTable('call_usage').where('organization_id', '=', organizationId)
  // Locked first: what others add or take meanwhile is counted before or after.
  const usage = await mine.set({ bytes: sql`bytes` }).returning('bytes').executeTakeFirst()
  if (!usage) return
  const rows = await transaction
    .selectFrom('call_batch')
    .select(['id', 'first_id', 'bytes'])
    .where('organization_id', '=', organizationId)
    .orderBy('id')
    .limit(mostAtOnce + 1)
    .execute()
  let { bytes } = usage
  const surplus = rows.slice(0, mostAtOnce).filter((row) => {
    const goes = bytes > mostBytes || row.id < before
    if (goes) bytes -= row.bytes
    return goes
  })
  const last = surplus.at(-1)
  if (last) {
    const gone = transaction.deleteFrom('call_batch').where('organization_id', '=', organizationId)
    await gone.where('id', '<=', last.id).execute()
  }
  const next = rows[surplus.length]
  // What its batches begin with may lie before the time, while they end after it.
  if (next) await mine.set({ bytes, oldest: next.id }).execute()
  else await transaction.deleteFrom('call_usage').where('organization_id', '=', organizationId).execute()
}
