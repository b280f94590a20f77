import type { OrganizationRecord, Store } from '@sallyport/core/ports'
import type { Insertable, Kysely, Selectable } from 'kysely'
import { acrossOrganizations } from './across-organizations.ts'
import { emptyHead } from './audit-head.ts'
import { flag, optional } from './columns.ts'
import { dataKeyRow } from './data-keys.ts'
import { environmentRow } from './environments.ts'
import { inTransaction } from './in-transaction.ts'
import { pageOf } from './page.ts'
import type { Tables } from './tables.ts'
import { takeTurn } from './take-turn.ts'

export function organizations(database: Kysely<Tables>): Store['organizations'] {
  // Which there are.
  const across = acrossOrganizations(database)
  return {
    async first() {
      const query = across.selectFrom('organization').selectAll().where('operator', '=', 1).limit(1)
      const row = await query.executeTakeFirst()
      return row && toRecord(row)
    },

    async get(id) {
      const row = await database
        .selectFrom('organization')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row && toRecord(row)
    },

    async list({ limit, after }) {
      const query = across
        .selectFrom('organization')
        .selectAll()
        .orderBy('id')
        .limit(limit + 1)
      const rows = await (after === undefined ? query : query.where('id', '>', after)).execute()
      return pageOf(rows, limit, toRecord)
    },

    async create(...arguments_) {
      await inTransaction(database, (transaction) => create(transaction, ...arguments_))
    },

    createFirst: (...arguments_) =>
      inTransaction(database, async (transaction) => {
        await takeTurn(transaction)
        const anyOne = acrossOrganizations(transaction).selectFrom('organization').select('id').limit(1)
        if (await anyOne.executeTakeFirst()) return false
        await create(transaction, ...arguments_)
        return true
      }),

    async update(organization) {
      const { id, name, suspended_at } = toRow(organization)
      const update = database.updateTable('organization').set({ name, suspended_at }).where('id', '=', id)
      return (await update.executeTakeFirst()).numUpdatedRows === 1n
    },

    delete: (id) => inTransaction(database, (transaction) => remove(transaction, id)),
  }
}

/** Every table that has `organization_id`, in an order in which nothing is left that refers to what is gone. */
export const tablesOfOrganizations = [
  'audit_checkpoint',
  'audit_head',
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
  'operation',
  'connect_link',
  'flow',
  'device_poll',
  'renewal_intent',
  'renewal_orphan',
  'renewal_rate',
  'revocation_run_account',
  'revocation_run',
  'revocation',
  'trace',
  'client_registration',
  'import_recipient',
  'account_tag',
  'account',
  'integration',
  'oauth_client',
  'environment',
  'key_rotation',
  'data_key',
] as const

async function remove(transaction: Kysely<Tables>, id: string): Promise<boolean> {
  const lock = transaction
    .updateTable('organization')
    // An update that changes nothing.
    .set(({ ref }) => ({ name: ref('name') }))
    .where('id', '=', id)
    .where('operator', '=', 0)
    .where('suspended_at', 'is not', null)
  if ((await lock.executeTakeFirst()).numUpdatedRows !== 1n) return false
  for (const table of tablesOfOrganizations) {
    await transaction.deleteFrom(table).where('organization_id', '=', id).execute()
  }
  await transaction.deleteFrom('organization').where('id', '=', id).execute()
  await transaction.insertInto('shredding').values({ id }).execute()
  return true
}

async function create(
  transaction: Kysely<Tables>,
  ...[organization, dataKeys, environments]: Parameters<Store['organizations']['create']>
): Promise<void> {
  await transaction.insertInto('organization').values(toRow(organization)).execute()
  await transaction.insertInto('data_key').values(dataKeys.map(dataKeyRow)).execute()
  await transaction.insertInto('audit_head').values(emptyHead(organization.id)).execute()
  if (environments.length === 0) return
  await transaction.insertInto('environment').values(environments.map(environmentRow)).execute()
}

function toRow(record: OrganizationRecord): Insertable<Tables['organization']> {
  return {
    id: record.id,
    name: record.name,
    operator: flag(record.operator),
    suspended_at: record.suspendedAt ?? null,
    created_at: record.createdAt,
  }
}

function toRecord(row: Selectable<Tables['organization']>): OrganizationRecord {
  return {
    id: row.id,
    name: row.name,
    operator: row.operator === 1,
    suspendedAt: optional(row.suspended_at),
    createdAt: row.created_at,
  }
}
