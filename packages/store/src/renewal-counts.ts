import type { AccountFilter, Store } from '@sallyport/core/ports'
import { type Kysely, sql } from 'kysely'
import { accountsMatching } from './account-list.ts'
import type { Tables } from './tables.ts'

type Count = Store['traces']['countRenewals']

/** How renewals went in each stretch, by their traces alone: an index has all that is read. */
export async function countRenewals(
  database: Kysely<Tables>,
  ...[organizationId, filter, { from, milliseconds, count }]: Parameters<Count>
): ReturnType<Count> {
  // Literals, so that it is the same where it is selected and where it is grouped by.
  const index = sql<number>`(at - ${sql.lit(from)}) / ${sql.lit(milliseconds)}`
  const ofSome = accountsMatching(database, organizationId, filter).select('account.id')
  const rows = await database
    .selectFrom('trace')
    .where('organization_id', '=', organizationId)
    .where(sql<boolean>`kind = 'refresh'`)
    .where('at', '>=', from)
    .where('at', '<', from + milliseconds * count)
    .$if(isOfSome(filter), (all) => all.where('account_id', 'in', ofSome))
    .select(({ fn }) => [
      index.as('index'),
      fn.countAll<number>().as('all'),
      fn.sum<number>('ok').as('renewed'),
    ])
    .groupBy(index)
    .execute()
  return rows.map((row) => {
    const renewed = Number(row.renewed)
    return { index: Number(row.index), renewed, failed: Number(row.all) - renewed }
  })
}

function isOfSome({ ids, environment, tags = {} }: AccountFilter): boolean {
  return ids !== undefined || environment !== undefined || Object.keys(tags).length > 0
}
