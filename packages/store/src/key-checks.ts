import type { KeyCheckRecord, KeyCheckStore } from '@sallyport/core/ports'
import type { Kysely } from 'kysely'
import { acrossOrganizations } from './across-organizations.ts'
import { buffer } from './columns.ts'
import type { Tables } from './tables.ts'
import { takeTurn } from './take-turn.ts'

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

    write: (check) => write(database, check),

    writeFirst: (checks) =>
      database.transaction().execute(async (transaction) => {
        await takeTurn(transaction)
        const found = await transaction.selectFrom('key_check').select('key_id').limit(1).executeTakeFirst()
        if (found) return
        for (const check of checks) await write(transaction, check)
      }),
  }
}

/** What is there already stays: it is what the database was written with. */
async function write(database: Kysely<Tables>, { keyId, sealed }: KeyCheckRecord): Promise<void> {
  const insertion = database.insertInto('key_check').values({ key_id: keyId, sealed })
  await insertion.onConflict((conflict) => conflict.column('key_id').doNothing()).execute()
}

async function holdsDataKeys(database: Kysely<Tables>): Promise<boolean> {
  const anyKey = acrossOrganizations(database).selectFrom('data_key').select('id').limit(1)
  return (await anyKey.executeTakeFirst()) !== undefined
}
