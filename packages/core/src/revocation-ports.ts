import type { RevocationFilter, RevokedAccountState } from '@sallyport/contract'
import type { AccountFilter, AccountRecord, RevocationState } from './account-ports.ts'
import type { Page, PageRequest } from './ports.ts'

/** A credential that is to be revoked at its provider. It outlives its account, and its definition. */
export interface RevocationRecord {
  readonly organizationId: string
  readonly id: string
  readonly accountId: string
  /** Of the account, for the event of its failure; undefined in rows from before there were events. */
  readonly environment: string | undefined
  /** Key of its integration. */
  readonly integration: string | undefined
  /** Everything that revoking takes, sealed together; undefined once it was given up. */
  readonly sealed: Buffer | undefined
  readonly attempts: number
  /** Why the last attempt failed, as a code and in words. */
  readonly reason: string | undefined
  readonly reasonDetail: string | undefined
  readonly createdAt: number
  /** When it is to be tried next. */
  readonly dueAt: number
  /** When it is given up. */
  readonly expiresAt: number
}

/** Revocations that one provider is to be told of, as far as that is known: those of one integration, by its key. */
export interface RevocationLane {
  readonly organizationId: string
  readonly integration: string | undefined
}

/** What is to be revoked at providers. Of all organizations: a job's work. */
export interface RevocationStore {
  create(revocation: RevocationRecord): Promise<void>
  /** Where there is something due, what waits longest first. */
  lanes(now: number): Promise<readonly RevocationLane[]>
  /** Takes what is due there, at most `limit`, and makes it due again only at `until`, should nobody finish it. */
  claim(
    lane: RevocationLane,
    when: { readonly now: number; readonly until: number },
    limit: number,
  ): Promise<readonly RevocationRecord[]>
  /** `sealed` takes the place of what is kept, where less is left. */
  postpone(revocation: RevocationRecord, sealed?: Buffer): Promise<void>
  /**
   * Takes the row away, or with `failed` its secrets only, and tells its account where it still exists, and the run
   * that it is part of.
   */
  finish(revocation: RevocationRecord, state: RevocationState): Promise<void>
}

/** How many accounts of a run are in each state. */
export type RevocationCounts = Readonly<Record<RevokedAccountState, number>>

/** A revocation of many accounts at once. */
export interface RevocationRunRecord {
  readonly organizationId: string
  readonly id: string
  readonly status: 'running' | 'done'
  /** As it was asked for. */
  readonly filter: RevocationFilter
  readonly total: number
  readonly startedAt: number
  readonly endedAt: number | undefined
}

/** An account of a run. */
export interface RevokedAccountRecord {
  readonly accountId: string
  readonly integration: string
  readonly environment: string
  readonly state: RevokedAccountState
  readonly reason: string | undefined
  readonly reasonDetail: string | undefined
  readonly attempts: number
  readonly nextAttemptAt: number | undefined
}

type RunKey = Pick<RevocationRunRecord, 'organizationId' | 'id'>

/** What became of an account that a run has come to. */
export interface RevokedAccountChange {
  readonly accountId: string
  readonly state: RevokedAccountState
  /** Of the revocation that it waits for, where it is pending. */
  readonly revocationId?: string | undefined
  readonly reason?: string | undefined
  readonly reasonDetail?: string | undefined
  /** When an account that still waits is looked at again. */
  readonly dueAt?: number | undefined
}

/** Which accounts a run takes: of those that match, the ones that hold a credential. */
export type RevocationSelection = Omit<AccountFilter, 'status' | 'now' | 'text'>

export interface RevocationRunStore {
  /** How many accounts of each integration, by its id, a run would take now. */
  preview(
    organizationId: string,
    selection: RevocationSelection,
  ): Promise<readonly { readonly integrationId: string; readonly accounts: number }[]>
  /** Stores it with the accounts that there are now; how many. */
  create(run: Omit<RevocationRunRecord, 'total'>, selection: RevocationSelection): Promise<number>
  get(organizationId: string, id: string): Promise<RevocationRunRecord | undefined>
  list(organizationId: string, page: PageRequest): Promise<Page<RevocationRunRecord>>
  counts(run: RunKey): Promise<RevocationCounts>
  /** Those in these states. */
  accounts(
    run: RunKey,
    states: readonly RevokedAccountState[],
    page: PageRequest,
  ): Promise<Page<RevokedAccountRecord>>
  /** Makes all that it has left due now. */
  hasten(run: RunKey, now: number): Promise<void>
  /** Of all organizations: takes runs that are due, and makes them due again only at `until`. */
  claimDue(now: number, until: number): Promise<readonly RevocationRunRecord[]>
  /** Accounts whose turn it is, as they stand now; undefined for those that are gone. */
  waiting(
    run: RunKey,
    now: number,
    limit: number,
  ): Promise<readonly { readonly id: string; readonly account: AccountRecord | undefined }[]>
  settle(run: RunKey, changes: readonly RevokedAccountChange[]): Promise<void>
  /** Has it looked at again; false when it has ended, because nothing of it is left. */
  rest(run: RunKey, dueAt: number, now: number): Promise<boolean>
}
