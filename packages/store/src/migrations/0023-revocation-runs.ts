import { type Expression, type Kysely, sql } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'
import { type Columns, type Table, table } from './table.ts'

/** Revocations of many accounts at once, and what became of each account. */
export async function revocationRuns(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  const create = (name: string, columns: Columns, constraints: (table: Table) => Table) =>
    table(name, columns, constraints)(database, dialect).execute()
  await create('revocation_run', run, (it) =>
    it
      .addPrimaryKeyConstraint('revocation_run_pk', ['organization_id', 'id'] as never)
      .addForeignKeyConstraint('owner', ['organization_id'] as never, 'organization', ['id']),
  )
  await create('revocation_run_account', runAccount, (it) =>
    it
      .addPrimaryKeyConstraint('revocation_run_account_pk', [
        'organization_id',
        'run_id',
        'account_id',
      ] as never)
      .addForeignKeyConstraint('of_run', ['organization_id', 'run_id'] as never, 'revocation_run', [
        'organization_id',
        'id',
      ]),
  )
  for (const name of ['revocation_run', 'revocation_run_account']) await dialect.protectRows(database, name)
  const index = (name: string, on: string, columns: string[]) =>
    database.schema.createIndex(name).on(on).columns(columns).execute()
  await index('revocation_run_by_due', 'revocation_run', ['due_at'])
  await index('revocation_run_account_by_state', 'revocation_run_account', [
    'organization_id',
    'run_id',
    'state',
    'account_id',
  ])
  await index('revocation_run_account_by_revocation', 'revocation_run_account', [
    'organization_id',
    'revocation_id',
  ])
  // Which integrations have some that are due is found in the index alone.
  await sql`create index revocation_open on revocation (organization_id, integration, due_at) where sealed is not null`.execute(
    database,
  )
  const { text, integer } = dialect.columnTypes
  const add = (to: string, column: string, type: Expression<unknown>) =>
    database.schema
      .alterTable(to)
      .addColumn(column, type as never)
      .execute()
  await add('revocation', 'reason', text)
  await add('revocation', 'reason_detail', text)
  await add('account', 'connected_at', integer)
}

const run: Columns = {
  organization_id: 'text',
  id: 'text',
  status: 'text',
  filter: 'text',
  total: 'integer',
  started_at: 'integer',
  ended_at: 'integer?',
  due_at: 'integer?',
}

const runAccount: Columns = {
  organization_id: 'text',
  run_id: 'text',
  account_id: 'text',
  integration: 'text',
  environment: 'text',
  state: 'text',
  reason: 'text?',
  reason_detail: 'text?',
  revocation_id: 'text?',
  due_at: 'integer',
}
