import { foldKey } from '@sallyport/contract'
import type { AppStore } from '@sallyport/core/ports'
import type { Kysely } from 'kysely'
import { adapterRows, profileRow } from './app-row.ts'
import { inTransaction } from './in-transaction.ts'
import type { Tables } from './tables.ts'

// What refers to a name does so by a foreign key: the row of the next name is there first, that of the last one goes last.

export function renameAdapter(
  database: Kysely<Tables>,
  ...[app, from, to]: Parameters<AppStore['renameAdapter']>
): Promise<boolean> {
  const { organizationId, id, version, updatedAt } = app
  const [last, next] = [foldKey(from), foldKey(to)]
  const row = adapterRows(app).find(({ name_folded }) => name_folded === next)
  if (!row) return Promise.resolve(false)
  return inTransaction(database, async (transaction) => {
    const held = await transaction
      .updateTable('app')
      .set({ version, updated_at: updatedAt })
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .where('version', '=', version - 1)
      .executeTakeFirst()
    if (held.numUpdatedRows !== 1n) return false
    if (last === next) {
      const change = transaction.updateTable('adapter').set({ name: to })
      const own = change.where('organization_id', '=', organizationId).where('app_id', '=', id)
      await own.where('name_folded', '=', last).execute()
      return true
    }
    await transaction.insertInto('adapter').values(row).execute()
    const bindings = transaction.updateTable('binding').set({ adapter: next })
    const bound = bindings.where('organization_id', '=', organizationId).where('app_id', '=', id)
    await bound.where('adapter', '=', last).execute()
    const old = transaction.deleteFrom('adapter').where('organization_id', '=', organizationId)
    await old.where('app_id', '=', id).where('name_folded', '=', last).execute()
    return true
  })
}

export function renameProfile(
  database: Kysely<Tables>,
  ...[profile, from]: Parameters<AppStore['renameProfile']>
): Promise<boolean> {
  const row = profileRow(profile)
  const { organization_id: organizationId, app_id: appId, name, name_folded: next } = row
  const last = foldKey(from)
  return inTransaction(database, async (transaction) => {
    // No profile of the app is written by another until this has ended.
    const held = transaction.updateTable('app').set(({ ref }) => ({ version: ref('version') }))
    await held.where('organization_id', '=', organizationId).where('id', '=', appId).execute()
    if (last !== next && (await isTaken(transaction, row))) return false
    const renamed = await transaction
      .updateTable('profile')
      .set({ ...(last === next && { name }), version: row.version, updated_at: row.updated_at })
      .where('organization_id', '=', organizationId)
      .where('app_id', '=', appId)
      .where('name_folded', '=', last)
      .where('version', '=', profile.version - 1)
      .executeTakeFirst()
    if (renamed.numUpdatedRows !== 1n) return false
    if (last === next) return true
    await transaction.insertInto('profile').values(row).execute()
    for (const table of ['binding', 'key_limit'] as const) {
      const change = transaction.updateTable(table).set({ profile: next })
      const own = change.where('organization_id', '=', organizationId).where('app_id', '=', appId)
      await own.where('profile', '=', last).execute()
    }
    const old = transaction.deleteFrom('profile').where('organization_id', '=', organizationId)
    await old.where('app_id', '=', appId).where('name_folded', '=', last).execute()
    return true
  })
}

async function isTaken(transaction: Kysely<Tables>, row: ReturnType<typeof profileRow>): Promise<boolean> {
  const found = await transaction
    .selectFrom('profile')
    .select('name')
    .where('organization_id', '=', row.organization_id)
    .where('app_id', '=', row.app_id)
    .where('name_folded', '=', row.name_folded)
    .executeTakeFirst()
  return found !== undefined
}
