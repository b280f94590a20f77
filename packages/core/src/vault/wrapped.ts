import { outerKeyIdOf } from './outer-keys.ts'
import { VaultError } from './vault-error.ts'

const version = 1

/** How a data key was wrapped; an envelope of ours begins the same way, with 1. */
export const wrapping = { envelope: 1, keyService: 2, organizationKey: 3 } as const

/** A wrapped data key as it is stored: `version | wrapping | length and id of the outer key | content`. */
export function wrappedBy(kind: number, id: string, content: Buffer): Buffer {
  return Buffer.concat([Buffer.of(version, kind, id.length), Buffer.from(id, 'latin1'), content])
}

/** What `wrappedBy` was given. @throws VaultError not_an_envelope, also where it was wrapped in another way */
export function contentOf(kind: number, wrapped: Buffer): Buffer {
  const id = outerKeyIdOf(wrapped)
  if (wrapped[1] !== kind) {
    throw new VaultError(
      'not_an_envelope',
      'This data key was wrapped in another way than its outer key wraps.',
    )
  }
  return wrapped.subarray(3 + id.length)
}
