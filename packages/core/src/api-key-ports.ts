import type { Scope } from '@sallyport/contract'
import type { Page, PageRequest } from './ports.ts'

export interface ApiKeyRecord {
  readonly organizationId: string
  readonly id: string
  /** The key's middle part, by which it is found. */
  readonly lookup: string
  /** SHA-256 of the whole key. */
  readonly digest: Buffer
  readonly name: string
  readonly scopes: readonly Scope[]
  /** Only these accounts; undefined for all. */
  readonly accounts: readonly string[] | undefined
  /** Only accounts of this environment; undefined for all. */
  readonly environment: string | undefined
  /** The profile that it belongs to, which is of the same environment. */
  readonly profile: { readonly appId: string; readonly name: string } | undefined
  /** Only accounts with all of these tags; undefined for all. */
  readonly tags: Readonly<Record<string, string>> | undefined
  /** Only callers from these ranges (CIDR); undefined for all. */
  readonly addresses: readonly string[] | undefined
  /** The secret before this one, and until when it works. */
  readonly previous: { readonly digest: Buffer; readonly until: number } | undefined
  readonly lastUsedAt: number | undefined
  readonly createdAt: number
  readonly expiresAt: number
}

/** Keys, and where each belongs. */
export interface ApiKeyStore {
  /** Ids of those that there are, by look-up: cheaper than to read them. */
  idsOf(lookups: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** With whether its organization is suspended. */
  byLookup(lookup: string): Promise<(ApiKeyRecord & { readonly isSuspended: boolean }) | undefined>
  list(organizationId: string, page: PageRequest, filter?: ApiKeyFilter): Promise<Page<ApiKeyRecord>>
  get(organizationId: string, id: string): Promise<ApiKeyRecord | undefined>
  create(key: ApiKeyRecord): Promise<void>
  /** Name, addresses and end, if these are still as they were before. */
  update(key: ApiKeyRecord, before: ApiKeyRecord): Promise<boolean>
  /** Its digest and the one before, if it still has this digest. */
  replaceSecret(key: ApiKeyRecord, from: Buffer): Promise<boolean>
  touch(used: readonly { organizationId: string; id: string; at: number }[]): Promise<void>
  delete(organizationId: string, id: string): Promise<boolean>
}

export interface ApiKeyFilter {
  readonly environment?: string
  readonly profile?: { readonly appId: string; readonly name?: string }
}
