import { type Kysely, sql } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'
import { type Columns, table } from './table.ts'

/** Rotations of organizations' data keys, and how far each has come. */
export async function keyRotations(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  const columns: Columns = {
    organization_id: 'text',
    id: 'text',
    data_key_id: 'text',
    state: 'text',
    column_name: 'text?',
    cursor: 'text?',
    found: 'integer',
    failed: 'integer',
    done: 'integer',
    total: 'integer',
    started_at: 'integer',
    keep_until: 'integer',
    due_at: 'integer',
    ended_at: 'integer?',
  }
  await table('key_rotation', columns, (it) =>
    it
      .addPrimaryKeyConstraint('key_rotation_pk', ['organization_id', 'id'] as never)
      .addForeignKeyConstraint('owner', ['organization_id'] as never, 'organization', ['id']),
  )(database, dialect).execute()
  await dialect.protectRows(database, 'key_rotation')
  const under_way = sql.ref('ended_at')
  await database.schema
    .createIndex('key_rotation_under_way')
    .on('key_rotation')
    .columns(['organization_id'])
    .unique()
    .where(under_way, 'is', null)
    .execute()
  await database.schema
    .createIndex('key_rotation_by_due')
    .on('key_rotation')
    .columns(['due_at'])
    .where(under_way, 'is', null)
    .execute()
}
