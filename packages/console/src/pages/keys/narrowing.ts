import type { ApiKeyReply } from '@sallyport/contract'
import { linesOf } from '../settings/lines.ts'

/** A change of a key as fields have it. */
export interface KeyChange {
  readonly name: string
  /** `YYYY-MM-DD`; empty where it ends as before. */
  readonly expires: string
  /** One range a line. */
  readonly addresses: string
}

/** What of it the API is asked for: that which is another than before. */
export function narrowing(key: Pick<ApiKeyReply, 'name' | 'addresses'>, change: KeyChange) {
  const addresses = linesOf(change.addresses)
  const before = key.addresses ?? []
  return {
    ...(change.name !== key.name && { name: change.name }),
    ...(change.expires !== '' && { expiresAt: `${change.expires}T23:59:59Z` }),
    ...(addresses.join() !== before.join() && { addresses }),
  }
}
