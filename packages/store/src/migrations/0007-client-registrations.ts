import type { Kysely } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'
import { type Columns, table } from './table.ts'

/** Clients that registered themselves at providers. */
export async function clientRegistrations(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  const columns: Columns = {
    organization_id: 'text',
    owner_id: 'text',
    server: 'text',
    client_id: 'text',
    sealed: 'bytes',
    created_at: 'integer',
    superseded_at: 'integer?',
  }
  await table('client_registration', columns, (it) =>
    it
      .addPrimaryKeyConstraint('client_registration_pk', [
        'organization_id',
        'owner_id',
        'server',
        'client_id',
      ])
      .addForeignKeyConstraint('owner', ['organization_id'], 'organization', ['id']),
  )(database, dialect).execute()
}
