import { Kysely, sql } from 'kysely'
import {
  describeSnapshot,
  type Row,
  rowsAtOnce,
  type Snapshot,
  type SnapshotTable,
  selectRows,
} from '../../backup/snapshot.ts'
import type { Tables } from '../../tables.ts'
import type { PostgresAddress } from './address.ts'
import { connectedPool } from './connected-pool.ts'
import { postgresDialect } from './dialect.ts'
import { BorrowedDriver, PostgresDriver } from './driver.ts'

/** Reads a database as it is at one moment, in a transaction that writes nothing, while nodes go on. @throws DatabaseRefused */
export async function withPostgresSnapshot<Result>(
  address: PostgresAddress,
  use: (snapshot: Snapshot) => Promise<Result>,
): Promise<Result> {
  // Counting takes as long as it takes.
  const pool = await connectedPool(address, { patient: true })
  const connection = await new PostgresDriver(() => pool).acquireConnection()
  try {
    await connection.begin('begin isolation level repeatable read, read only')
    const { kysely } = postgresDialect(new BorrowedDriver(connection))
    const database = new Kysely<Tables>({ dialect: kysely })
    const described = await describeSnapshot(database)
    return await use({ ...described, rows: (table) => batches(database, table) })
  } finally {
    await connection.rollback()
    connection.release()
    await pool.end()
  }
}

async function* batches(database: Kysely<Tables>, table: SnapshotTable): AsyncIterable<readonly Row[]> {
  await sql`declare rows no scroll cursor for ${selectRows(table)}`.execute(database)
  for (;;) {
    const { rows } = await sql<
      Readonly<Record<string, Row[number]>>
    >`fetch ${sql.lit(rowsAtOnce)} from rows`.execute(database)
    if (rows.length > 0) yield rows.map((row) => table.columns.map(({ name }) => row[name] ?? null))
    if (rows.length < rowsAtOnce) break
  }
  await sql`close rows`.execute(database)
}
