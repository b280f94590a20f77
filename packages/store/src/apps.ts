import { foldKey } from '@sallyport/contract'
import type { AppRecord, AppStore } from '@sallyport/core/ports'
import type { Kysely, Selectable } from 'kysely'
import { renameAdapter, renameProfile } from './app-renames.ts'
import { type AdapterRow, adapterRows, appRecord, appRow, profileRow } from './app-row.ts'
import { appUses } from './app-uses.ts'
import { environmentRow } from './environments.ts'
import { inTransaction } from './in-transaction.ts'
import { pageOf } from './page.ts'
import { deleteProfile, hasKeys, profilesOf, putProfile } from './profiles.ts'
import type { Tables } from './tables.ts'

export function apps(database: Kysely<Tables>): AppStore {
  const inOrganization = (organizationId: string) =>
    database.selectFrom('app').selectAll().where('organization_id', '=', organizationId)
  const whole = async (organizationId: string, row: Selectable<Tables['app']> | undefined) =>
    row && appRecord(row, await adaptersOf(database, organizationId, [row.id]))
  return {
    async list(organizationId, { limit, after }) {
      let query = inOrganization(organizationId)
        .orderBy('id')
        .limit(limit + 1)
      if (after !== undefined) query = query.where('id', '>', after)
      const { items, nextCursor } = pageOf(await query.execute(), limit, (row) => row)
      const ids = items.map(({ id }) => id)
      const adapters = ids.length === 0 ? [] : await adaptersOf(database, organizationId, ids)
      return { items: items.map((row) => appRecord(row, adapters)), nextCursor }
    },

    async get(organizationId, id) {
      return whole(
        organizationId,
        await inOrganization(organizationId).where('id', '=', id).executeTakeFirst(),
      )
    },

    async getByKey(organizationId, key) {
      const query = inOrganization(organizationId).where('key_folded', '=', foldKey(key))
      return whole(organizationId, await query.executeTakeFirst())
    },

    create: (...arguments_) => create(database, ...arguments_),
    renameAdapter: (...arguments_) => renameAdapter(database, ...arguments_),
    renameProfile: (...arguments_) => renameProfile(database, ...arguments_),
    update: (app) => inTransaction(database, (transaction) => updateIn(transaction, app)),

    async delete(organizationId, id) {
      const deletion = database.deleteFrom('app').where('organization_id', '=', organizationId)
      const result = await deletion
        .where('id', '=', id)
        .where(({ not, exists }) => not(exists(hasKeys(database, organizationId, id))))
        .executeTakeFirst()
      return result.numDeletedRows === 1n
    },

    profiles: (organizationId, appId) => profilesOf(database, { organizationId, appId }),
    async profile(organizationId, appId, name) {
      return (await profilesOf(database, { organizationId, appId, name }))[0]
    },
    putProfile: (profile) => putProfile(database, profile),
    deleteProfile: (...arguments_) => deleteProfile(database, ...arguments_),
    uses: (...arguments_) => appUses(database, ...arguments_),
  }
}

function adaptersOf(
  database: Kysely<Tables>,
  organizationId: string,
  ids: readonly string[],
): Promise<AdapterRow[]> {
  return database
    .selectFrom('adapter as a')
    .innerJoin('integration as i', (join) =>
      join.onRef('i.organization_id', '=', 'a.organization_id').onRef('i.id', '=', 'a.integration_id'),
    )
    .select([
      'a.app_id',
      'a.name',
      'a.name_folded',
      'a.integration_id',
      'a.description',
      'i.key as integration',
    ])
    .where('a.organization_id', '=', organizationId)
    .where('a.app_id', 'in', ids)
    .orderBy('a.position')
    .execute()
}

function create(
  database: Kysely<Tables>,
  ...[app, profiles, environments]: Parameters<AppStore['create']>
): Promise<boolean> {
  return inTransaction(database, async (transaction) => {
    const insertion = transaction.insertInto('app').values(appRow(app))
    const onKey = insertion.onConflict((conflict) =>
      conflict.columns(['organization_id', 'key_folded']).doNothing(),
    )
    if ((await onKey.executeTakeFirst()).numInsertedOrUpdatedRows !== 1n) return false
    for (const environment of environments) {
      const row = transaction.insertInto('environment').values(environmentRow(environment))
      await row.onConflict((conflict) => conflict.doNothing()).execute()
    }
    if (app.adapters.length > 0) await transaction.insertInto('adapter').values(adapterRows(app)).execute()
    if (profiles.length > 0) {
      await transaction.insertInto('profile').values(profiles.map(profileRow)).execute()
    }
    return true
  })
}

/** Rows of adapters that stay are changed and not replaced: their bindings go with them. */
async function updateIn(transaction: Kysely<Tables>, app: AppRecord): Promise<boolean> {
  const { organizationId, id, version, name, updatedAt } = app
  const result = await transaction
    .updateTable('app')
    .set({ name, version, updated_at: updatedAt })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('version', '=', version - 1)
    .executeTakeFirst()
  if (result.numUpdatedRows !== 1n) return false
  const rows = adapterRows(app)
  const before = await transaction
    .selectFrom('adapter')
    .select(['name_folded', 'integration_id'])
    .where('organization_id', '=', organizationId)
    .where('app_id', '=', id)
    .execute()
  const stays = before.filter(({ name_folded, integration_id }) =>
    rows.some((row) => row.name_folded === name_folded && row.integration_id === integration_id),
  )
  const kept = new Set(stays.map(({ name_folded }) => name_folded))
  for (const { name_folded } of before.filter((row) => !kept.has(row.name_folded))) {
    const deletion = transaction.deleteFrom('adapter').where('organization_id', '=', organizationId)
    await deletion.where('app_id', '=', id).where('name_folded', '=', name_folded).execute()
  }
  for (const row of rows) {
    if (!kept.has(row.name_folded)) await transaction.insertInto('adapter').values(row).execute()
    else {
      await transaction
        .updateTable('adapter')
        .set({ name: row.name, position: row.position, description: row.description ?? null })
        .where('organization_id', '=', organizationId)
        .where('app_id', '=', id)
        .where('name_folded', '=', row.name_folded)
        .execute()
    }
  }
  return true
}
