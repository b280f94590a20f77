import type { Kysely } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'
import { type Columns, table } from './table.ts'

/** Revocations at providers, which outlive their accounts. */
export async function revocations(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  const columns: Columns = {
    organization_id: 'text',
    id: 'text',
    account_id: 'text',
    sealed: 'bytes?',
    attempts: 'integer',
    created_at: 'integer',
    due_at: 'integer',
    expires_at: 'integer',
  }
  await table('revocation', columns, (it) =>
    it
      .addPrimaryKeyConstraint('revocation_pk', ['organization_id', 'id'])
      .addForeignKeyConstraint('owner', ['organization_id'], 'organization', ['id']),
  )(database, dialect).execute()
  await database.schema.createIndex('revocation_by_due').on('revocation').column('due_at').execute()
  await database.schema
    .alterTable('account')
    .addColumn('revocation', dialect.columnTypes.text as never)
    .execute()
}
