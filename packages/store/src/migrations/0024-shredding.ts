import type { Kysely } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'
import { table } from './table.ts'

/** Organizations that were deleted, and whose outer keys are still to be destroyed. */
export async function shredding(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  await table('shredding', { id: 'text' }, (it) =>
    it.addPrimaryKeyConstraint('shredding_pk', ['id'] as never),
  )(database, dialect).execute()
}
