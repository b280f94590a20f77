import { type Kysely, sql } from 'kysely'

/**
 * What happens once in a database, as its first organization, happens by one transaction at a time: the others wait
 * until this one has ended. The row is that of the migrations.
 */
export async function takeTurn<Tables>(transaction: Kysely<Tables>): Promise<void> {
  // An update that changes nothing locks the row in every database, other than `for update`.
  await sql`update migration_lock set is_locked = is_locked`.execute(transaction)
}
