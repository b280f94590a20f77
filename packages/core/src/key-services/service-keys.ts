import { createHash, timingSafeEqual } from 'node:crypto'
import { dataKeyOf } from '../vault/data-key.ts'
import { type DataKeyOwner, type OuterKeys, ofOrganizations, outerKeyIdOf } from '../vault/outer-keys.ts'
import { VaultError } from '../vault/vault-error.ts'
import { contentOf, wrappedBy, wrapping } from '../vault/wrapped.ts'
import type { Availability } from './availability.ts'
import type { KeyContext, KeyHolder, KeyService } from './key-service.ts'
import type { KeyServiceSettings } from './settings.ts'

const known = Buffer.from('these outer keys belong to this database')
const digestLength = 32

/** The keys of a service as outer keys: one for all, or one for each organization. */
export function serviceKeys(
  { id, organizationKeys }: Pick<KeyServiceSettings, 'id' | 'organizationKeys'>,
  service: KeyService,
  availability: Availability,
): OuterKeys {
  const each = `${id}${ofOrganizations}`
  const currentId = organizationKeys ? each : id
  const asked = <Result>(work: () => Promise<Result>) => availability.during(work)
  const holderOf = (outerKeyId: string, { organizationId }: DataKeyOwner): KeyHolder =>
    outerKeyId === each ? organizationId : undefined
  const sealCheck = async (outerKeyId: string) => {
    const context = checkContext(outerKeyId)
    return asked(() => service.encrypt(undefined, bound(known, context), context))
  }
  return {
    currentId,
    ids: organizationKeys ? [each, id] : [id, each],
    async wrap(owner, dataKey) {
      const context = contextOf(owner)
      const plaintext = bound(dataKey, context)
      // What is of no organization, as the key that a backup is signed with, has the key of all.
      const outerKeyId = owner.organizationId === '' ? id : currentId
      const holder = holderOf(outerKeyId, owner)
      try {
        const content = await asked(async () => {
          if (holder !== undefined) await service.create(holder)
          return service.encrypt(holder, plaintext, context)
        })
        return wrappedBy(wrapping.keyService, outerKeyId, content)
      } finally {
        plaintext.fill(0)
      }
    },
    async unwrap(owner, wrapped) {
      const context = contextOf(owner)
      const content = contentOf(wrapping.keyService, wrapped)
      const holder = holderOf(outerKeyIdOf(wrapped), owner)
      return dataKeyOf(unbound(await asked(() => service.decrypt(holder, content, context)), context))
    },
    sealCheck,
    async openCheck(outerKeyId, sealed) {
      const context = checkContext(outerKeyId)
      const opened = await asked(() => service.decrypt(undefined, sealed, context))
      if (!unbound(opened, context).equals(known)) {
        throw new VaultError('wrong_key', `The key "${id}" does not open this.`)
      }
    },
    shred: (organizationId) => asked(() => service.destroy(organizationId)),
    isOutOfReach: () => availability.isOutOfReach(),
    probe() {
      if (availability.isOutOfReach()) void sealCheck(id).catch(() => undefined)
    },
  }
}

function contextOf({ organizationId, id }: DataKeyOwner): KeyContext {
  return { organization: organizationId, data_key: id }
}

function checkContext(outerKeyId: string): KeyContext {
  return { key_check: outerKeyId }
}

/** What is wrapped says itself what for: a service that knows nothing of a context would open it for anything. */
function bound(bytes: Buffer, context: KeyContext): Buffer {
  return Buffer.concat([digestOf(context), bytes])
}

function unbound(bytes: Buffer, context: KeyContext): Buffer {
  const digest = bytes.subarray(0, digestLength)
  if (digest.length !== digestLength || !timingSafeEqual(digest, digestOf(context))) {
    bytes.fill(0)
    throw new VaultError('tampered', 'What is stored here was changed, or moved from elsewhere.')
  }
  return bytes.subarray(digestLength)
}

function digestOf(context: KeyContext): Buffer {
  return createHash('sha256')
    .update(JSON.stringify(Object.entries(context).sort()))
    .digest()
}
