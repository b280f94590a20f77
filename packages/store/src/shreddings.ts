import type { Store } from '@sallyport/core/ports'
import type { Kysely } from 'kysely'
import type { StoreDialect } from './dialects/dialect.ts'
import type { Tables } from './tables.ts'

export function shreddings(database: Kysely<Tables>, dialect: StoreDialect): Store['shreddings'] {
  return {
    async pending(limit) {
      const rows = await database.selectFrom('shredding').selectAll().orderBy('id').limit(limit).execute()
      return rows.map(({ id }) => id)
    },

    async finish(id) {
      await dialect.forgetDeleted(database)
      await database.deleteFrom('shredding').where('id', '=', id).execute()
    },
  }
}
