import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { Clock, KeyCheckStore } from '@sallyport/core/ports'
import { type CompiledQuery, Kysely } from 'kysely'
import { keyChecks } from '../../key-checks.ts'
import { migrate } from '../../migrations/migrate.ts'
import { type OpenedDatabase, wallClock } from '../../opened-database.ts'
import { createStore } from '../../store.ts'
import type { Tables } from '../../tables.ts'
import { sqliteDialect } from './dialect.ts'
import { closeDatabase, openBeside, openForReading, openForWriting } from './file.ts'
import { holdFolder } from './hold.ts'
import { filePlace } from './place.ts'

export interface SqliteOptions {
  readonly isHeld?: boolean
  /** Told of each statement. */
  readonly observe?: (statement: CompiledQuery) => void
}

/**
 * The database in `<folder>/sallyport.db`, which is neither created nor changed before `migrate`. That keeps the folder
 * to this process, unless another one does so for it (`isHeld`).
 */
export function openSqlite(
  folder: string,
  clock: Clock = wallClock,
  { isHeld = false, observe }: SqliteOptions = {},
): OpenedDatabase {
  const file = join(folder, 'sallyport.db')
  let connected: DatabaseSyncInstance | undefined
  let isReadOnly = false
  let hold: ReturnType<typeof holdFolder> | undefined
  const dialect = sqliteDialect(() => {
    if (!connected) throw new Error('The database has not been migrated, or is closed.')
    return connected
  })
  const database = new Kysely<Tables>({
    dialect: dialect.kysely,
    ...(observe && { log: ({ query }) => observe(query) }),
  })
  const checks = keyChecks(database)
  return {
    exists: existsSync(file),
    warnings: [],
    keyChecks: {
      read: () => (connected ? checks.read() : untouched(file, (it) => it.read(), undefined)),
      unused: () => (connected ? checks.unused() : untouched(file, (it) => it.unused(), [])),
      forget: (keyId) => checks.forget(keyId),
      write: (check) => checks.write(check),
      writeFirst: (first) => checks.writeFirst(first),
    },
    async migrate() {
      if (!isHeld) hold ??= holdFolder(folder)
      connected ??= openForWriting(file)
      await migrate(database, dialect)
    },
    async readOnly() {
      connected ??= openBeside(file)
      isReadOnly = true
    },
    store: createStore(database, { dialect, clock, place: () => filePlace(file) }),
    async close() {
      await database.destroy()
      if (isReadOnly) connected?.close()
      else if (connected) closeDatabase(connected)
      connected = undefined
      hold?.close()
      hold = undefined
    },
  }
}

async function untouched<Result>(
  file: string,
  read: (checks: KeyCheckStore) => Promise<Result>,
  nothing: Result,
): Promise<Result> {
  if (!existsSync(file)) return nothing
  const connected = openForReading(file)
  const database = new Kysely<Tables>({ dialect: sqliteDialect(() => connected).kysely })
  try {
    return await read(keyChecks(database))
  } finally {
    await database.destroy()
    connected.close()
  }
}
