import type { Kysely } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'
import { type Columns, table } from './table.ts'

/** Saved operations. */
export async function operations(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  const columns: Columns = {
    organization_id: 'text',
    id: 'text',
    key: 'text',
    key_folded: 'text',
    name: 'text',
    integration: 'text?',
    definition: 'text',
    version: 'integer',
    created_at: 'integer',
    updated_at: 'integer',
  }
  await table('operation', columns, (it) =>
    it
      .addPrimaryKeyConstraint('operation_pk', ['organization_id', 'id'] as never)
      .addForeignKeyConstraint('owner', ['organization_id'] as never, 'organization', ['id'])
      .addUniqueConstraint('operation_key', ['organization_id', 'key_folded'] as never),
  )(database, dialect).execute()
  await database.schema
    .createIndex('operation_by_integration')
    .on('operation')
    .columns(['organization_id', 'integration'])
    .execute()
  await dialect.protectRows(database, 'operation')
}
