import type { ConnectLinkRecord, Store } from '@sallyport/core/ports'
import type { Insertable, Kysely, Selectable } from 'kysely'
import { acrossOrganizations } from './across-organizations.ts'
import { buffer, flag, optional, optionalBuffer, stringMap } from './columns.ts'
import { inTransaction } from './in-transaction.ts'
import type { Tables } from './tables.ts'

type ConnectLinks = Store['connectLinks']

export function connectLinks(database: Kysely<Tables>): ConnectLinks {
  const across = acrossOrganizations(database)
  return {
    async create(link) {
      await database.insertInto('connect_link').values(toRow(link)).execute()
    },
    async byId(id) {
      // Found by the id in an address, which tells the organization; that is unique among all.
      const row = await across.selectFrom('connect_link').selectAll().where('id', '=', id).executeTakeFirst()
      return row && toRecord(row)
    },
    async byFlow(organizationId, flowId) {
      const query = database
        .selectFrom('connect_link')
        .selectAll()
        .where('organization_id', '=', organizationId)
      const row = await query.where('flow_id', '=', flowId).executeTakeFirst()
      return row && toRecord(row)
    },
    async countOpen(organizationId, now) {
      const { count } = await database
        .selectFrom('connect_link')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('organization_id', '=', organizationId)
        .where('expires_at', '>', now)
        .where('state', '<>', 'done')
        .executeTakeFirstOrThrow()
      return Number(count)
    },
    attempt: (...arguments_) => attempt(database, ...arguments_),
    aim: (...arguments_) => inTransaction(database, (transaction) => aim(transaction, ...arguments_)),
    finish: (...arguments_) => finish(database, ...arguments_),
    async abandoned(before, limit) {
      // A job of all.
      const query = across.selectFrom('connect_link').selectAll().where('expires_at', '<', before)
      const unfinished = query.where('makes_account', '=', 1).where('account_id', 'is not', null)
      const rows = await unfinished.orderBy('expires_at').limit(limit).execute()
      return rows.map(toRecord)
    },
    async delete({ organizationId, id }) {
      const deletion = database.deleteFrom('connect_link').where('organization_id', '=', organizationId)
      await deletion.where('id', '=', id).execute()
    },
    async deleteExpired(before) {
      // A job of all.
      await across
        .deleteFrom('connect_link')
        .where('expires_at', '<', before)
        .where(({ or, eb }) => or([eb('makes_account', '=', 0), eb('account_id', 'is', null)]))
        .execute()
    },
  }
}

async function attempt(
  database: Kysely<Tables>,
  ...[{ organizationId, id }, { browserHash, language }, { now, most }]: Parameters<ConnectLinks['attempt']>
): Promise<boolean> {
  const result = await database
    .updateTable('connect_link')
    .set(({ eb }) => ({
      state: 'begun',
      browser_hash: browserHash,
      attempts: eb('attempts', '+', 1),
      ...(language !== undefined && { language }),
    }))
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('state', 'in', ['open', 'begun'])
    .where(({ or, eb }) => or([eb('browser_hash', 'is', null), eb('browser_hash', '=', browserHash)]))
    .where('expires_at', '>', now)
    .where('attempts', '<', most)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

async function aim(
  transaction: Kysely<Tables>,
  ...[{ organizationId, id, accountId, flowId, sealed }]: Parameters<ConnectLinks['aim']>
): Promise<boolean> {
  const before = await transaction
    .selectFrom('connect_link')
    .select('flow_id')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst()
  const result = await transaction
    .updateTable('connect_link')
    .set({ account_id: accountId, flow_id: flowId ?? null, sealed: sealed ?? null })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('state', '=', 'begun')
    .where(({ or, eb }) => or([eb('account_id', 'is', null), eb('account_id', '=', accountId)]))
    .executeTakeFirst()
  if (result.numUpdatedRows !== 1n) return false
  if (before?.flow_id && before.flow_id !== flowId) {
    const deletion = transaction.deleteFrom('flow').where('organization_id', '=', organizationId)
    await deletion.where('id', '=', before.flow_id).execute()
  }
  return true
}

async function finish(
  database: Kysely<Tables>,
  ...[{ organizationId, id, accountId, flowId }, from]: Parameters<ConnectLinks['finish']>
): Promise<boolean> {
  const result = await database
    .updateTable('connect_link')
    .set({ state: 'done', account_id: accountId, flow_id: flowId ?? null, sealed: null })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('state', '=', 'begun')
    .where('flow_id', from.flowId === undefined ? 'is' : '=', from.flowId ?? null)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

function toRow(record: ConnectLinkRecord): Insertable<Tables['connect_link']> {
  return {
    organization_id: record.organizationId,
    id: record.id,
    environment: record.environment,
    integration_id: record.integrationId,
    account_id: record.accountId ?? null,
    makes_account: flag(record.makesAccount),
    name: record.name,
    tags: JSON.stringify(record.tags),
    return_url: record.returnUrl ?? null,
    digest: record.digest,
    key_id: record.keyId ?? null,
    user_id: record.userId ?? null,
    browser_hash: record.browserHash ?? null,
    flow_id: record.flowId ?? null,
    sealed: record.sealed ?? null,
    language: record.language ?? null,
    attempts: record.attempts,
    state: record.state,
    created_at: record.createdAt,
    expires_at: record.expiresAt,
  }
}

function toRecord(row: Selectable<Tables['connect_link']>): ConnectLinkRecord {
  return {
    organizationId: row.organization_id,
    environment: row.environment,
    id: row.id,
    integrationId: row.integration_id,
    accountId: optional(row.account_id),
    makesAccount: row.makes_account === 1,
    name: row.name,
    tags: stringMap(row.tags),
    returnUrl: optional(row.return_url),
    digest: buffer(row.digest),
    keyId: optional(row.key_id),
    userId: optional(row.user_id),
    browserHash: optional(row.browser_hash),
    flowId: optional(row.flow_id),
    sealed: optionalBuffer(row.sealed),
    language: optional(row.language),
    attempts: row.attempts,
    state: row.state as ConnectLinkRecord['state'],
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}
