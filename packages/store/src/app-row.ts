import { foldKey } from '@sallyport/contract'
import type { AdapterRecord, AppRecord, ProfileRecord } from '@sallyport/core/ports'
import type { Insertable, Selectable } from 'kysely'
import { optional, stringMap } from './columns.ts'
import type { Tables } from './tables.ts'

/** An adapter's row with the key of its integration. */
export type AdapterRow = Omit<Selectable<Tables['adapter']>, 'organization_id' | 'position'> & {
  readonly integration: string
}

export function appRow(app: AppRecord): Insertable<Tables['app']> {
  return {
    organization_id: app.organizationId,
    id: app.id,
    key: app.key,
    key_folded: foldKey(app.key),
    name: app.name,
    version: app.version,
    created_at: app.createdAt,
    updated_at: app.updatedAt,
  }
}

/** The reverse. */
export function appRecord(row: Selectable<Tables['app']>, adapters: readonly AdapterRow[]): AppRecord {
  return {
    organizationId: row.organization_id,
    id: row.id,
    key: row.key,
    name: row.name,
    adapters: adapters.filter(({ app_id }) => app_id === row.id).map(adapterRecord),
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

function adapterRecord(row: AdapterRow): AdapterRecord {
  return {
    name: row.name,
    integrationId: row.integration_id,
    integration: row.integration,
    description: optional(row.description),
  }
}

/** In the order in which they were given. */
export function adapterRows({
  organizationId,
  id,
  adapters,
}: Pick<AppRecord, 'organizationId' | 'id' | 'adapters'>): Insertable<Tables['adapter']>[] {
  return adapters.map(({ name, integrationId, description }, position) => ({
    organization_id: organizationId,
    app_id: id,
    name,
    name_folded: foldKey(name),
    position,
    integration_id: integrationId,
    description: description ?? null,
  }))
}

export function profileRow(profile: ProfileRecord): Insertable<Tables['profile']> {
  return {
    organization_id: profile.organizationId,
    app_id: profile.appId,
    name: profile.name,
    name_folded: foldKey(profile.name),
    environment: profile.environment,
    settings: JSON.stringify(profile.settings),
    version: profile.version,
    created_at: profile.createdAt,
    updated_at: profile.updatedAt,
  }
}

/** The reverse; bindings in the adapters' own spelling. */
export function profileRecord(
  row: Selectable<Tables['profile']>,
  bindings: readonly { readonly profile: string; readonly adapter: string; readonly account_id: string }[],
): ProfileRecord {
  const own = bindings.filter(({ profile }) => profile === row.name_folded)
  return {
    organizationId: row.organization_id,
    appId: row.app_id,
    name: row.name,
    environment: row.environment,
    settings: stringMap(row.settings),
    bindings: Object.fromEntries(own.map(({ adapter, account_id }) => [adapter, account_id])),
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
