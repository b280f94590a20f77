import type { OrganizationRecord, Store } from '@sallyport/core/ports'
import type { Kysely, Selectable } from 'kysely'
import { dataKeyRow } from './data-keys.ts'
import { environmentRow } from './environments.ts'
import type { Tables } from './tables.ts'

export function organizations(database: Kysely<Tables>): Store['organizations'] {
  return {
    async first() {
      const query = database
        .selectFrom('organization')
        .selectAll()
        .orderBy('created_at')
        .orderBy('id')
        .limit(1)
      const row = await query.executeTakeFirst()
      return row && toRecord(row)
    },

    async create(organization, dataKey, environments) {
      const { id, name, createdAt } = organization
      await database.transaction().execute(async (transaction) => {
        await transaction.insertInto('organization').values({ id, name, created_at: createdAt }).execute()
        await transaction.insertInto('data_key').values(dataKeyRow(dataKey)).execute()
        if (environments.length === 0) return
        await transaction.insertInto('environment').values(environments.map(environmentRow)).execute()
      })
    },
  }
}

function toRecord(row: Selectable<Tables['organization']>): OrganizationRecord {
  return { id: row.id, name: row.name, createdAt: row.created_at }
}
