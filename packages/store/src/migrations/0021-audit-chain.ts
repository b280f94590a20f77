import type { Kysely } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'
import { type Columns, table } from './table.ts'

/** The chain of each organization's audit, what is signed of it, and how far it was handed on. */
export async function auditChain(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  const { text, integer } = dialect.columnTypes
  const { schema } = database
  for (const [on, column, type] of [
    ['audit', 'sequence', integer],
    ['audit', 'hash', text],
    ['audit', 'mac', text],
    ['webhook', 'audit_cursor', integer],
  ] as const) {
    await schema
      .alterTable(on)
      .addColumn(column, type as never)
      .execute()
  }
  const place = ['organization_id', 'sequence']
  await schema.createIndex('audit_by_sequence').unique().on('audit').columns(place).execute()
  await head(database, dialect).execute()
  await checkpoint(database, dialect).execute()
  for (const name of ['audit_head', 'audit_checkpoint']) await dialect.protectRows(database, name)
}

const headColumns: Columns = {
  organization_id: 'text',
  sequence: 'integer',
  hash: 'text',
  signed_sequence: 'integer',
  signed_at: 'integer',
  generations_at: 'integer',
  exported_sequence: 'integer',
}

const head = table('audit_head', headColumns, (it) =>
  it
    .addPrimaryKeyConstraint('audit_head_pk', ['organization_id'] as never)
    .addForeignKeyConstraint('owner', ['organization_id'], 'organization', ['id']),
)

const checkpointColumns: Columns = {
  organization_id: 'text',
  sequence: 'integer',
  hash: 'text',
  at: 'integer',
  public_key: 'text',
  signature: 'text',
}

const checkpoint = table('audit_checkpoint', checkpointColumns, (it) =>
  it
    .addPrimaryKeyConstraint('audit_checkpoint_pk', ['organization_id', 'sequence'] as never)
    .addForeignKeyConstraint('owner', ['organization_id'], 'organization', ['id']),
)
