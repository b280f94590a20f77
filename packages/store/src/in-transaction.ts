import type { Kysely } from 'kysely'

/** Runs in the transaction that is under way already, or in one of its own. */
export function inTransaction<Tables, Result>(
  database: Kysely<Tables>,
  work: (transaction: Kysely<Tables>) => Promise<Result>,
): Promise<Result> {
  return database.isTransaction ? work(database) : database.transaction().execute(work)
}
