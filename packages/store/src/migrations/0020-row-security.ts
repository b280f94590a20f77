import type { Kysely } from 'kysely'
import type { StoreDialect } from '../dialects/dialect.ts'

/** Every table of this version that holds rows of organizations. Later ones are protected where they are made. */
const tables = [
  'audit',
  'call_batch',
  'call_usage',
  'event',
  'delivery',
  'webhook',
  'sign_on_flow',
  'user_identity',
  'identity_provider',
  'invitation',
  'role',
  'login_throttle',
  'session',
  'recovery_code',
  'person',
  'key_limit',
  'api_key',
  'binding',
  'profile',
  'adapter',
  'app',
  'flow',
  'device_poll',
  'renewal_intent',
  'renewal_orphan',
  'renewal_rate',
  'revocation',
  'trace',
  'client_registration',
  'account_tag',
  'account',
  'integration',
  'oauth_client',
  'environment',
  'data_key',
]

/** The database itself keeps organizations apart, where it can. */
export async function rowSecurity(database: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  for (const table of tables) await dialect.protectRows(database, table)
  await dialect.protectRows(database, 'organization', 'id')
}
