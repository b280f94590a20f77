import { type Kysely, sql } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'
import { assertKnown, migrate, migrateTo } from '../migrations/migrate.ts'
import type { Tables } from '../tables.ts'
import { BackupRefused } from './backup-refused.ts'
import { type Row, rowsAtOnce, type SnapshotTable } from './snapshot.ts'

/** An empty database that a backup is written into: all of it, or nothing. */
export interface RestoreTarget {
  /** Makes the tables as these migrations had made them. @throws BackupRefused where this version does not know them */
  create(migrations: readonly string[]): Promise<void>
  insert(table: SnapshotTable, rows: readonly Row[]): Promise<void>
  /**
   * Brings the database up to date, and closes its fence: until an operator has said what it is, nobody renews.
   * `backupAt` is the moment that it goes back to.
   */
  finish(backupAt: number): Promise<void>
}

export function restoreTarget(database: Kysely<Tables>, dialect: StoreDialect): RestoreTarget {
  return {
    async create(migrations) {
      assertKnown(migrations)
      await migrateTo(database, dialect, migrations.at(-1) ?? '')
    },
    async insert({ name, columns }, rows) {
      const names = columns.map((column) => sql.ref(column.name))
      for (const some of chunks(rows, rowsPerStatement(columns.length))) {
        const values = some.map((row) => sql`(${sql.join(row)})`)
        await sql`insert into ${sql.table(name)} (${sql.join(names)}) values ${sql.join(values)}`.execute(
          database,
        )
      }
    },
    async finish(backupAt) {
      await migrate(database, dialect)
      await endAttempts(database)
      await closeFence(database, backupAt)
    },
  }
}

/** Who was sending then may have been answered since: nobody of those that are to come has the answer. */
async function endAttempts(database: Kysely<Tables>): Promise<void> {
  await database
    .updateTable('renewal_intent')
    .set({ state: 'no_answer' })
    .where('state', '=', 'sending')
    .execute()
}

async function closeFence(database: Kysely<Tables>, backupAt: number): Promise<void> {
  const update = database
    .updateTable('instance')
    // Which nodes of versions before know as well.
    .set(({ ref }) => ({ backup_at: backupAt, rolled_back_from: ref('epoch') }))
  if ((await update.executeTakeFirst()).numUpdatedRows !== 1n) {
    throw new BackupRefused('It does not say which instance it was made of.')
  }
}

/** PostgreSQL takes 65,535 values in a statement, SQLite 32,766. */
function rowsPerStatement(columns: number): number {
  return Math.max(1, Math.min(rowsAtOnce, Math.floor(30_000 / columns)))
}

function* chunks(rows: readonly Row[], size: number): Iterable<readonly Row[]> {
  for (let from = 0; from < rows.length; from += size) yield rows.slice(from, from + size)
}
