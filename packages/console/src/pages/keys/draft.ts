import type { Scope } from '@sallyport/contract'
import { linesOf } from '../settings/lines.ts'

/** A new key as somebody writes it down; all as fields have it. There is no secret in it: the key is not made yet. */
export interface KeyDraft {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly app: string
  readonly profile: string
  readonly environment: string
  readonly accounts: readonly { readonly id: string; readonly name: string }[]
  /** One range a line. */
  readonly addresses: string
  /** `YYYY-MM-DD`, its last moment in UTC. */
  readonly expires: string
}

export const emptyDraft: KeyDraft = {
  ...{ name: '', scopes: ['proxy:call'], app: '', profile: '' },
  ...{ environment: '', accounts: [], addresses: '', expires: '' },
}

/** What the API is asked for. */
export function keyInput(draft: KeyDraft) {
  const { name, app, profile, environment, accounts } = draft
  const addresses = linesOf(draft.addresses)
  return {
    name,
    scopes: [...draft.scopes],
    ...(app !== '' && { app, ...(profile !== '' && { profile }) }),
    ...(app === '' && environment !== '' && { environment }),
    ...(accounts.length > 0 && { accounts: accounts.map(({ id }) => id) }),
    ...(addresses.length > 0 && { addresses }),
    ...(draft.expires !== '' && { expiresAt: `${draft.expires}T23:59:59Z` }),
  }
}
