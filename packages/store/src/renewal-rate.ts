import type { ScheduleStore } from '@sallyport/core/ports'
import { type Expression, type Kysely, sql } from 'kysely'
import type { Tables } from './tables.ts'

/** How far ahead of its rate a client may be. */
const burstMilliseconds = 1000

/** The time that all processes share. */
export type Now = () => Expression<number>

/**
 * A bucket of tokens as one number (GCRA): when all that was given would have been had at an even rate. The update
 * is the decision, so that of many takers none is given what another got.
 */
export async function takeRate(
  database: Kysely<Tables>,
  now: Now,
  ...[organizationId, clientId, { count, perSecond }]: Parameters<ScheduleStore['takeRate']>
): Promise<boolean> {
  // Rounded up: rather a renewal less than one too many.
  const cost = Math.ceil((count * 1000) / perSecond)
  if (cost > burstMilliseconds) return false
  const start = sql<number>`case when next_at > ${now()} then next_at else ${now()} end`
  const taken = await database
    .updateTable('renewal_rate')
    .set({ next_at: sql<number>`${start} + ${cost}` })
    .where('organization_id', '=', organizationId)
    .where('client_id', '=', clientId)
    .where('next_at', '<=', sql<number>`${now()} + ${burstMilliseconds - cost}`)
    .executeTakeFirst()
  if (taken.numUpdatedRows === 1n) return true
  const first = await database
    .insertInto('renewal_rate')
    .values({
      organization_id: organizationId,
      client_id: clientId,
      next_at: sql<number>`${now()} + ${cost}`,
    })
    .onConflict((conflict) => conflict.columns(['organization_id', 'client_id']).doNothing())
    .executeTakeFirst()
  return first.numInsertedOrUpdatedRows === 1n
}
