import type { Store } from '@sallyport/core/ports'
import type { Kysely } from 'kysely'
import { acrossOrganizations } from './across-organizations.ts'
import type { Tables } from './tables.ts'

export function loginThrottles(database: Kysely<Tables>): Store['loginThrottles'] {
  return {
    async get(organizationId, subject) {
      const row = await database
        .selectFrom('login_throttle')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .where('subject', '=', subject)
        .executeTakeFirst()
      if (!row) return undefined
      const { failures, next_at: nextAt, updated_at: updatedAt } = row
      return { organizationId, subject, failures, nextAt, updatedAt }
    },

    async write({ organizationId, subject, failures, nextAt, updatedAt }, read) {
      const change = { failures, next_at: nextAt, updated_at: updatedAt }
      if (!read) {
        const insertion = database
          .insertInto('login_throttle')
          .values({ organization_id: organizationId, subject, ...change })
          .onConflict((conflict) => conflict.columns(['organization_id', 'subject']).doNothing())
        return (await insertion.executeTakeFirst()).numInsertedOrUpdatedRows === 1n
      }
      const result = await database
        .updateTable('login_throttle')
        .set(change)
        .where('organization_id', '=', organizationId)
        .where('subject', '=', subject)
        .where('failures', '=', read.failures)
        .where('next_at', '=', read.nextAt)
        .where('updated_at', '=', read.updatedAt)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },

    async deleteBefore(updatedAt) {
      // A job of all.
      const across = acrossOrganizations(database)
      await across.deleteFrom('login_throttle').where('updated_at', '<', updatedAt).execute()
    },
  }
}
