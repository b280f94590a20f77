import { SallyportError } from '@sallyport/core/error'
import type { Clock } from '@sallyport/core/ports'
import { Kysely } from 'kysely'
import { keyChecks } from '../../key-checks.ts'
import { migrate } from '../../migrations/migrate.ts'
import { type OpenedDatabase, wallClock } from '../../opened-database.ts'
import { createStore } from '../../store.ts'
import type { Tables } from '../../tables.ts'
import type { PostgresAddress } from './address.ts'
import { alone } from './alone.ts'
import { connectedPool } from './connected-pool.ts'
import { postgresDialect, RetryingKysely } from './dialect.ts'
import { PostgresDriver } from './driver.ts'
import { codeOf } from './errors.ts'
import { databasePlace } from './place.ts'
import { openPool } from './pool.ts'
import { refusal } from './refusal.ts'
import { warningsOf } from './warnings.ts'

/**
 * A database of a PostgreSQL, which any number of nodes may use at once. It has to be there; nothing in it changes
 * before `migrate`.
 *
 * @throws DatabaseRefused
 */
export async function openPostgres(
  address: PostgresAddress,
  clock: Clock = wallClock,
): Promise<OpenedDatabase> {
  const pool = await connectedPool(address)
  let isMigrated = false
  const untouched = new Kysely<Tables>({ dialect: postgresDialect(new PostgresDriver(() => pool)).kysely })
  const driver = new PostgresDriver(() => {
    if (!isMigrated) throw new Error('The database has not been migrated, or is closed.')
    return pool
  })
  const dialect = postgresDialect(driver)
  const database = new RetryingKysely<Tables>({ dialect: dialect.kysely })
  const tables = await untouched.introspection.getTables()
  return {
    exists: tables.some(({ name }) => name === 'key_check'),
    warnings: await warningsOf(untouched, address),
    keyChecks: {
      ...keyChecks(database),
      read: keyChecks(untouched).read,
      unused: keyChecks(untouched).unused,
    },
    async migrate() {
      await migrateAlone(address)
      isMigrated = true
    },
    async readOnly() {
      isMigrated = true
    },
    store: createStore(database, { dialect, clock, place: databasePlace(database) }),
    async close() {
      isMigrated = false
      if (!pool.ended) await pool.end()
    },
  }
}

/** One node migrates, the others wait and then find it done. */
async function migrateAlone(address: PostgresAddress): Promise<void> {
  const pool = openPool(address, { patient: true })
  try {
    await alone(pool, migrate)
  } catch (error) {
    const reason = error instanceof Error && error.cause ? error.cause : error
    throw isForOperator(reason) ? refusal(address, reason) : error
  } finally {
    await pool.end()
  }
}

/** Rights that are missing, a standby, a database that went away. */
function isForOperator(error: unknown): boolean {
  return error instanceof SallyportError || ['42501', '25006'].includes(codeOf(error))
}
