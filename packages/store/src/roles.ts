import { foldKey, type Scope } from '@sallyport/contract'
import type { RoleRecord, Store } from '@sallyport/core/ports'
import type { Kysely, Selectable } from 'kysely'
import { strings } from './columns.ts'
import type { Tables } from './tables.ts'

export function roles(database: Kysely<Tables>): Store['roles'] {
  return {
    async create(role) {
      const { organizationId, id, key, name, base, without, createdAt } = role
      const row = { organization_id: organizationId, id, key, key_folded: foldKey(key), name, base }
      const insertion = database
        .insertInto('role')
        .values({ ...row, without: JSON.stringify(without), created_at: createdAt })
        .onConflict((conflict) => conflict.doNothing())
      return (await insertion.executeTakeFirst()).numInsertedOrUpdatedRows === 1n
    },
    async get(organizationId, key) {
      const query = database.selectFrom('role').selectAll().where('organization_id', '=', organizationId)
      const row = await query.where('key_folded', '=', foldKey(key)).executeTakeFirst()
      return row && toRecord(row)
    },
    async list(organizationId) {
      const query = database.selectFrom('role').selectAll().where('organization_id', '=', organizationId)
      return (await query.orderBy('id').execute()).map(toRecord)
    },
    async update({ organizationId, id, name, base, without }) {
      const result = await database
        .updateTable('role')
        .set({ name, base, without: JSON.stringify(without) })
        .where('organization_id', '=', organizationId)
        .where('id', '=', id)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    async hold(organizationId, key) {
      const result = await database
        .updateTable('role')
        .set(({ ref }) => ({ key: ref('key') }))
        .where('organization_id', '=', organizationId)
        .where('key_folded', '=', foldKey(key))
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    delete: (organizationId, key) => deleteUnused(database, organizationId, key),
  }
}

async function deleteUnused(database: Kysely<Tables>, organizationId: string, key: string): Promise<boolean> {
  const result = await database
    .deleteFrom('role')
    .where('organization_id', '=', organizationId)
    .where('key_folded', '=', foldKey(key))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('person')
            .select('person.id')
            .where('person.organization_id', '=', organizationId)
            .whereRef('person.role', '=', 'role.key'),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('invitation')
            .select('invitation.id')
            .where('invitation.organization_id', '=', organizationId)
            .whereRef('invitation.role', '=', 'role.key'),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('identity_provider')
            .select('identity_provider.id')
            .where('identity_provider.organization_id', '=', organizationId)
            .whereRef('identity_provider.default_role', '=', 'role.key'),
        ),
      ),
    )
    .executeTakeFirst()
  return result.numDeletedRows === 1n
}

/** Who the owners are hangs on the organization's row: whoever changes that waits for whoever holds it. */
export function owners(database: Kysely<Tables>): Store['owners'] {
  return {
    async hold(organizationId) {
      await database
        .updateTable('organization')
        .set(({ ref }) => ({ name: ref('name') }))
        .where('id', '=', organizationId)
        .execute()
    },
    async exist(organizationId) {
      const row = await database
        .selectFrom('person')
        .select('id')
        .where('organization_id', '=', organizationId)
        .where('role', '=', 'owner')
        .where('disabled', '=', 0)
        .limit(1)
        .executeTakeFirst()
      return row !== undefined
    },
  }
}

function toRecord(row: Selectable<Tables['role']>): RoleRecord {
  return {
    organizationId: row.organization_id,
    id: row.id,
    key: row.key,
    name: row.name,
    base: row.base,
    without: strings<Scope>(row.without),
    createdAt: row.created_at,
  }
}
