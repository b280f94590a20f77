import type { Random } from '../ports.ts'
import { dataKeyOf } from './data-key.ts'
import { openEnvelope, sealEnvelope } from './envelope.ts'
import type { KeyRing } from './keyring.ts'
import { type OuterKeys, outerKeyIdOf } from './outer-keys.ts'
import { dataKeyPlace, keyCheckPlace, ringKey } from './outer-places.ts'

const known = 'this key ring belongs to this database'

/** The keys of a ring as outer keys: the newest wraps. */
export function ringKeys(ring: KeyRing, random: Random): OuterKeys {
  const [currentId = ''] = ring.ids
  return {
    currentId,
    ids: ring.ids,
    async wrap(owner, dataKey) {
      return sealEnvelope(
        ringKey(ring, currentId),
        currentId,
        'data_key',
        dataKeyPlace(owner),
        dataKey,
        random,
      )
    },
    async unwrap(owner, wrapped) {
      const id = outerKeyIdOf(wrapped)
      return dataKeyOf(openEnvelope(ringKey(ring, id), id, 'data_key', dataKeyPlace(owner), wrapped))
    },
    async sealCheck(id) {
      return sealEnvelope(ringKey(ring, id), id, 'key_check', keyCheckPlace(id), Buffer.from(known), random)
    },
    async openCheck(id, sealed) {
      openEnvelope(ringKey(ring, id), id, 'key_check', keyCheckPlace(id), sealed)
    },
    shred: async () => undefined,
    isOutOfReach: () => false,
    probe: () => undefined,
  }
}
