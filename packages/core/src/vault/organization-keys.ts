import type { KeyObject } from 'node:crypto'
import type { Random } from '../ports.ts'
import { dataKeyOf } from './data-key.ts'
import { openEnvelope, sealEnvelope } from './envelope.ts'
import type { KeyRing } from './keyring.ts'
import { type OuterKeys, ofOrganizations, outerKeyIdOf } from './outer-keys.ts'
import { dataKeyPlace, keyCheckPlace, ringKey } from './outer-places.ts'
import { ringKeys } from './ring-keys.ts'
import { VaultError } from './vault-error.ts'
import { contentOf, wrappedBy, wrapping } from './wrapped.ts'

/** A key for each organization, kept outside of the database: what is destroyed there no backup of the database brings back. */
export interface OrganizationKeys {
  get(name: string): Promise<KeyObject | undefined>
  /** The one that is there, or a new one; of several that make it at once one wins. Returns when it outlives a power cut. */
  make(name: string): Promise<KeyObject>
  destroy(name: string): Promise<void>
}

const known = 'these keys of organizations belong to this database'
/** Of none: tells whether they are the ones that the database was written with. */
const checkName = 'check'
const keyId = 'organization'

/** The keys of a ring, each together with a key that the organization has of its own: both are needed. */
export function ringAndOrganizationKeys(ring: KeyRing, own: OrganizationKeys, random: Random): OuterKeys {
  const alone = ringKeys(ring, random)
  const both = alone.ids.map((id) => `${id}${ofOrganizations}`)
  const [currentId = ''] = both
  const ringId = alone.currentId
  return {
    ...alone,
    currentId,
    ids: [...both, ...alone.ids],
    async wrap(owner, dataKey) {
      // What is of no organization, as the key that a backup is signed with, has the ring's key alone.
      if (owner.organizationId === '') return alone.wrap(owner, dataKey)
      const key = await own.make(owner.organizationId)
      const inner = sealEnvelope(key, keyId, 'data_key', dataKeyPlace(owner), dataKey, random)
      const content = sealEnvelope(ringKey(ring, ringId), ringId, purpose, dataKeyPlace(owner), inner, random)
      return wrappedBy(wrapping.organizationKey, currentId, content)
    },
    async unwrap(owner, wrapped) {
      const id = outerKeyIdOf(wrapped)
      if (!id.endsWith(ofOrganizations)) return alone.unwrap(owner, wrapped)
      const content = contentOf(wrapping.organizationKey, wrapped)
      const ofRing = id.slice(0, -ofOrganizations.length)
      const inner = openEnvelope(ringKey(ring, ofRing), ofRing, purpose, dataKeyPlace(owner), content)
      const key = await own.get(owner.organizationId)
      if (!key)
        throw missing(`The key of the organization ${owner.organizationId} is not there: it was deleted.`)
      return dataKeyOf(openEnvelope(key, keyId, 'data_key', dataKeyPlace(owner), inner))
    },
    async sealCheck(id) {
      if (!id.endsWith(ofOrganizations)) return alone.sealCheck(id)
      const key = await own.make(checkName)
      return sealEnvelope(key, keyId, 'key_check', keyCheckPlace(id), Buffer.from(known), random)
    },
    async openCheck(id, sealed) {
      if (!id.endsWith(ofOrganizations)) return alone.openCheck(id, sealed)
      const key = await own.get(checkName)
      if (!key) throw missing('The keys of organizations that the database was written with are not there.')
      openEnvelope(key, keyId, 'key_check', keyCheckPlace(id), sealed)
    },
    shred: (organizationId) => own.destroy(organizationId),
  }
}

const purpose = 'data_key.organization'

function missing(message: string): VaultError {
  return new VaultError('unknown_key', message)
}
