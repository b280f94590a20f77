import type { Kysely } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'
import { type Columns, table } from './table.ts'

/** Authorizations on other devices, one of an account at most. */
export async function devicePolls(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  const columns: Columns = {
    organization_id: 'text',
    account_id: 'text',
    id: 'text',
    environment: 'text',
    sealed: 'bytes',
    interval_seconds: 'integer',
    due_at: 'integer',
    created_at: 'integer',
    expires_at: 'integer',
  }
  const account = ['organization_id', 'account_id']
  await table('device_poll', columns, (it) =>
    it
      .addPrimaryKeyConstraint('device_poll_pk', account as never)
      .addForeignKeyConstraint(
        'of_account',
        account as never,
        'account',
        ['organization_id', 'id'],
        (constraint) => constraint.onDelete('cascade'),
      ),
  )(database, dialect).execute()
  await database.schema.createIndex('device_poll_by_due').on('device_poll').column('due_at').execute()
}
