import { foldKey } from '@sallyport/contract'
import type { OperationRecord, OperationStore } from '@sallyport/core/ports'
import type { Insertable, Kysely, Selectable } from 'kysely'
import { pageOf } from './page.ts'
import type { Tables } from './tables.ts'

export function operations(database: Kysely<Tables>): OperationStore {
  const inOrganization = (organizationId: string) =>
    database.selectFrom('operation').selectAll().where('organization_id', '=', organizationId)
  return {
    async list(organizationId, { limit, after }, { integration } = {}) {
      let query = inOrganization(organizationId)
        .orderBy('id')
        .limit(limit + 1)
      if (integration !== undefined) query = query.where('integration', '=', foldKey(integration))
      if (after !== undefined) query = query.where('id', '>', after)
      return pageOf(await query.execute(), limit, toRecord)
    },

    async getByKey(organizationId, key) {
      const row = await inOrganization(organizationId)
        .where('key_folded', '=', foldKey(key))
        .executeTakeFirst()
      return row && toRecord(row)
    },

    async create(operation) {
      const insertion = database.insertInto('operation').values(toRow(operation))
      const result = await insertion
        .onConflict((conflict) => conflict.columns(['organization_id', 'key_folded']).doNothing())
        .executeTakeFirst()
      return result.numInsertedOrUpdatedRows === 1n
    },

    async update(operation) {
      const { name, integration, definition, version, updated_at } = toRow(operation)
      const result = await database
        .updateTable('operation')
        .set({ name, integration, definition, version, updated_at })
        .where('organization_id', '=', operation.organizationId)
        .where('id', '=', operation.id)
        .where('version', '=', version - 1)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },

    async delete(organizationId, id) {
      const deletion = database.deleteFrom('operation').where('organization_id', '=', organizationId)
      return (await deletion.where('id', '=', id).executeTakeFirst()).numDeletedRows === 1n
    },
  }
}

function toRow(record: OperationRecord): Insertable<Tables['operation']> {
  return {
    organization_id: record.organizationId,
    id: record.id,
    key: record.key,
    key_folded: foldKey(record.key),
    name: record.name,
    integration: record.integration === undefined ? null : foldKey(record.integration),
    definition: record.definition,
    version: record.version,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  }
}

function toRecord(row: Selectable<Tables['operation']>): OperationRecord {
  return {
    organizationId: row.organization_id,
    id: row.id,
    key: row.key,
    name: row.name,
    integration: row.integration ?? undefined,
    definition: row.definition,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
