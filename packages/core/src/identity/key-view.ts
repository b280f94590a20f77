import type { ApiKeyReply } from '@sallyport/contract'
import type { ApiKeyRecord, AppRecord, Store } from '../ports.ts'

/** A key as replies show it: never its text. */
export async function keyView(
  { store }: { readonly store: Store },
  record: ApiKeyRecord,
): Promise<ApiKeyReply> {
  const { organizationId, profile } = record
  return view(record, profile && (await store.apps.get(organizationId, profile.appId)))
}

/** Keys of one organization; each app that they belong to is read once. */
export async function keyViews(
  { store }: { readonly store: Store },
  records: readonly ApiKeyRecord[],
): Promise<ApiKeyReply[]> {
  const apps = new Map<string, AppRecord | undefined>()
  for (const { organizationId, profile } of records) {
    if (profile && !apps.has(profile.appId)) {
      apps.set(profile.appId, await store.apps.get(organizationId, profile.appId))
    }
  }
  return records.map((record) => view(record, record.profile && apps.get(record.profile.appId)))
}

function view(record: ApiKeyRecord, app: AppRecord | undefined): ApiKeyReply {
  const { profile, environment } = record
  return {
    id: record.id,
    name: record.name,
    scopes: [...record.scopes],
    ...(record.accounts && { accounts: [...record.accounts] }),
    ...(app && { app: app.key }),
    ...(profile && { profile: profile.name }),
    ...(environment !== undefined && { environment }),
    ...(record.tags && { tags: { ...record.tags } }),
    ...(record.addresses && { addresses: [...record.addresses] }),
    ...(record.previous && { previousUntil: new Date(record.previous.until).toISOString() }),
    ...(record.lastUsedAt !== undefined && { lastUsedAt: new Date(record.lastUsedAt).toISOString() }),
    createdAt: new Date(record.createdAt).toISOString(),
    expiresAt: new Date(record.expiresAt).toISOString(),
  }
}
