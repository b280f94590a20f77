import { type Kysely, sql } from 'kysely'
import { takeTurn } from '../../take-turn.ts'

/**
 * Runs while every other node that wants the same waits: the lock is a row, held by a transaction on a connection of
 * its own, which ends with the process. It makes the table as Kysely's migrations would.
 */
export async function alone<Tables>(database: Kysely<Tables>, run: () => Promise<void>): Promise<void> {
  const create = () =>
    sql`create table if not exists migration_lock (id varchar(255) primary key, is_locked integer not null default 0)`.execute(
      database,
    )
  // Of two that create a table at once PostgreSQL fails one, whatever it was asked; by then it is there.
  await create().catch(create)
  await sql`insert into migration_lock (id) values ('migration_lock') on conflict do nothing`.execute(
    database,
  )
  await database.transaction().execute(async (transaction) => {
    await takeTurn(transaction)
    await run()
  })
}
