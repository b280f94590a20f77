import type { Kysely } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'
import { type Columns, table } from './table.ts'

/** Accounts whose credentials were exported, and the keys that imports are sealed to. */
export async function exports(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  await database.schema
    .alterTable('account')
    .addColumn('exported_at', dialect.columnTypes.integer as never)
    .execute()
  const columns: Columns = {
    organization_id: 'text',
    id: 'text',
    recipient: 'text',
    sealed: 'bytes',
    created_at: 'integer',
    expires_at: 'integer',
  }
  await table('import_recipient', columns, (it) =>
    it
      .addPrimaryKeyConstraint('import_recipient_pk', ['organization_id', 'id'] as never)
      .addForeignKeyConstraint('owner', ['organization_id'] as never, 'organization', ['id']),
  )(database, dialect).execute()
  await dialect.protectRows(database, 'import_recipient')
}
