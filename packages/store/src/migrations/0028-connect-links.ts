import type { Kysely } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'
import { type Columns, table } from './table.ts'

/** Links by which people connect accounts, and how the page looks that they open. */
export async function connectLinks(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  const { schema } = database
  await schema
    .alterTable('environment')
    .addColumn('connect_page', dialect.columnTypes.text as never)
    .execute()
  const columns: Columns = {
    organization_id: 'text',
    id: 'text',
    environment: 'text',
    integration_id: 'text',
    account_id: 'text?',
    makes_account: 'integer',
    name: 'text',
    tags: 'text',
    return_url: 'text?',
    digest: 'bytes',
    key_id: 'text?',
    user_id: 'text?',
    browser_hash: 'text?',
    flow_id: 'text?',
    sealed: 'bytes?',
    language: 'text?',
    attempts: 'integer',
    state: 'text',
    created_at: 'integer',
    expires_at: 'integer',
  }
  await table('connect_link', columns, (it) =>
    it
      .addPrimaryKeyConstraint('connect_link_pk', ['organization_id', 'id'] as never)
      .addForeignKeyConstraint('owner', ['organization_id'] as never, 'organization', ['id']),
  )(database, dialect).execute()
  const index = (name: string, of: readonly string[]) =>
    schema
      .createIndex(`connect_link_${name}`)
      .on('connect_link')
      .columns([...of])
  await index('by_id', ['id']).unique().execute()
  await index('by_flow', ['organization_id', 'flow_id']).execute()
  await index('by_age', ['organization_id', 'expires_at']).execute()
  await index('by_expiry', ['expires_at']).execute()
  await dialect.protectRows(database, 'connect_link')
}
