import { type Kysely, sql } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'
import { table } from './table.ts'

/** When accounts are renewed in the background, and how many renewals each client has been given. */
export async function dueRenewals(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  const { schema } = database
  await schema
    .alterTable('account')
    .addColumn('due_at', dialect.columnTypes.integer as never)
    .execute()
  // When a call would renew them: what has ended long ago is due at once, and waits for its client's turn.
  await sql`update account
    set due_at = expires_at - case
      when (expires_at - coalesce(issued_at, created_at)) / 2 < 1800000
      then (expires_at - coalesce(issued_at, created_at)) / 2
      else 1800000
    end
    where renewable = 1 and disabled = 0 and status in ('connected', 'failing') and expires_at is not null`.execute(
    database,
  )
  await schema
    .createIndex('account_by_due')
    .on('account')
    .columns(['organization_id', 'integration_id', 'due_at'])
    .where(sql.ref('due_at'), 'is not', null)
    .execute()
  const columns = { organization_id: 'text', client_id: 'text', next_at: 'integer' } as const
  await table('renewal_rate', columns, (it) =>
    it
      .addPrimaryKeyConstraint('renewal_rate_pk', ['organization_id', 'client_id'])
      .addForeignKeyConstraint('owner', ['organization_id'], 'organization', ['id']),
  )(database, dialect).execute()
}
