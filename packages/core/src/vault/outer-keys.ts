import type { KeyObject } from 'node:crypto'
import { VaultError } from './vault-error.ts'

/** Whose key it is: part of what it is wrapped for. */
export interface DataKeyOwner {
  readonly organizationId: string
  readonly id: string
}

/**
 * The keys that wrap data keys, wherever they are kept. What was wrapped tells the id of its outer key to
 * `outerKeyIdOf`; that of another key than `currentId` is unwrapped and wrapped again when outer keys turn.
 *
 * Whoever asks a key service may get a `KeyServiceFailure`.
 */
export interface OuterKeys {
  /** The one that wraps. */
  readonly currentId: string
  /** All that unwrap, the current one first. */
  readonly ids: readonly string[]
  wrap(owner: DataKeyOwner, dataKey: Buffer): Promise<Buffer>
  /** @throws VaultError, `unknown_key` when the key that wrapped it is missing */
  unwrap(owner: DataKeyOwner, wrapped: Buffer): Promise<KeyObject>
  /** Known text sealed by one of the keys: kept in the database, it tells at start whether the key is the same. */
  sealCheck(id: string): Promise<Buffer>
  /** @throws VaultError wrong_key, unknown_key, or whatever else is wrong with what was kept */
  openCheck(id: string, sealed: Buffer): Promise<void>
  /** Destroys the outer keys that are this organization's alone; nothing where there are none. */
  shred(organizationId: string): Promise<void>
  /** Whether a key service did not answer when it was last asked. */
  isOutOfReach(): boolean
  /** Asks a service that did not answer whether it does by now; to be called about once a second. */
  probe(): void
}

/** What the id of outer keys that each organization has of its own ends with, whatever keeps them. */
export const ofOrganizations = '.organization'

const idPattern = /^[A-Za-z0-9_-]{1,64}(\.organization)?$/

/** Id of the outer key that wrapped a data key, which is not opened for that. @throws VaultError not_an_envelope */
export function outerKeyIdOf(wrapped: Buffer): string {
  const id = wrapped.toString('latin1', 3, 3 + (wrapped[2] ?? 0))
  if (wrapped[0] !== 1 || !idPattern.test(id)) {
    throw new VaultError('not_an_envelope', 'What is stored here is no data key that this program wrapped.')
  }
  return id
}
