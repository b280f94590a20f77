import { type Kysely, sql } from 'kysely'
import { everyOrganization, organizationSetting } from './organization-setting.ts'

/**
 * Has PostgreSQL itself keep the organizations of a table apart, from the table's owner too: a statement sees and writes
 * the rows of the organization that its transaction is set to, and none where nothing is set.
 */
export async function protectRows(
  database: Kysely<unknown>,
  table: string,
  column = 'organization_id',
): Promise<void> {
  const setting = sql`current_setting(${sql.lit(organizationSetting)}, true)`
  const isSeen = sql`${sql.ref(column)} = ${setting} or ${setting} = ${sql.lit(everyOrganization)}`
  // What is not null the planner takes for all but every row, as it is of those that a statement names itself. By the
  // condition alone it expects one in a hundred of them, and sorts a whole organization for a page.
  const whose = sql`case when ${isSeen} then true end is not null`
  const statements = [
    sql`alter table ${sql.table(table)} enable row level security, force row level security`,
    sql`create policy of_organization on ${sql.table(table)} using (${whose}) with check (${whose})`,
  ]
  for (const statement of statements) await statement.execute(database)
}
