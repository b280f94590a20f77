import { tablesOfOrganizations } from '../organizations.ts'

/** Tables that no organization owns. */
const ofDeployment = ['organization', 'setup', 'key_check', 'instance', 'shredding'] as const

/** What a backup leaves out, and why. A table of the schema is in one of these lists: a test says so. */
export const leftOut: ReadonlySet<string> = new Set([
  // Whoever logged out, or was logged out, since the backup would be in again.
  'session',
  // Of a browser at an identity provider, for ten minutes.
  'sign_on_flow',
  // Good once: whoever has used one since the backup could again.
  'connect_link',
  // Kysely's own: restored by running the migrations.
  'migration',
  'migration_lock',
])

/** What a backup holds, in an order in which all that a row refers to is there before it. */
export const backedUp: readonly string[] = [
  ...ofDeployment,
  ...tablesOfOrganizations.toReversed().filter((table) => !leftOut.has(table)),
]
