import { foldKey, type Scope } from '@sallyport/contract'
import type { ApiKeyRecord, ApiKeyStore } from '@sallyport/core/ports'
import type { Insertable, Kysely, Selectable } from 'kysely'
import { acrossOrganizations } from './across-organizations.ts'
import { buffer, optional, stringMap, strings } from './columns.ts'
import { compiled } from './compiled.ts'
import { compiledIn } from './compiled-in.ts'
import { inTransaction } from './in-transaction.ts'
import { pageOf } from './page.ts'
import type { Tables } from './tables.ts'

type Limit = Omit<Selectable<Tables['key_limit']>, 'organization_id' | 'key_id' | 'accounts'>
type Row = Selectable<Tables['api_key']> & {
  readonly [Column in keyof Limit]: Limit[Column]
} & {
  /** Undefined where there is no limit beside the key's own. */
  readonly limited_key: string | null
  readonly limit_accounts: string | null
  readonly profile_name: string | null
}

export function apiKeys(database: Kysely<Tables>): ApiKeyStore {
  const keys = withLimits(database)
  // A key is found by itself, and tells whose it is.
  const across = acrossOrganizations(database)
  const byLookup = compiled<Row & { readonly suspended_at: number | null }, [string]>(
    database,
    withLimits(across)
      .innerJoin('organization as o', 'o.id', 'k.organization_id')
      .select('o.suspended_at')
      .where('k.lookup', '=', ''),
  )
  const idsOf = compiledIn(database, (lookups) =>
    across.selectFrom('api_key').select(['lookup', 'id']).where('lookup', 'in', lookups),
  )
  return {
    async idsOf(lookups) {
      const rows = await idsOf(lookups)
      return new Map(rows.map(({ lookup, id }) => [lookup, id]))
    },

    async byLookup(lookup) {
      const row = await byLookup(lookup)
      return row && { ...toRecord(row), isSuspended: row.suspended_at !== null }
    },

    async list(organizationId, { limit, after }, { environment, profile } = {}) {
      let query = keys
        .where('k.organization_id', '=', organizationId)
        .orderBy('k.id')
        .limit(limit + 1)
      if (after !== undefined) query = query.where('k.id', '>', after)
      if (environment !== undefined) query = query.where('l.environment', '=', environment)
      if (profile) query = query.where('l.app_id', '=', profile.appId)
      if (profile?.name !== undefined) query = query.where('l.profile', '=', foldKey(profile.name))
      return pageOf(await query.execute(), limit, toRecord)
    },

    async get(organizationId, id) {
      const query = keys.where('k.organization_id', '=', organizationId).where('k.id', '=', id)
      const row = await query.executeTakeFirst()
      return row && toRecord(row)
    },

    create: (key) => inTransaction(database, (transaction) => insertApiKey(transaction, key)),

    update: (...arguments_) => update(database, ...arguments_),
    replaceSecret: (...arguments_) => replaceSecret(database, ...arguments_),
    touch: (used) => touch(database, used),

    async delete(organizationId, id) {
      const deletion = database.deleteFrom('api_key').where('organization_id', '=', organizationId)
      const result = await deletion.where('id', '=', id).executeTakeFirst()
      return result.numDeletedRows === 1n
    },
  }
}

function update(
  database: Kysely<Tables>,
  ...[key, before]: Parameters<ApiKeyStore['update']>
): Promise<boolean> {
  const { organizationId, id } = key
  const limit = limitRow(key)
  const accounts = limit ? '[]' : apiKeyRow(key).accounts
  return inTransaction(database, async (transaction) => {
    const row = transaction.updateTable('api_key').where('organization_id', '=', organizationId)
    // An update that changes nothing holds the row until all of it has been compared.
    const held = await row
      .set({ lookup: key.lookup })
      .where('id', '=', id)
      .where('expires_at', '=', before.expiresAt)
      .executeTakeFirst()
    const current = await transaction
      .selectFrom('key_limit')
      .select('addresses')
      .where('organization_id', '=', organizationId)
      .where('key_id', '=', id)
      .executeTakeFirst()
    const was = before.addresses ? JSON.stringify(before.addresses) : null
    if (held.numUpdatedRows !== 1n || (current?.addresses ?? null) !== was) return false
    await row.set({ name: key.name, expires_at: key.expiresAt, accounts }).where('id', '=', id).execute()
    if (!limit) return true
    const old = transaction.deleteFrom('key_limit').where('organization_id', '=', organizationId)
    await old.where('key_id', '=', id).execute()
    await transaction.insertInto('key_limit').values(limit).execute()
    return true
  })
}

async function replaceSecret(
  database: Kysely<Tables>,
  ...[{ organizationId, id, digest, previous }, from]: Parameters<ApiKeyStore['replaceSecret']>
): Promise<boolean> {
  const result = await database
    .updateTable('api_key')
    .set({ digest, previous_digest: previous?.digest ?? null, previous_until: previous?.until ?? null })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('digest', '=', from)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

function touch(database: Kysely<Tables>, used: Parameters<ApiKeyStore['touch']>[0]): Promise<void> {
  return inTransaction(database, async (transaction) => {
    for (const { organizationId, id, at } of used) {
      await transaction
        .updateTable('api_key')
        .set({ last_used_at: at })
        .where('organization_id', '=', organizationId)
        .where('id', '=', id)
        .where(({ or, eb }) => or([eb('last_used_at', 'is', null), eb('last_used_at', '<', at)]))
        .execute()
    }
  })
}

function withLimits(database: Kysely<Tables>) {
  return database
    .selectFrom('api_key as k')
    .leftJoin('key_limit as l', (join) =>
      join.onRef('l.organization_id', '=', 'k.organization_id').onRef('l.key_id', '=', 'k.id'),
    )
    .leftJoin('profile as p', (join) =>
      join
        .onRef('p.organization_id', '=', 'l.organization_id')
        .onRef('p.app_id', '=', 'l.app_id')
        .onRef('p.name_folded', '=', 'l.profile'),
    )
    .selectAll('k')
    .select([
      'l.key_id as limited_key',
      'l.environment',
      'l.app_id',
      'l.profile',
      'l.tags',
      'l.addresses',
      'l.accounts as limit_accounts',
      'p.name as profile_name',
    ])
}

/** Within a transaction. */
export async function insertApiKey(transaction: Kysely<Tables>, key: ApiKeyRecord): Promise<void> {
  const limit = limitRow(key)
  const row = apiKeyRow(key)
  // A version that knows nothing of limits reads that this key reaches no account.
  const values = limit ? { ...row, accounts: '[]' } : row
  await transaction.insertInto('api_key').values(values).execute()
  if (limit) await transaction.insertInto('key_limit').values(limit).execute()
}

function apiKeyRow(record: ApiKeyRecord): Insertable<Tables['api_key']> {
  return {
    organization_id: record.organizationId,
    id: record.id,
    lookup: record.lookup,
    digest: record.digest,
    name: record.name,
    scopes: JSON.stringify(record.scopes),
    accounts: record.accounts ? JSON.stringify(record.accounts) : null,
    previous_digest: record.previous?.digest ?? null,
    previous_until: record.previous?.until ?? null,
    last_used_at: record.lastUsedAt ?? null,
    created_at: record.createdAt,
    expires_at: record.expiresAt,
  }
}

function limitRow(record: ApiKeyRecord): Insertable<Tables['key_limit']> | undefined {
  const { organizationId, id, accounts, environment, profile, tags, addresses } = record
  if (environment === undefined && !tags && !addresses) return undefined
  return {
    organization_id: organizationId,
    key_id: id,
    environment: environment ?? null,
    app_id: profile?.appId ?? null,
    profile: profile ? foldKey(profile.name) : null,
    accounts: accounts ? JSON.stringify(accounts) : null,
    tags: tags ? JSON.stringify(tags) : null,
    addresses: addresses ? JSON.stringify(addresses) : null,
  }
}

function toRecord(row: Row): ApiKeyRecord {
  const accounts = row.limited_key === null ? row.accounts : row.limit_accounts
  const { app_id: appId, previous_digest: digest, previous_until: until } = row
  return {
    organizationId: row.organization_id,
    id: row.id,
    lookup: row.lookup,
    digest: buffer(row.digest),
    name: row.name,
    scopes: strings<Scope>(row.scopes),
    accounts: accounts === null ? undefined : strings(accounts),
    environment: optional(row.environment),
    // A profile that is not there is none that anybody finds: the key would be broader without it.
    profile: appId === null ? undefined : { appId, name: row.profile_name ?? '' },
    tags: row.tags === null ? undefined : stringMap(row.tags),
    addresses: row.addresses === null ? undefined : strings(row.addresses),
    previous: digest === null || until === null ? undefined : { digest: buffer(digest), until },
    lastUsedAt: optional(row.last_used_at),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}
