import type { Provider } from '@sallyport/emulator'
import type { Oracle } from './oracle.ts'
import type { ScheduleOptions } from './schedule.ts'

/** How a schedule ended. */
export interface Outcome extends ScheduleOptions {
  /** What should never be; empty where all is well. */
  readonly violations: readonly string[]
  /** A token was lost, as is foreseen (G4). */
  readonly isLost: boolean
  readonly renewals: number
  readonly history: readonly string[]
}

interface Ended {
  readonly options: ScheduleOptions
  readonly oracle: Oracle
  readonly account:
    | { readonly status: string; readonly reason: string | undefined; readonly generation: number }
    | undefined
  /** The provider takes the token that is given out. */
  readonly serves: boolean
  readonly provider: Provider
  /** Calls that nobody answered. */
  readonly open: readonly string[]
  /** Attempts that are still said to be sending. */
  readonly intents: number
  /** Answers that are still in a journal. */
  readonly entries: number
}

/** Compares how it ended with what is promised: I1, I3, I4 and G4 of docs/reliability.md. */
export function verdictOn(ended: Ended): Outcome {
  const { options, oracle, account, serves, provider, open, intents, entries } = ended
  const { lostAt, violations, history } = oracle
  const isConnected = account?.status === 'connected'
  const isInDoubt = account?.status === 'needs_reconnect' && account.reason === 'in_doubt'
  const mayBeLost = lostAt !== undefined && options.kind !== 'static'
  const found = [
    ...violations,
    ...(provider.reuseEvents > 0 && !mayBeLost
      ? ['a refresh token was sent whose successor was known (I1)']
      : []),
    ...(isConnected && !serves ? ['it is said to be connected, and is not (I3)'] : []),
    ...(isConnected || (isInDoubt && mayBeLost)
      ? []
      : [`it ended as ${account?.status}, ${account?.reason} (G4)`]),
    ...(open.length > 0 ? [`nobody answered: ${open.join()} (I4)`] : []),
    ...(intents > 0 ? ['an attempt never ended (I4)'] : []),
    ...(entries > 0 ? ['an answer is still in a journal (I3)'] : []),
  ]
  return {
    ...options,
    violations: found,
    isLost: isInDoubt,
    renewals: (account?.generation ?? 1) - 1,
    history,
  }
}
