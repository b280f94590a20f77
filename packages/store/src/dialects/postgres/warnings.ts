import { type Kysely, sql } from 'kysely'
import type { PostgresAddress } from './address.ts'

/** What the operator should know of a database that can be used all the same. */
export async function warningsOf<Tables>(
  database: Kysely<Tables>,
  { user }: Pick<PostgresAddress, 'user'>,
): Promise<readonly string[]> {
  const { rows } = await sql<{ passes: boolean }>`
    select rolsuper or rolbypassrls as passes from pg_roles where rolname = current_user
  `.execute(database)
  if (rows[0]?.passes !== true) return []
  return [
    `The database user "${user}" is a superuser, or has BYPASSRLS: row-level security does not bind it, so that PostgreSQL does not keep organizations apart beside Sallyport. Give Sallyport a user that is neither, and owns the database.`,
  ]
}
