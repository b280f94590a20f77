import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { type Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely'
import type { StoreDialect } from '../dialect.ts'
import { SqliteDriver } from './driver.ts'

/** SQLite; `connect` gives the open database when it is first used. */
export function sqliteDialect(connect: () => DatabaseSyncInstance): StoreDialect {
  return {
    kysely: {
      createDriver: () => new SqliteDriver(connect),
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createAdapter: () => new Adapter(),
      createIntrospector: (database: Kysely<unknown>) => new SqliteIntrospector(database),
    },
    columnTypes: { text: sql`text`, integer: sql`integer`, bytes: sql`blob` },
    now: (clock) => sql<number>`${clock.now()}`,
    // The next commit that does wait takes what this one wrote along: it is before it in the same log.
    relaxed: (database, work) =>
      database.connection().execute(async (connection) => {
        await sql`pragma synchronous = normal`.execute(connection)
        try {
          return await connection.transaction().execute(work)
        } finally {
          await sql`pragma synchronous = full`.execute(connection)
        }
      }),
    // It has no policies.
    protectRows: async () => undefined,
    // In the file they are overwritten as they are deleted (`secure_delete`); older pages stand in the log until it is emptied.
    forgetDeleted: async (database) => {
      await sql`pragma wal_checkpoint(truncate)`.execute(database)
    },
    abilities: { strictTables: true },
  }
}

class Adapter extends SqliteAdapter {
  // SQLite has it, whatever Kysely says: a migration happens whole or not at all.
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}
