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
  /** When it was claimed first. */
  readonly since: number
  /** Nothing is sent after it, and an answer has come or is lost. */
  readonly deadline: number
  /** Until then, nobody else may conclude anything from silence. */
  readonly leaseUntil: number
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
  /** False when there is an intent already, or the account has another generation by now. */
  claim(intent: RenewalIntentRecord): Promise<boolean>
  get(key: RenewalKey): Promise<RenewalIntentRecord | undefined>
  /** Takes over one that is without answer, or abandoned; false unless it is still as `before`. */
  takeOver(before: RenewalIntentRecord, intent: RenewalIntentRecord): Promise<boolean>
  /** Ends it: nothing was sent, or the answer says that nothing was used up. Only its own attempt. */
  release(intent: RenewalIntentRecord): Promise<void>
  /** To `no_answer`. Only its own attempt. */
  loseAnswer(intent: RenewalIntentRecord): Promise<void>
  /** Of every organization: what processes other than this one have under way. */
  listSending(exceptOwner: string): Promise<readonly RenewalIntentRecord[]>
  park(orphan: RenewalOrphanRecord): Promise<void>
}

/** An answer on its way into the database; its credential is sealed already. */
export interface JournalEntry extends RenewalKey {
  readonly id: string
  readonly state: AccountState
  readonly at: number
}

/** Where answers survive while the database cannot take them. */
export interface Journal {
  /** Durable once it resolves. */
  append(entry: JournalEntry): Promise<void>
  remove(id: string): Promise<void>
  entries(): Promise<readonly JournalEntry[]>
  /** Whether answers can be appended, also when the disk fills up meanwhile. Costs nothing to ask. */
  hasRoom(): Promise<boolean>
}
