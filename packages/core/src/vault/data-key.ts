import { createSecretKey, type KeyObject } from 'node:crypto'
import { VaultError } from './vault-error.ts'

/** A data key of these bytes, which are wiped. @throws VaultError when it is none */
export function dataKeyOf(bytes: Buffer): KeyObject {
  try {
    if (bytes.length !== 32) throw new VaultError('tampered', 'A data key has 32 bytes.')
    return createSecretKey(bytes)
  } finally {
    bytes.fill(0)
  }
}
