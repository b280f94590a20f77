import { Kysely } from 'kysely'
import { type RestoreTarget, restoreTarget } from '../../backup/restore-target.ts'
import type { Tables } from '../../tables.ts'
import { DatabaseRefused } from '../database-refused.ts'
import type { PostgresAddress } from './address.ts'
import { alone } from './alone.ts'
import { connectedPool } from './connected-pool.ts'
import { postgresDialect } from './dialect.ts'
import { PostgresDriver } from './driver.ts'

/** Fills an empty database in one transaction. @throws DatabaseRefused, DatabaseRefused where it holds anything */
export async function restorePostgres(
  address: PostgresAddress,
  fill: (target: RestoreTarget) => Promise<void>,
): Promise<void> {
  const pool = await connectedPool(address, { patient: true })
  try {
    const { kysely } = postgresDialect(new PostgresDriver(() => pool))
    // Also before the first table of ours: the database may be another program's.
    await assertEmpty(new Kysely({ dialect: kysely }))
    await alone<Tables>(pool, async (database, dialect) => {
      await assertEmpty(database)
      await fill(restoreTarget(database, dialect))
    })
  } finally {
    await pool.end()
  }
}

async function assertEmpty<Database>(database: Kysely<Database>): Promise<void> {
  const tables = await database.introspection.getTables()
  const found = tables.filter(({ name, isView }) => !isView && name !== 'migration_lock')
  if (found.length === 0) return
  throw new DatabaseRefused('It is not empty. Name one that is: a restore overwrites nothing.')
}
