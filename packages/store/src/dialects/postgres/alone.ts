import { Kysely, sql } from 'kysely'
import type { Pool } from 'pg'
import { takeTurn } from '../../take-turn.ts'
import type { StoreDialect } from '../dialect.ts'
import { postgresDialect } from './dialect.ts'
import { BorrowedDriver, PostgresDriver } from './driver.ts'

/**
 * Runs in one transaction, while every other node that wants the same waits: the lock is a row. Whoever waits holds one
 * connection, and whoever runs the same one, so that no number of them can use up a pooler's and wait for ever.
 */
export async function alone<Tables>(
  pool: Pool,
  run: (database: Kysely<Tables>, dialect: StoreDialect) => Promise<void>,
): Promise<void> {
  const driver = new PostgresDriver(() => pool)
  await makeRow(new Kysely({ dialect: postgresDialect(driver).kysely }))
  const connection = await driver.acquireConnection()
  try {
    await connection.begin()
    const dialect = postgresDialect(new BorrowedDriver(connection))
    const database = new Kysely<Tables>({ dialect: dialect.kysely })
    await takeTurn(database)
    await run(database, dialect)
    await connection.commit()
  } catch (error) {
    await connection.rollback()
    throw error
  } finally {
    connection.release()
  }
}

/** The row that Kysely's migrations would make. */
async function makeRow(database: Kysely<unknown>): Promise<void> {
  const create = () =>
    sql`create table if not exists migration_lock (id varchar(255) primary key, is_locked integer not null default 0)`.execute(
      database,
    )
  // Of two that create a table at once PostgreSQL fails one, whatever it was asked; by then it is there.
  await create().catch(create)
  await sql`insert into migration_lock (id) values ('migration_lock') on conflict do nothing`.execute(
    database,
  )
}
