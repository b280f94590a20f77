import { type Kysely, sql } from 'kysely'
import type { Place } from '../../place.ts'
import { StatementFailed } from './errors.ts'

/**
 * The number that PostgreSQL gave the database when it was created, and that of the cluster, where it may be read: a
 * database that was restored elsewhere, or made from this one as its template, has another. To be asked outside of a
 * transaction, which a question that is refused would end.
 */
export function databasePlace<Tables>(database: Kysely<Tables>): () => Promise<Place> {
  let mayReadCluster: boolean | undefined
  return async () => {
    mayReadCluster ??= await isAllowed(database)
    // As text: the number of a cluster is greater than JavaScript's can be.
    const cluster = mayReadCluster
      ? sql`(select system_identifier::text from pg_control_system())`
      : sql`cast(null as text)`
    const { rows } = await sql<{ oid: string; cluster: string | null }>`
      select oid::text as oid, ${cluster} as cluster from pg_database where datname = current_database()
    `.execute(database)
    const [found] = rows
    if (!found) return {}
    return { database: found.oid, ...(found.cluster !== null && { cluster: found.cluster }) }
  }
}

/** Asked before: a statement that names what may not be called fails, whether it would call it or not. */
async function isAllowed<Tables>(database: Kysely<Tables>): Promise<boolean> {
  try {
    const { rows } = await sql<{ allowed: boolean | null }>`
      select has_function_privilege(to_regprocedure('pg_control_system()'), 'execute') as allowed
    `.execute(database)
    return rows[0]?.allowed === true
  } catch (error) {
    // A database that speaks like PostgreSQL and has neither.
    if (error instanceof StatementFailed) return false
    throw error
  }
}
