import type { Egress } from '../egress/egress.ts'
import type { Clock, Random, Timers } from '../ports.ts'

/** What bytes are wrapped for: they are unwrapped for nothing else. */
export type KeyContext = Readonly<Record<string, string>>

/** Whose key is meant: an organization's own, or that of all (undefined). */
export type KeyHolder = string | undefined

/**
 * A service that keeps keys, and wraps with them without giving them away.
 *
 * All methods throw KeyServiceFailure.
 */
export interface KeyService {
  encrypt(holder: KeyHolder, plaintext: Buffer, context: KeyContext): Promise<Buffer>
  /** @throws VaultError wrong_key, when it was wrapped by another key, or for something else */
  decrypt(holder: KeyHolder, ciphertext: Buffer, context: KeyContext): Promise<Buffer>
  /** Makes the organization's own key, unless it is there. */
  create(organizationId: string): Promise<void>
  /** Destroys it; nothing where there is none. */
  destroy(organizationId: string): Promise<void>
}

/** What a key service is reached with. */
export interface KeyServicePorts {
  readonly send: Egress['credentialRequest']
  readonly clock: Clock
  readonly random: Random
  readonly timers: Timers
}
