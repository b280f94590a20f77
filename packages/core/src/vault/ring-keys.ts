import type { KeyObject } from 'node:crypto'
import type { Random } from '../ports.ts'
import { dataKeyOf } from './data-key.ts'
import { openEnvelope, sealEnvelope } from './envelope.ts'
import type { KeyRing } from './keyring.ts'
import { type DataKeyOwner, type OuterKeys, outerKeyIdOf } from './outer-keys.ts'
import { VaultError } from './vault-error.ts'

const known = 'this key ring belongs to this database'

/** The keys of a ring as outer keys: the newest wraps. */
export function ringKeys(ring: KeyRing, random: Random): OuterKeys {
  const [currentId = ''] = ring.ids
  return {
    currentId,
    ids: ring.ids,
    async wrap(owner, dataKey) {
      return sealEnvelope(keyOf(ring, currentId), currentId, 'data_key', placeOf(owner), dataKey, random)
    },
    async unwrap(owner, wrapped) {
      const id = outerKeyIdOf(wrapped)
      return dataKeyOf(openEnvelope(keyOf(ring, id), id, 'data_key', placeOf(owner), wrapped))
    },
    async sealCheck(id) {
      return sealEnvelope(keyOf(ring, id), id, 'key_check', checkPlace(id), Buffer.from(known), random)
    },
    async openCheck(id, sealed) {
      openEnvelope(keyOf(ring, id), id, 'key_check', checkPlace(id), sealed)
    },
    shred: async () => undefined,
    isOutOfReach: () => false,
    probe: () => undefined,
  }
}

function keyOf(ring: KeyRing, id: string): KeyObject {
  const key = ring.key(id)
  if (!key)
    throw new VaultError('unknown_key', `The key ring lacks the key "${id}" that this was sealed with.`)
  return key
}

function placeOf({ organizationId, id }: DataKeyOwner) {
  return { organizationId, environment: '', table: 'data_key', rowId: id, column: 'wrapped', generation: 0 }
}

function checkPlace(id: string) {
  return {
    organizationId: '',
    environment: '',
    table: 'key_check',
    rowId: id,
    column: 'sealed',
    generation: 0,
  }
}
