import type { DataKeyRecord, Store } from '@sallyport/core/ports'
import type { Insertable, Kysely, Selectable } from 'kysely'
import { acrossOrganizations } from './across-organizations.ts'
import { buffer } from './columns.ts'
import type { Tables } from './tables.ts'

export function dataKeys(database: Kysely<Tables>): Store['dataKeys'] {
  const inOrganization = (organizationId: string) =>
    database.selectFrom('data_key').selectAll().where('organization_id', '=', organizationId)
  return {
    async get(organizationId, id) {
      const row = await inOrganization(organizationId).where('id', '=', id).executeTakeFirst()
      return row && toRecord(row)
    },

    async active(organizationId) {
      const row = await inOrganization(organizationId).where('state', '=', 'active').executeTakeFirst()
      return row && toRecord(row)
    },

    async audit(organizationId) {
      const row = await inOrganization(organizationId).where('state', '=', 'audit').executeTakeFirst()
      return row && toRecord(row)
    },

    async page(after, limit) {
      // A job of all.
      let query = acrossOrganizations(database)
        .selectFrom('data_key')
        .selectAll()
        .where('state', '!=', 'dead')
        .orderBy('organization_id')
        .orderBy('id')
        .limit(limit)
      if (after) {
        const { organizationId, id } = after
        query = query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('organization_id', 'id'), '>', tuple(organizationId, id)),
        )
      }
      return (await query.execute()).map(toRecord)
    },

    async rewrap({ organizationId, id, wrapped: before }, wrapped) {
      const update = database
        .updateTable('data_key')
        .set({ wrapped })
        .where('organization_id', '=', organizationId)
        .where('id', '=', id)
        .where('wrapped', '=', before)
      return (await update.executeTakeFirst()).numUpdatedRows === 1n
    },

    async list(organizationId) {
      return (await inOrganization(organizationId).orderBy('created_at').orderBy('id').execute()).map(
        toRecord,
      )
    },
  }
}

export function dataKeyRow(record: DataKeyRecord): Insertable<Tables['data_key']> {
  return {
    organization_id: record.organizationId,
    id: record.id,
    state: record.state,
    wrapped: record.wrapped,
    created_at: record.createdAt,
  }
}

function toRecord(row: Selectable<Tables['data_key']>): DataKeyRecord {
  return {
    id: row.id,
    organizationId: row.organization_id,
    state: row.state,
    wrapped: buffer(row.wrapped),
    createdAt: row.created_at,
  }
}
