import type { RenewalIntentRecord } from '../ports.ts'
import type { SpendingProfile } from './in-doubt.ts'

/**
 * Every decision of the renewal protocol, without its reading, writing and sending (docs/reliability.md).
 * `protocol.model.suite.ts` explores all orders of these, with every crash and loss: a rule that is changed here is
 * changed there.
 */

/** How long a process that fell silent may still bring an answer from its journal, after its lease. */
export const silenceMilliseconds = 600_000

type Kind = SpendingProfile['kind']

/**
 * What to do about a renewal that somebody has begun already: wait for it, leave its credential alone, or send it again
 * in its place.
 */
export function onTaken(
  intent: Pick<RenewalIntentRecord, 'state' | 'owner' | 'leaseUntil' | 'readAt'>,
  { me, mayResend }: { readonly me: string; readonly mayResend: boolean },
): 'wait' | 'leave' | 'take_over' {
  if (!isUnanswered(intent, me)) return 'wait'
  return mayResend ? 'take_over' : 'leave'
}

/** Whether nobody is sending any more, so that no answer can come. */
export function isUnanswered(
  {
    state,
    owner,
    leaseUntil,
    readAt,
  }: Pick<RenewalIntentRecord, 'state' | 'owner' | 'leaseUntil' | 'readAt'>,
  me: string,
): boolean {
  // This process renews an account once at a time: an older attempt of its own has ended, and could not say how.
  if (state === 'no_answer' || owner === me) return true
  // Whoever lives ends its attempt itself, long before this.
  return readAt > leaseUntil + silenceMilliseconds
}

/** How an attempt ended without a token: refused for good, surely not spent, or with its answer lost. */
export type Failure = 'refused' | 'unspent' | 'lost'

/** What becomes of an attempt's intent, and of its account. */
export interface AfterFailure {
  readonly intent: 'release' | 'no_answer'
  /** What may have been used up is what cannot be had again. */
  readonly isLost: boolean
  /** It may have been used up, now or by an attempt before. */
  readonly inDoubt: boolean
  /** Within its grace the provider gives the same answer once more. */
  readonly resend: boolean
}

export function onFailure(
  failure: Failure,
  { attempt, kind }: { readonly attempt: number; readonly kind: Kind },
): AfterFailure {
  // What lasts cannot be used up.
  const isLost = failure === 'lost' && kind !== 'lasting'
  // What was in doubt before an attempt that used nothing up still is.
  const isOpen = isLost || (failure !== 'refused' && attempt > 1)
  return {
    intent: isOpen ? 'no_answer' : 'release',
    isLost,
    inDoubt: isLost || attempt > 1,
    resend: isLost && attempt === 1 && kind === 'grace',
  }
}

/** What becomes of the intent of a process that has died, once its journal has been committed as far as it can be. */
export function onDeath({
  kind,
  isInJournal,
  isRefused = false,
}: {
  readonly kind: Kind
  /** Its answer is there, and could not be committed yet. */
  readonly isInJournal: boolean
  /** Its answer was no, which the account says already. */
  readonly isRefused?: boolean
}): 'leave' | 'release' | 'no_answer' {
  // Whose answer is in the journal yet has not lost it: nobody may ask again.
  if (isInJournal) return 'leave'
  return kind === 'lasting' || isRefused ? 'release' : 'no_answer'
}

/**
 * What becomes of an answer that the account's generation had no place for: nothing, where an earlier attempt to commit
 * put it there or there is no account; back to the provider, where the account was disconnected; else it is put aside.
 */
export function onSuperseded(
  account: { readonly holdsIt: boolean; readonly isDisconnected: boolean } | undefined,
): 'ours' | 'nothing' | 'give_back' | 'put_aside' {
  if (!account) return 'nothing'
  if (account.holdsIt) return 'ours'
  return account.isDisconnected ? 'give_back' : 'put_aside'
}
