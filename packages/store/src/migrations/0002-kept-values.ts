import type { Kysely } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'

/** Values kept from providers' replies, and when refresh tokens end. */
export async function keptValues({ schema }: Kysely<unknown>, { columnTypes }: StoreDialect): Promise<void> {
  const { text, integer } = columnTypes
  await schema
    .alterTable('account')
    .addColumn('kept', text as never, (column) => column.notNull().defaultTo('{}'))
    .execute()
  await schema
    .alterTable('account')
    .addColumn('refresh_expires_at', integer as never)
    .execute()
}
