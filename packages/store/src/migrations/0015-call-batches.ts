import type { Kysely } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'
import { type Columns, table } from './table.ts'

/** Events of calls, many to a row, and how much of them each organization has. */
export async function callBatches(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  const batch: Columns = {
    organization_id: 'text',
    id: 'text',
    first_id: 'text',
    bytes: 'integer',
    about: 'text',
    kinds: 'integer',
    data: 'text',
  }
  await table('call_batch', batch, (it) =>
    it
      .addPrimaryKeyConstraint('call_batch_pk', ['organization_id', 'id'] as never)
      .addForeignKeyConstraint('owner', ['organization_id'], 'organization', ['id']),
  )(database, dialect).execute()
  const usage: Columns = { organization_id: 'text', bytes: 'integer', oldest: 'text' }
  await table('call_usage', usage, (it) =>
    it
      .addPrimaryKeyConstraint('call_usage_pk', ['organization_id'] as never)
      .addForeignKeyConstraint('owner', ['organization_id'], 'organization', ['id']),
  )(database, dialect).execute()
}
