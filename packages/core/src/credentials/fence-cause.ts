import type { InstanceRecord, InstanceSeen } from '../ports.ts'

/** Why a database is not taken for the one that goes on. */
export type FenceCause = 'restored' | 'moved' | 'other_database' | 'rolled_back'

/** A closed fence, for people. */
export interface Closed {
  readonly cause: FenceCause
  readonly message: string
}

const goOn = 'If this database is the one that is to go on, run `sallyport adopt`.'
const copy = 'If it is a copy, and the original goes on beside it, run `sallyport quarantine`.'

const sentences: Readonly<Record<FenceCause, string>> = {
  restored:
    'This database was restored from a backup, so the refresh tokens in it may have been used up since.',
  moved: 'This database does not live where it was made: it was copied, restored or moved.',
  other_database:
    'This database is not the one that this node has served, which its data folder remembers: it was replaced, or the node was pointed elsewhere.',
  rolled_back:
    'This database was set back to an earlier state, so the refresh tokens in it may have been used up since.',
}

/** What happened, and what the operator can do. */
export function closedBy(cause: FenceCause): Closed {
  return { cause, message: `No token is renewed. ${sentences[cause]} ${goOn} ${copy}` }
}

/** What stands against a database, by what it says of itself and what this node remembers of it. */
export function causeOf(
  found: InstanceRecord | undefined,
  seen: InstanceSeen | undefined,
): FenceCause | undefined {
  if (!found) return 'other_database'
  if (found.backupAt !== undefined) return 'restored'
  if (!found.isHere) return 'moved'
  if (found.rolledBackFrom !== undefined) return 'rolled_back'
  if (!seen) return undefined
  if (found.id !== seen.id) return 'other_database'
  return found.epoch < seen.epoch ? 'rolled_back' : undefined
}
