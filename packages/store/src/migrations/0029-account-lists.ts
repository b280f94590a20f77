import { type Kysely, sql } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'

/** By what accounts are sorted: the same texts as in account-order.ts, so that the indexes serve. */
const orders = {
  name: sql`name_folded`,
  creation: sql`created_at`,
  reconnection: sql`(coalesce(case when status = 'expiring' then expires_at else refresh_expires_at end, 9007199254740991))`,
  urgency: sql`(case when disabled = 1 then 5 when status = 'needs_reconnect' or reason = 'expired' then 0 when status = 'failing' then 1 when status = 'expiring' then 2 when status = 'pending' then 3 when status = 'revoked' then 6 else 4 end)`,
}

/** Whose accounts are, what is otherwise since they were connected again, and in which orders they are listed. */
export async function accountLists(database: Kysely<unknown>, { columnTypes }: StoreDialect): Promise<void> {
  for (const column of ['differences', 'created_by', 'created_by_id']) {
    await database.schema
      .alterTable('account')
      .addColumn(column, columnTypes.text as never)
      .execute()
  }
  for (const [name, order] of Object.entries(orders)) {
    await sql`create index ${sql.ref(`account_by_${name}`)} on account (organization_id, ${order}, id)`.execute(
      database,
    )
  }
  // How renewals of all accounts went, without looking at each account's traces.
  await sql`create index trace_by_renewal on trace (organization_id, at, ok, account_id) where kind = 'refresh'`.execute(
    database,
  )
}
