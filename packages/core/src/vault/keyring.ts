import { createSecretKey, type KeyObject } from 'node:crypto'
import { inspect } from 'node:util'
import type { Random } from '../ports.ts'
import { parseKeyRingText } from './keyring-text.ts'
import { VaultError } from './vault-error.ts'

/** The keys that wrap data keys, newest first. They are not to be had as bytes, and do not print. */
export class KeyRing {
  readonly #keys: ReadonlyMap<string, KeyObject>

  constructor(keys: ReadonlyMap<string, KeyObject>) {
    if (keys.size === 0) throw new VaultError('unknown_key', 'A key ring holds at least one key.')
    this.#keys = keys
  }

  /** Ids, newest first. */
  get ids(): readonly string[] {
    return [...this.#keys.keys()]
  }

  key(id: string): KeyObject | undefined {
    return this.#keys.get(id)
  }

  /** Whether one of these keys is one of the other's, whatever their ids. */
  shares(other: KeyRing): boolean {
    return [...this.#keys.values()].some((key) =>
      [...other.#keys.values()].some((another) => key.equals(another)),
    )
  }

  toString(): string {
    return '[key ring]'
  }

  toJSON(): string {
    return '[key ring]'
  }

  [inspect.custom](): string {
    return '[key ring]'
  }
}

/**
 * Reads `id:base64,id2:base64…`, newest first: 32 bytes a key, in base64 or base64url. What is wrong is
 * told by position, never by content.
 */
export function parseKeyRing(
  text: string,
): { readonly ring: KeyRing } | { readonly faults: readonly string[] } {
  const { entries, faults } = parseKeyRingText(text)
  if (faults.length > 0) return { faults }
  const keys = new Map<string, KeyObject>()
  for (const { id, bytes } of entries) {
    keys.set(id, createSecretKey(bytes))
    bytes.fill(0)
  }
  return { ring: new KeyRing(keys) }
}

/** A ring of one new key, as the text that `parseKeyRing` reads. */
export function generateKeyRing(random: Random): string {
  const bytes = random.bytes(32)
  const text = `k${random.bytes(4).toString('hex')}:${bytes.toString('base64')}`
  bytes.fill(0)
  return text
}
