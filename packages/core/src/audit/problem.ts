import type { auditProblemKinds } from '@sallyport/contract'

/** What is wrong with an audit, or with what it tells of accounts. */
export interface AuditProblem {
  readonly kind: ProblemKind
  /** The place in the chain that is wrong. */
  readonly sequence?: number | undefined
  /** Id of the entry that stands there. */
  readonly entry?: string | undefined
  readonly account?: AccountBehind | undefined
}

export type ProblemKind = (typeof auditProblemKinds)[number]

/** An account that stands at an earlier generation than was recorded. */
export interface AccountBehind {
  readonly id: string
  readonly generation: number
  readonly recorded: number
}

/** What each kind means, in a sentence. */
export const problemMessages: Readonly<Record<ProblemKind, string>> = {
  edited: 'This entry is not as it was written.',
  deleted: 'An entry that was here is gone.',
  inserted: 'This entry was put here by somebody else.',
  reordered: 'The entry that belongs here stands elsewhere.',
  wrong_key: 'None of the entries was written with the key that there is.',
  tail_cut: 'The entries from here on are gone.',
  rewritten:
    'A checkpoint was signed of another entry at this place: this one or those before were exchanged.',
  checkpoint_forged: 'This checkpoint is not signed by the organization’s key.',
  key_missing:
    'The key of this audit is not there, or cannot be opened: entries that were written without it are not told from others.',
  account_rolled_back:
    'This account stands at an earlier generation than was recorded: its row was put back as it was before.',
}
