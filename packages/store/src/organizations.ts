import type { OrganizationRecord, Store } from '@sallyport/core/ports'
import type { Insertable, Kysely, Selectable } from 'kysely'
import { flag, optional } from './columns.ts'
import { dataKeyRow } from './data-keys.ts'
import { environmentRow } from './environments.ts'
import { inTransaction } from './in-transaction.ts'
import type { Tables } from './tables.ts'
import { takeTurn } from './take-turn.ts'

export function organizations(database: Kysely<Tables>): Store['organizations'] {
  return {
    async first() {
      const query = database.selectFrom('organization').selectAll().where('operator', '=', 1).limit(1)
      const row = await query.executeTakeFirst()
      return row && toRecord(row)
    },

    async create(...arguments_) {
      await inTransaction(database, (transaction) => create(transaction, ...arguments_))
    },

    createFirst: (...arguments_) =>
      inTransaction(database, async (transaction) => {
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
  ...[organization, dataKey, environments]: Parameters<Store['organizations']['create']>
): Promise<void> {
  await transaction.insertInto('organization').values(toRow(organization)).execute()
  await transaction.insertInto('data_key').values(dataKeyRow(dataKey)).execute()
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
