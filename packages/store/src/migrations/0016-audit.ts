import { type Kysely, sql } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'
import { type Columns, table } from './table.ts'

/** Who changed what; and which organization is the operator's, and which are suspended. */
export async function audit(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  await auditTable(database, dialect)
  const { integer } = dialect.columnTypes
  const { schema } = database
  await schema
    .alterTable('organization')
    .addColumn('operator', integer as never, (column) => column.notNull().defaultTo(0))
    .execute()
  await schema
    .alterTable('organization')
    .addColumn('suspended_at', integer as never)
    .execute()
  await sql`
    update organization set operator = 1
    where id = (select id from organization order by created_at, id limit 1)
  `.execute(database)
}

/** Without reference to what was changed, which it outlives. */
async function auditTable(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  const columns: Columns = {
    organization_id: 'text',
    id: 'text',
    at: 'integer',
    actor_kind: 'text',
    actor_id: 'text?',
    address: 'text?',
    action: 'text',
    target_kind: 'text',
    target_id: 'text',
    target_name: 'text?',
    changes: 'text',
  }
  await table('audit', columns, (it) =>
    it
      .addPrimaryKeyConstraint('audit_pk', ['organization_id', 'id'] as never)
      .addForeignKeyConstraint('owner', ['organization_id'], 'organization', ['id']),
  )(database, dialect).execute()
  for (const column of ['action', 'actor_id', 'target_id', 'target_name']) {
    await database.schema
      .createIndex(`audit_by_${column}`)
      .on('audit')
      .columns(['organization_id', column, 'id'])
      .execute()
  }
}
