import type { KeyObject } from 'node:crypto'
import type { SealContext } from '../seal-context.ts'
import type { KeyRing } from './keyring.ts'
import type { DataKeyOwner } from './outer-keys.ts'
import { VaultError } from './vault-error.ts'

/** Where a wrapped data key is kept: part of what it is sealed for. */
export function dataKeyPlace({ organizationId, id }: DataKeyOwner): SealContext {
  return { organizationId, environment: '', table: 'data_key', rowId: id, column: 'wrapped', generation: 0 }
}

/** Where the known text is kept that tells whether an outer key is the same. */
export function keyCheckPlace(id: string): SealContext {
  return {
    organizationId: '',
    environment: '',
    table: 'key_check',
    rowId: id,
    column: 'sealed',
    generation: 0,
  }
}

/** A key of the ring. @throws VaultError unknown_key */
export function ringKey(ring: KeyRing, id: string): KeyObject {
  const key = ring.key(id)
  if (key) return key
  throw new VaultError('unknown_key', `The key ring lacks the key "${id}" that this was sealed with.`)
}
