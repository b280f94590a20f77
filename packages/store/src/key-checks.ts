import type { KeyCheckStore } from '@sallyport/core/ports'
import type { Kysely } from 'kysely'
import { buffer } from './columns.ts'
import type { Tables } from './tables.ts'

export function keyChecks(database: Kysely<Tables>): KeyCheckStore {
  return {
    async read() {
      const tables = await database.introspection.getTables()
      if (!tables.some(({ name }) => name === 'key_check')) return undefined
      const rows = await database.selectFrom('key_check').selectAll().orderBy('key_id').execute()
      // A first start may have ended between the migration and the check: then there is nothing to open yet.
      if (rows.length === 0 && !(await holdsDataKeys(database))) return undefined
      return rows.map((row) => ({ keyId: row.key_id, sealed: buffer(row.sealed) }))
    },

    // What is there already stays: it is what the database was written with.
    async write({ keyId, sealed }) {
      const insertion = database.insertInto('key_check').values({ key_id: keyId, sealed })
      await insertion.onConflict((conflict) => conflict.column('key_id').doNothing()).execute()
    },
  }
}

async function holdsDataKeys(database: Kysely<Tables>): Promise<boolean> {
  return (await database.selectFrom('data_key').select('id').limit(1).executeTakeFirst()) !== undefined
}
