import type { Kysely } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'
import { type Columns, table } from './table.ts'

/** OAuth clients that integrations share. */
export async function oauthClients(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  const columns: Columns = {
    organization_id: 'text',
    id: 'text',
    key: 'text',
    key_folded: 'text',
    name: 'text',
    definition: 'text',
    secrets: 'bytes?',
    secrets_set: 'text',
    version: 'integer',
    created_at: 'integer',
    updated_at: 'integer',
  }
  await table('oauth_client', columns, (it) =>
    it
      .addPrimaryKeyConstraint('oauth_client_pk', ['organization_id', 'id'])
      .addForeignKeyConstraint('owner', ['organization_id'], 'organization', ['id'])
      .addUniqueConstraint('oauth_client_key', ['organization_id', 'key_folded'])
      // A column that is added later can refer to no more than one.
      .addUniqueConstraint('oauth_client_id', ['id']),
  )(database, dialect).execute()
  await database.schema
    .alterTable('integration')
    .addColumn('oauth_client_id', dialect.columnTypes.text as never, (it) => it.references('oauth_client.id'))
    .execute()
  await database.schema
    .createIndex('integration_by_client')
    .on('integration')
    .columns(['organization_id', 'oauth_client_id', 'id'])
    .execute()
}
