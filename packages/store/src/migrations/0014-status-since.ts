import type { Kysely } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'

/** Since when accounts have the status that they have; unknown of those from before. */
export async function statusSince({ schema }: Kysely<unknown>, { columnTypes }: StoreDialect): Promise<void> {
  await schema
    .alterTable('account')
    .addColumn('status_since', columnTypes.integer as never)
    .execute()
}
