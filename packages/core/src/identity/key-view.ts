import type { ApiKeyReply } from '@sallyport/contract'
import type { ApiKeyRecord, Store } from '../ports.ts'

/** A key as replies show it: never its text. */
export async function keyView(
  { store }: { readonly store: Store },
  record: ApiKeyRecord,
): Promise<ApiKeyReply> {
  const { organizationId, profile, environment } = record
  const app = profile && (await store.apps.get(organizationId, profile.appId))
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
