import { ended, type Standing } from '@sallyport/core/ports'
import { type Kysely, sql, type UpdateObject } from 'kysely'
import { readStanding } from './account-standing.ts'
import { acrossOrganizations } from './across-organizations.ts'
import type { Announce } from './announce.ts'
import { inTransaction } from './in-transaction.ts'
import type { Tables } from './tables.ts'

/** How often another change of the same account may come between reading and writing. */
const mostAttempts = 20

/** What is to be written, and how the account stands then. */
interface NextState {
  readonly columns: UpdateObject<Tables, 'account'>
  readonly after: Standing
}

interface Which {
  readonly organizationId: string
  readonly id: string
  readonly generation: number
}

/**
 * Changes an account's state if its generation is still this one, whatever else changed of it, and tells what
 * happened. Events are right for what was really before: the row is written by compare-and-set on its version.
 */
export function changeState(
  database: Kysely<Tables>,
  announce: Announce,
  which: Which,
  next: (before: Standing) => NextState | undefined,
): Promise<boolean> {
  return inTransaction(database, (transaction) => changeStateIn(transaction, announce, which, next))
}

/** The same as part of a transaction. */
export async function changeStateIn(
  transaction: Kysely<Tables>,
  announce: Announce,
  { organizationId, id, generation }: Which,
  next: (before: Standing) => NextState | undefined,
): Promise<boolean> {
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const standing = await readStanding(transaction, organizationId, id)
    if (standing?.generation !== generation) return false
    const state = next(standing.before)
    if (!state) return false
    const { columns, after } = state
    const result = await transaction
      .updateTable('account')
      // A further version, so that a change by a person who read the account before does not undo this.
      .set({ ...columns, version: standing.version + 1 })
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .where('version', '=', standing.version)
      .executeTakeFirst()
    if (result.numUpdatedRows !== 1n) continue
    await announce.changes(transaction, [{ ...standing, after }])
    return true
  }
  throw new Error('The account changes faster than it can be written.')
}

/** Notices tokens that ended with nothing to renew them, each once. */
export async function noteEnded(
  database: Kysely<Tables>,
  announce: Announce,
  { now, limit }: { readonly now: number; readonly limit: number },
): Promise<number> {
  // A job of all.
  const due = await acrossOrganizations(database)
    .selectFrom('account')
    .select(['organization_id', 'id', 'generation'])
    // As a literal, so that the index of these alone serves.
    .where(sql<boolean>`status = 'expiring'`)
    .where('renewable', '=', 0)
    .where('expires_at', '<=', now)
    .where(({ or, eb }) => or([eb('reason', 'is', null), eb('reason', '!=', ended.reason)]))
    .orderBy('expires_at')
    .limit(limit)
    .execute()
  for (const { organization_id, id, generation } of due) {
    const which = { organizationId: organization_id, id, generation }
    // The status stays, as only time decides it: a clock that was wrong for a moment takes nothing away.
    const columns = { reason: ended.reason, reason_detail: ended.reasonDetail }
    await changeState(database, announce, which, (before) =>
      before.status === 'expiring' && before.reason !== ended.reason
        ? { columns, after: { ...before, ...ended } }
        : undefined,
    )
  }
  return due.length
}
