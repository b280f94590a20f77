import type { OrganizationRecord, Store } from '@sallyport/core/ports'
import type { Kysely, Selectable } from 'kysely'
import { dataKeyRow } from './data-keys.ts'
import { environmentRow } from './environments.ts'
import type { Tables } from './tables.ts'
import { takeTurn } from './take-turn.ts'

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

    async create(...arguments_) {
      await database.transaction().execute((transaction) => create(transaction, ...arguments_))
    },

    createFirst: (...arguments_) =>
      database.transaction().execute(async (transaction) => {
        await takeTurn(transaction)
        const found = await transaction.selectFrom('organization').select('id').limit(1).executeTakeFirst()
        if (found) return false
        await create(transaction, ...arguments_)
        return true
      }),
  }
}

async function create(
  transaction: Kysely<Tables>,
  ...[{ id, name, createdAt }, dataKey, environments]: Parameters<Store['organizations']['create']>
): Promise<void> {
  await transaction.insertInto('organization').values({ id, name, created_at: createdAt }).execute()
  await transaction.insertInto('data_key').values(dataKeyRow(dataKey)).execute()
  if (environments.length === 0) return
  await transaction.insertInto('environment').values(environments.map(environmentRow)).execute()
}

function toRecord(row: Selectable<Tables['organization']>): OrganizationRecord {
  return { id: row.id, name: row.name, createdAt: row.created_at }
}
