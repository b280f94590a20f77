import type { Kysely } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'
import { type Columns, table } from './table.ts'

/** What passed between us and providers. Without reference to the account: a trial comes before its row. */
export async function traces(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  const columns: Columns = {
    organization_id: 'text',
    id: 'text',
    account_id: 'text',
    at: 'integer',
    kind: 'text',
    ok: 'integer',
    data: 'text',
  }
  await table('trace', columns, (it) =>
    it
      .addPrimaryKeyConstraint('trace_pk', ['organization_id', 'account_id', 'id'])
      .addForeignKeyConstraint('owner', ['organization_id'], 'organization', ['id']),
  )(database, dialect).execute()
}
