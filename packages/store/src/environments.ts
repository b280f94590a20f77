import { foldKey } from '@sallyport/contract'
import type { EnvironmentRecord, Store } from '@sallyport/core/ports'
import type { Insertable, Kysely, Selectable } from 'kysely'
import { stringMap, strings } from './columns.ts'
import type { Tables } from './tables.ts'

export function environments(database: Kysely<Tables>): Store['environments'] {
  return {
    async list(organizationId) {
      const query = database
        .selectFrom('environment')
        .selectAll()
        .where('organization_id', '=', organizationId)
      const rows = await query.orderBy('created_at').orderBy('key_folded').execute()
      return rows.map(toRecord)
    },

    async get(organizationId, key) {
      const query = database
        .selectFrom('environment')
        .selectAll()
        .where('organization_id', '=', organizationId)
      const row = await query.where('key_folded', '=', foldKey(key)).executeTakeFirst()
      return row && toRecord(row)
    },

    async create(environment) {
      const insertion = database.insertInto('environment').values(environmentRow(environment))
      const result = await insertion.onConflict((conflict) => conflict.doNothing()).executeTakeFirst()
      return result.numInsertedOrUpdatedRows === 1n
    },

    async update({ organizationId, key, name, returnUrls, connectPage }) {
      const change = {
        ...{ name, return_urls: JSON.stringify(returnUrls) },
        connect_page: connectPage ? JSON.stringify(connectPage) : null,
      }
      const update = database
        .updateTable('environment')
        .set(change)
        .where('organization_id', '=', organizationId)
      const result = await update.where('key_folded', '=', foldKey(key)).executeTakeFirst()
      return result.numUpdatedRows === 1n
    },

    async delete(organizationId, key) {
      const result = await database
        .deleteFrom('environment')
        .where('organization_id', '=', organizationId)
        .where('key_folded', '=', foldKey(key))
        .where(({ not, or, exists, selectFrom }) => {
          const usedBy = (table: 'account' | 'profile' | 'key_limit') =>
            exists(
              selectFrom(table)
                .select(`${table}.environment`)
                .where(`${table}.organization_id`, '=', organizationId)
                .whereRef(`${table}.environment`, '=', 'environment.key'),
            )
          return not(or([usedBy('account'), usedBy('profile'), usedBy('key_limit')]))
        })
        .executeTakeFirst()
      return result.numDeletedRows === 1n
    },
  }
}

export function environmentRow(record: EnvironmentRecord): Insertable<Tables['environment']> {
  return {
    organization_id: record.organizationId,
    key: record.key,
    key_folded: foldKey(record.key),
    name: record.name,
    return_urls: JSON.stringify(record.returnUrls),
    connect_page: record.connectPage ? JSON.stringify(record.connectPage) : null,
    created_at: record.createdAt,
  }
}

function toRecord(row: Selectable<Tables['environment']>): EnvironmentRecord {
  return {
    organizationId: row.organization_id,
    key: row.key,
    name: row.name,
    returnUrls: strings(row.return_urls),
    ...(row.connect_page !== null && { connectPage: stringMap(row.connect_page) }),
    createdAt: row.created_at,
  }
}
