import { foldKey } from '@sallyport/contract'
import type { ProfileRecord } from '@sallyport/core/ports'
import type { Kysely } from 'kysely'
import { profileRecord, profileRow } from './app-row.ts'
import { inTransaction } from './in-transaction.ts'
import type { Tables } from './tables.ts'

/** Profiles of an app, or the one of this name, oldest first. */
export async function profilesOf(
  database: Kysely<Tables>,
  { organizationId, appId, name }: { organizationId: string; appId: string; name?: string },
): Promise<ProfileRecord[]> {
  let profiles = database
    .selectFrom('profile')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('app_id', '=', appId)
  let bindings = database
    .selectFrom('binding as b')
    .innerJoin('adapter as a', (join) =>
      join
        .onRef('a.organization_id', '=', 'b.organization_id')
        .onRef('a.app_id', '=', 'b.app_id')
        .onRef('a.name_folded', '=', 'b.adapter'),
    )
    .select(['b.profile', 'a.name as adapter', 'b.account_id'])
    .where('b.organization_id', '=', organizationId)
    .where('b.app_id', '=', appId)
  if (name !== undefined) {
    profiles = profiles.where('name_folded', '=', foldKey(name))
    bindings = bindings.where('b.profile', '=', foldKey(name))
  }
  const rows = await profiles.orderBy('created_at').orderBy('name_folded').execute()
  if (rows.length === 0) return []
  const bound = await bindings.orderBy('a.position').execute()
  return rows.map((row) => profileRecord(row, bound))
}

/** False also where a binding cannot be; whatever says so is asked before anything is written. */
export function putProfile(database: Kysely<Tables>, profile: ProfileRecord): Promise<boolean> {
  const { organizationId, appId, bindings } = profile
  const name = foldKey(profile.name)
  return inTransaction(database, async (transaction) => {
    // The app cannot lose adapters, nor a profile of it be written by another, until this has ended.
    const held = await transaction
      .updateTable('app')
      .set((expression) => ({ version: expression.ref('version') }))
      .where('organization_id', '=', organizationId)
      .where('id', '=', appId)
      .executeTakeFirst()
    if (held.numUpdatedRows !== 1n) return false
    for (const [adapter, accountId] of Object.entries(bindings)) {
      if (!(await isBindable(transaction, profile, { adapter, accountId }))) return false
    }
    if (!(await writeRow(transaction, profile))) return false
    const old = transaction.deleteFrom('binding').where('organization_id', '=', organizationId)
    await old.where('app_id', '=', appId).where('profile', '=', name).execute()
    for (const [adapter, accountId] of Object.entries(bindings)) {
      const row = { app_id: appId, profile: name, adapter: foldKey(adapter), account_id: accountId }
      await transaction
        .insertInto('binding')
        .values({ organization_id: organizationId, ...row })
        .execute()
    }
    return true
  })
}

/** Neither an account's environment nor its integration ever changes. */
async function isBindable(
  transaction: Kysely<Tables>,
  { organizationId, appId, environment }: ProfileRecord,
  { adapter, accountId }: { readonly adapter: string; readonly accountId: string },
): Promise<boolean> {
  const found = await transaction
    .selectFrom('account')
    .innerJoin('adapter', (join) =>
      join
        .onRef('adapter.organization_id', '=', 'account.organization_id')
        .onRef('adapter.integration_id', '=', 'account.integration_id'),
    )
    .select('account.id')
    .where('account.organization_id', '=', organizationId)
    .where('account.id', '=', accountId)
    .where('account.environment', '=', environment)
    .where('adapter.app_id', '=', appId)
    .where('adapter.name_folded', '=', foldKey(adapter))
    .executeTakeFirst()
  return found !== undefined
}

async function writeRow(transaction: Kysely<Tables>, profile: ProfileRecord): Promise<boolean> {
  const row = profileRow(profile)
  const { organization_id, app_id, name_folded, environment } = row
  if (profile.version === 1) {
    const insertion = transaction.insertInto('profile').values(row)
    const result = await insertion.onConflict((conflict) => conflict.doNothing()).executeTakeFirst()
    return result.numInsertedOrUpdatedRows === 1n
  }
  const result = await transaction
    .updateTable('profile')
    .set({ environment, settings: row.settings, version: row.version, updated_at: row.updated_at })
    .where('organization_id', '=', organization_id)
    .where('app_id', '=', app_id)
    .where('name_folded', '=', name_folded)
    .where('version', '=', profile.version - 1)
    .where(({ or, eb, not, exists }) =>
      or([
        eb('environment', '=', environment),
        not(exists(hasKeys(transaction, organization_id, app_id, name_folded))),
      ]),
    )
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

export async function deleteProfile(
  database: Kysely<Tables>,
  ...[organizationId, appId, name]: [organizationId: string, appId: string, name: string]
): Promise<boolean> {
  const result = await database
    .deleteFrom('profile')
    .where('organization_id', '=', organizationId)
    .where('app_id', '=', appId)
    .where('name_folded', '=', foldKey(name))
    .where(({ not, exists }) => not(exists(hasKeys(database, organizationId, appId, foldKey(name)))))
    .executeTakeFirst()
  return result.numDeletedRows === 1n
}

/** Keys that belong to profiles of an app, or to one of them. */
export function hasKeys(
  database: Kysely<Tables>,
  organizationId: string,
  ...[appId, profile]: [appId: string, profile?: string]
) {
  const keys = database
    .selectFrom('key_limit')
    .select('key_limit.key_id')
    .where('key_limit.organization_id', '=', organizationId)
    .where('key_limit.app_id', '=', appId)
  return profile === undefined ? keys : keys.where('key_limit.profile', '=', profile)
}
