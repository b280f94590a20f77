import type { AccountStatus } from '@sallyport/contract'

/** What changes when a credential is committed: everything a renewal may touch. */
export interface AccountState {
  readonly status: AccountStatus
  /** Why, as a code; with `failing` and `needs_reconnect`. */
  readonly reason: string | undefined
  /** The same in words that a person can read. */
  readonly reasonDetail: string | undefined
  readonly credential: Buffer | undefined
  readonly secretsSet: readonly string[]
  readonly generation: number
  readonly issuedAt: number | undefined
  readonly expiresAt: number | undefined
  readonly renewable: boolean
  readonly scopes: readonly string[]
  /** Values kept from the provider's replies; shown. */
  readonly kept: Readonly<Record<string, string>>
  /** When what renews the token ends, where the provider says. */
  readonly refreshExpiresAt: number | undefined
  /** When it is to be looked after in the background; undefined where there is nothing to do. */
  readonly dueAt: number | undefined
  /** Of accounts that were disconnected. */
  readonly revocation: RevocationState | undefined
  /** When it was connected last, not renewed; undefined of accounts from before that was kept. */
  readonly connectedAt: number | undefined
  /** Since when another Sallyport may hold its credential as well, so that it is not renewed here. */
  readonly exportedAt: number | undefined
}

/** Which account. */
export type AccountKey = Pick<AccountRecord, 'organizationId' | 'id'>

/** Told when an account has changed, or, without one, something that several depend on. */
export type Changed = (account?: AccountKey) => void

export interface AccountRecord extends AccountState {
  readonly organizationId: string
  readonly environment: string
  readonly id: string
  readonly integrationId: string
  readonly name: string
  readonly disabled: boolean
  /** Values of the parameters that are not secret, defaults filled in. */
  readonly parameters: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  /** Since when it has its status; undefined of accounts that have had it since before that was kept. */
  readonly statusSince: number | undefined
  readonly version: number
  readonly lastUsedAt: number | undefined
  readonly createdAt: number
  readonly updatedAt: number
}

/** An account once this state has been written to it. */
export function withState(account: AccountRecord, state: AccountState, at: number): AccountRecord {
  const statusSince = account.status === state.status ? account.statusSince : at
  return { ...account, ...state, statusSince, version: account.version + 1, updatedAt: at }
}

/** How the revocation of a disconnected account at its provider stands. */
export type RevocationState = 'done' | 'pending' | 'failed' | 'unsupported'

export interface AccountFilter {
  readonly integrationId?: string
  /** Of every integration that refers to it. */
  readonly oauthClientId?: string
  readonly environment?: string
  /** As it is shown at `now`: disabled or not, and expired or not. */
  readonly status?: AccountStatus
  readonly now?: number
  readonly tags?: Readonly<Record<string, string>>
  /** Part of the name, without regard to case. */
  readonly text?: string
  /** Only these, for keys that are bound to accounts. */
  readonly ids?: readonly string[]
  /** Connected from this moment on, and before that one. */
  readonly connectedSince?: number
  readonly connectedUntil?: number
}
