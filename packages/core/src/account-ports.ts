import type { AccountGroup, AccountSort, AccountStatus, accountCreators } from '@sallyport/contract'
import type { Page, PageRequest } from './ports.ts'
import type { RevocationRecord } from './revocation-ports.ts'

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
  /** What was otherwise before it was connected last; undefined leaves what is stored. */
  readonly differences: Differences | undefined
}

/** Names of kept values that differ since whoever granted access in this generation; none of them, none. */
export interface Differences {
  readonly generation: number
  readonly names: readonly string[]
}

/** Who made an account. */
export interface AccountCreator {
  readonly kind: (typeof accountCreators)[number]
  readonly id: string | undefined
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
  /** Undefined of accounts from before that was kept. */
  readonly createdBy: AccountCreator | undefined
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

/** In which order accounts are listed. */
export interface AccountOrder {
  readonly by: AccountSort
  readonly isDescending: boolean
}

/** The last account of a page: a page goes on after it, also when it has gone. */
export interface AccountPosition {
  readonly value: string | number
  readonly id: string
}

export interface AccountFilter {
  readonly integrationId?: string
  /** Of every integration that refers to it. */
  readonly oauthClientId?: string
  readonly environment?: string
  /** Bound by a profile of this app. */
  readonly appId?: string
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

/** Accounts, as they are kept. */
export interface AccountStore {
  list(organizationId: string, filter: AccountFilter, page: PageRequest): Promise<Page<AccountRecord>>
  /** The same in another order, by an index of it. */
  sorted(
    organizationId: string,
    filter: AccountFilter,
    order: AccountOrder,
    page: { readonly limit: number; readonly after: AccountPosition | undefined },
  ): Promise<{ readonly items: readonly AccountRecord[]; readonly next: AccountPosition | undefined }>
  /** How many there are of each status, as they are shown at `filter.now`. */
  count(organizationId: string, filter: AccountFilter): Promise<ReadonlyMap<AccountStatus, number>>
  /** How many there are of each integration, environment and status. */
  groups(organizationId: string, filter: AccountFilter): Promise<readonly AccountGroup[]>
  get(organizationId: string, id: string): Promise<AccountRecord | undefined>
  create(account: AccountRecord): Promise<void>
  /** Name, tags, parameters, disabled and state, if the row is still at `version - 1`. */
  update(account: AccountRecord): Promise<boolean>
  /** Compare-and-set on generation alone: a late success is still the truth. Ends the renewal's intent with it. */
  commitCredential(
    organizationId: string,
    id: string,
    fromGeneration: number,
    state: AccountState,
    at: number,
  ): Promise<boolean>
  /** Status and reason only, if the generation is still this one; never from `needs_reconnect`, which is not due, to `failing`. */
  setStatus(
    organizationId: string,
    id: string,
    generation: number,
    status: AccountStatus,
    reason: string | undefined,
    reasonDetail: string | undefined,
  ): Promise<boolean>
  /** Only when it is due, without a further version, if the generation is still this one and it is in use. */
  postpone(organizationId: string, id: string, generation: number, dueAt: number | undefined): Promise<void>
  /** Marks accounts whose token ended by `now`, with nothing to renew it; how many there were, at most `limit`. */
  noteEnded(now: number, limit: number): Promise<number>
  touch(used: readonly { organizationId: string; id: string; at: number }[]): Promise<void>
  /**
   * Ends renewals of an account before its credential is read for an export: from then on none can begin. Undefined
   * while one is under way or in doubt.
   */
  freeze(organizationId: string, id: string, at: number): Promise<AccountRecord | undefined>
  /** Has a frozen account renewed again, first when it is due; false where it is not frozen. */
  thaw(organizationId: string, id: string, dueAt: number | undefined): Promise<boolean>
  /**
   * Versions of accounts, their integrations and those' OAuth clients, in one text for each account: another as soon
   * as one of them has changed. Absent where there is no such account.
   */
  versions(organizationId: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** As `update`, and stores the revocation with it; authorizations under way end. */
  disconnect(account: AccountRecord, revocation: RevocationRecord | undefined): Promise<boolean>
  /** If the generation is still this one and no profile binds it; stores the revocation in its place. */
  delete(
    organizationId: string,
    id: string,
    generation: number,
    revocation: RevocationRecord | undefined,
  ): Promise<boolean>
}
