import type { AccountState } from './ports.ts'

/** What names one renewal: the account and the generation that it starts from. At most one is under way. */
export interface RenewalKey {
  readonly organizationId: string
  readonly accountId: string
  readonly generation: number
}

/**
 * That a generation's credential is being sent to its provider: written before the first byte of it. `no_answer`
 * where the answer was lost, so that nobody knows whether the credential has been used up.
 */
export interface RenewalIntentRecord extends RenewalKey {
  /** Counts from one: how often it has been sent. */
  readonly attempt: number
  /** The process that sends, from its start to its end. */
  readonly owner: string
  readonly state: 'sending' | 'no_answer'
  /** When it was claimed first; this and what follows by the store's own clock, which all processes share. */
  readonly since: number
  /** Nothing is sent after it, and an answer has come or is lost. */
  readonly deadline: number
  /** Until then, nobody else may conclude anything from silence. */
  readonly leaseUntil: number
  /** When this was read. */
  readonly readAt: number
}

/** What names one attempt. */
export type RenewalAttempt = RenewalKey & Pick<RenewalIntentRecord, 'owner' | 'attempt'>

/** Who begins an attempt, and how many milliseconds it has until its deadline, and until the end of its lease. */
export interface RenewalLease {
  readonly owner: string
  readonly deadlineMilliseconds: number
  readonly leaseMilliseconds: number
}

/**
 * Where a renewal stands, or the drain of a journal at start. Between two of these a process may die: the fault
 * harness has it die at each.
 */
export type RenewalStep =
  | 'claim'
  | 'claimed'
  | 'connected'
  | 'sent'
  | 'headers'
  | 'body'
  | 'answered'
  | 'journal'
  | 'journaled'
  | 'commit'
  | 'committed'
  | 'drain'
  | 'drained'

/**
 * The order of the protocol: what may come after each step, of one attempt. From any of them an attempt may also end:
 * by a failure, or with its process.
 */
export const nextSteps: Readonly<Record<RenewalStep, readonly RenewalStep[]>> = {
  claim: ['claimed'],
  claimed: ['connected'],
  connected: ['sent'],
  sent: ['headers'],
  headers: ['body', 'answered'],
  body: ['body', 'answered'],
  answered: ['commit'],
  // The journal is written where the commit fails, or takes its time.
  commit: ['committed', 'journal', 'commit'],
  journal: ['journaled', 'committed', 'commit', 'journal'],
  journaled: ['commit', 'committed'],
  committed: ['journaled'],
  drain: ['drained'],
  drained: [],
}

/** An answer that came too late: another credential had taken the place of the one that it renews. */
export interface RenewalOrphanRecord extends RenewalKey {
  readonly id: string
  /** Sealed as the account's credential of this generation would be. */
  readonly sealed: Buffer
  readonly at: number
}

/** Who renews what. Each method is one transaction. */
export interface RenewalIntentStore {
  /**
   * The first attempt; undefined when there is an intent already, or the account has another generation or status by
   * now: another process may just have been refused.
   */
  claim(
    account: RenewalKey & Pick<AccountState, 'status'>,
    lease: RenewalLease,
  ): Promise<RenewalIntentRecord | undefined>
  get(key: RenewalKey): Promise<RenewalIntentRecord | undefined>
  /** The next attempt, in place of one that is without answer, or abandoned; undefined unless it is still so. */
  takeOver(before: RenewalIntentRecord, lease: RenewalLease): Promise<RenewalIntentRecord | undefined>
  /** Ends it: nothing was sent, or the answer says that nothing was used up. Only its own attempt. */
  release(intent: RenewalAttempt): Promise<void>
  /** To `no_answer`. Only its own attempt. */
  loseAnswer(intent: RenewalAttempt): Promise<void>
  /** Of every organization: what these processes have under way, or all except one. */
  listSending(
    whose: { readonly owners: readonly string[] } | { readonly exceptOwner: string },
  ): Promise<readonly RenewalIntentRecord[]>
  park(orphan: RenewalOrphanRecord): Promise<void>
}

/** An answer on its way into the database; its credential is sealed already. */
export interface JournalEntry extends RenewalKey {
  readonly id: string
  readonly state: AccountState
  readonly at: number
}

/** Where answers survive while the database cannot take them. It serves one process at a time. */
export interface Journal {
  /** Remembers, durably, that this process writes here from now on. @returns the earlier ones, which have ended */
  enter(owner: string): Promise<readonly string[]>
  /** Forgets all but this process: nothing is left of the earlier ones. */
  settle(owner: string): Promise<void>
  /** Durable once it resolves. */
  append(entry: JournalEntry): Promise<void>
  remove(id: string): Promise<void>
  entries(): Promise<readonly JournalEntry[]>
}
