import type { Store } from '@sallyport/core/ports'
import type { Kysely } from 'kysely'
import { insertApiKey } from './api-keys.ts'
import { buffer, optional } from './columns.ts'
import { inTransaction } from './in-transaction.ts'
import type { Tables } from './tables.ts'

/** There is one row, and this is its id. */
const only = 1

export function setup(database: Kysely<Tables>): Store['setup'] {
  return {
    async get() {
      const row = await database.selectFrom('setup').selectAll().where('id', '=', only).executeTakeFirst()
      return row && { tokenDigest: buffer(row.token_digest), doneAt: optional(row.done_at) }
    },

    async offer(tokenDigest) {
      await database
        .insertInto('setup')
        .values({ id: only, token_digest: tokenDigest, done_at: null })
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet({ token_digest: tokenDigest }).where('setup.done_at', 'is', null),
        )
        .execute()
    },

    complete(at, key) {
      return inTransaction(database, async (transaction) => {
        const update = transaction.updateTable('setup').set({ done_at: at }).where('id', '=', only)
        const result = await update.where('done_at', 'is', null).executeTakeFirst()
        if (result.numUpdatedRows !== 1n) return false
        if (key) await insertApiKey(transaction, key)
        return true
      })
    },
  }
}
