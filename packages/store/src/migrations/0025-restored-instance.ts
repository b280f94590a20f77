import type { Kysely } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'

/** That a database was restored from a backup, and when it was adopted. */
export async function restoredInstance({ schema }: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  for (const column of ['backup_at', 'adopted_at']) {
    await schema
      .alterTable('instance')
      .addColumn(column, dialect.columnTypes.integer as never)
      .execute()
  }
}
