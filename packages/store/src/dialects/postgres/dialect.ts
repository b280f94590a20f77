import {
  type DatabaseIntrospector,
  type DatabaseMetadataOptions,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  sql,
  type TableMetadata,
  type TransactionBuilder,
} from 'kysely'
import type { StoreDialect } from '../dialect.ts'
import { OrganizationCompiler } from './compiler.ts'
import { retried } from './retried.ts'
import { protectRows } from './row-security.ts'

/** PostgreSQL, by whichever connections the driver gives. */
export function postgresDialect(driver: Driver): StoreDialect {
  return {
    kysely: {
      createDriver: () => driver,
      createQueryCompiler: () => new OrganizationCompiler(),
      createAdapter: () => new Adapter(),
      createIntrospector: (database: Kysely<unknown>) => new Introspector(database),
    },
    // Compared by bytes as in SQLite: ids keep their order in a database of whichever language, and an
    // update of the system's collations breaks no index.
    columnTypes: { text: sql`text collate "C"`, integer: sql`bigint`, bytes: sql`bytea` },
    // Of the statement: databases that spread their tables take no function here that changes within one.
    now: () => sql<number>`(extract(epoch from statement_timestamp()) * 1000)::bigint`,
    relaxed: (database, work) =>
      database.transaction().execute(async (transaction) => {
        await sql`set local synchronous_commit = off`.execute(transaction)
        return work(transaction)
      }),
    protectRows,
    // Its own vacuum does that, in its own time.
    forgetDeleted: async () => undefined,
    abilities: { strictTables: false },
  }
}

/** Kysely whose transactions run again when they lose against others. */
export class RetryingKysely<Tables> extends Kysely<Tables> {
  override transaction(): TransactionBuilder<Tables> {
    const builder = super.transaction()
    const execute = builder.execute.bind(builder)
    builder.execute = (callback) => retried(() => execute(callback))
    return builder
  }
}

class Adapter extends PostgresAdapter {
  // Kysely's is an advisory lock of the session's, which a pooler in transaction mode would leave behind:
  // `alone` is ours.
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}

/** Sees the schema that names without one are found in, and no other's tables of the same names. */
class Introspector extends PostgresIntrospector implements DatabaseIntrospector {
  readonly #database: Kysely<unknown>

  constructor(database: Kysely<unknown>) {
    super(database)
    this.#database = database
  }

  override async getTables(options?: DatabaseMetadataOptions): Promise<TableMetadata[]> {
    const found = await sql<{ name: string | null }>`select current_schema() as name`.execute(this.#database)
    const tables = await super.getTables(options)
    return tables.filter(({ schema }) => schema === found.rows[0]?.name)
  }
}
