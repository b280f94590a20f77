import type { KeyCheckRecord, KeyCheckStore } from '@sallyport/core/ports'
import { type Kysely, sql } from 'kysely'
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

    async unused() {
      const checks = await database.selectFrom('key_check').select('key_id').execute()
      const isUsed = await Promise.all(checks.map(({ key_id }) => wraps(database, key_id)))
      return checks.filter((_, index) => !isUsed[index]).map(({ key_id }) => key_id)
    },

    async forget(keyId) {
      await database.deleteFrom('key_check').where('key_id', '=', keyId).execute()
    },

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

/** What was wrapped tells by which key: its length and id stand behind the first two bytes. */
async function wraps(database: Kysely<Tables>, keyId: string): Promise<boolean> {
  const name = Buffer.concat([Buffer.from([keyId.length]), Buffer.from(keyId, 'latin1')])
  // Of whichever organization.
  const query = acrossOrganizations(database)
    .selectFrom('data_key')
    .select('id')
    .where(sql<boolean>`substr(${sql.ref('wrapped')}, 3, ${sql.lit(name.length)}) = ${name}`)
  return (await query.limit(1).executeTakeFirst()) !== undefined
}

async function holdsDataKeys(database: Kysely<Tables>): Promise<boolean> {
  const anyKey = acrossOrganizations(database).selectFrom('data_key').select('id').limit(1)
  return (await anyKey.executeTakeFirst()) !== undefined
}
