import { join } from 'node:path'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { Kysely } from 'kysely'
import { describeSnapshot, type Row, rowsAtOnce, type Snapshot, selectRows } from '../../backup/snapshot.ts'
import type { Tables } from '../../tables.ts'
import { sqliteDialect } from './dialect.ts'

/**
 * Reads the database of a data folder as it is at one moment, by a connection of its own: the node that has it goes on,
 * and only its log is not made shorter meanwhile.
 */
export async function withSqliteSnapshot<Result>(
  folder: string,
  use: (snapshot: Snapshot) => Promise<Result>,
): Promise<Result> {
  const connected = new DatabaseSync(join(folder, 'sallyport.db'), { timeout: 5000, readOnly: true })
  const database = new Kysely<Tables>({ dialect: sqliteDialect(() => connected).kysely })
  try {
    connected.exec('begin')
    const described = await describeSnapshot(database)
    return await use({
      ...described,
      rows: (table) => batches(connected, selectRows(table).compile(database).sql),
    })
  } finally {
    await database.destroy()
    // Statements that still wait to be collected would keep the moment, and the log with it.
    if (connected.isTransaction) connected.exec('rollback')
    connected.close()
  }
}

async function* batches(connected: DatabaseSyncInstance, statement: string): AsyncIterable<readonly Row[]> {
  const prepared = connected.prepare(statement)
  prepared.setReturnArrays(true)
  let batch: Row[] = []
  for (const row of prepared.iterate()) {
    batch.push(row as unknown as Row)
    if (batch.length < rowsAtOnce) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
