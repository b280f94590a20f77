import type { Kysely } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'
import { type Columns, table } from './table.ts'

/** What a database says of itself, by which a copy and one that was set back are told from the one that goes on. */
export async function instance(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  const columns: Columns = {
    only: 'integer',
    id: 'text',
    place: 'text',
    epoch: 'integer',
    rolled_back_from: 'integer?',
  }
  await table('instance', columns, (it) => it.addPrimaryKeyConstraint('instance_pk', ['only'] as never))(
    database,
    dialect,
  ).execute()
}
