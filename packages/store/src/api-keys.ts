import type { Scope } from '@sallyport/contract'
import type { ApiKeyRecord, Store } from '@sallyport/core/ports'
import type { Insertable, Kysely, Selectable } from 'kysely'
import { buffer, strings } from './columns.ts'
import { compiled } from './compiled.ts'
import { pageOf } from './page.ts'
import type { Tables } from './tables.ts'

type Row = Selectable<Tables['api_key']>

export function apiKeys(database: Kysely<Tables>): Store['apiKeys'] {
  const keys = database.selectFrom('api_key').selectAll()
  const byLookup = compiled<Row, [string]>(database, keys.where('lookup', '=', ''))
  return {
    async byLookup(lookup) {
      const row = await byLookup(lookup)
      return row && toRecord(row)
    },

    async list(organizationId, { limit, after }) {
      const query = keys
        .where('organization_id', '=', organizationId)
        .orderBy('id')
        .limit(limit + 1)
      const rows = await (after === undefined ? query : query.where('id', '>', after)).execute()
      return pageOf(rows, limit, toRecord)
    },

    async get(organizationId, id) {
      const query = keys.where('organization_id', '=', organizationId).where('id', '=', id)
      const row = await query.executeTakeFirst()
      return row && toRecord(row)
    },

    async create(key) {
      await database.insertInto('api_key').values(apiKeyRow(key)).execute()
    },

    async delete(organizationId, id) {
      const deletion = database.deleteFrom('api_key').where('organization_id', '=', organizationId)
      const result = await deletion.where('id', '=', id).executeTakeFirst()
      return result.numDeletedRows === 1n
    },
  }
}

export function apiKeyRow(record: ApiKeyRecord): Insertable<Tables['api_key']> {
  return {
    organization_id: record.organizationId,
    id: record.id,
    lookup: record.lookup,
    digest: record.digest,
    name: record.name,
    scopes: JSON.stringify(record.scopes),
    accounts: record.accounts ? JSON.stringify(record.accounts) : null,
    created_at: record.createdAt,
    expires_at: record.expiresAt,
  }
}

function toRecord(row: Row): ApiKeyRecord {
  return {
    organizationId: row.organization_id,
    id: row.id,
    lookup: row.lookup,
    digest: buffer(row.digest),
    name: row.name,
    scopes: strings<Scope>(row.scopes),
    accounts: row.accounts === null ? undefined : strings(row.accounts),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}
