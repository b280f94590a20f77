import { VaultError } from '../vault/vault-error.ts'
import { type Answer, isOutOfOrder, objectAt, outOfOrder, refused, textAt } from './ask.ts'
import type { KeyContext, KeyHolder, KeyService, KeyServicePorts } from './key-service.ts'
import type { TransitSettings } from './settings.ts'
import { TransitSession } from './transit-session.ts'

/** The transit secrets engine (developer.hashicorp.com/vault/api-docs/secret/transit). */
export function transit(ports: KeyServicePorts, settings: TransitSettings): KeyService {
  const session = new TransitSession(ports, settings)
  const nameOf = (holder: KeyHolder) => (holder === undefined ? settings.key : `${settings.key}-${holder}`)
  const at = (verb: string, holder: KeyHolder, rest = '') =>
    `${settings.mount}/${verb}/${encodeURIComponent(nameOf(holder))}${rest}`
  const { id } = settings
  return {
    async encrypt(holder, plaintext, context) {
      const input = { plaintext: plaintext.toString('base64'), associated_data: associated(context) }
      const answer = await session.ask('POST', at('encrypt', holder), input)
      const ciphertext = textAt(objectAt(answer.fields, 'data'), 'ciphertext')
      if (answer.status !== 200 || !ciphertext?.startsWith('vault:')) throw failureOf(id, answer)
      return Buffer.from(ciphertext)
    },
    async decrypt(holder, ciphertext, context) {
      const input = { ciphertext: ciphertext.toString(), associated_data: associated(context) }
      const answer = await session.ask('POST', at('decrypt', holder), input)
      // A key that does not open it, and one that is not there, are told by the same status as all that is malformed.
      if (answer.status === 400) throw new VaultError('wrong_key', `The key "${id}" does not open this.`)
      const plaintext = textAt(objectAt(answer.fields, 'data'), 'plaintext')
      if (answer.status !== 200 || plaintext === undefined) throw failureOf(id, answer)
      return Buffer.from(plaintext, 'base64')
    },
    async create(organizationId) {
      const answer = await session.ask('POST', at('keys', organizationId), { type: 'aes256-gcm96' })
      if (answer.status !== 200 && answer.status !== 204) throw failureOf(id, answer)
    },
    async destroy(organizationId) {
      const found = await session.ask('GET', at('keys', organizationId))
      if (found.status === 404) return
      if (found.status !== 200) throw failureOf(id, found)
      for (const answer of [
        await session.ask('POST', at('keys', organizationId, '/config'), { deletion_allowed: true }),
        await session.ask('DELETE', at('keys', organizationId)),
      ]) {
        if (answer.status !== 200 && answer.status !== 204) throw failureOf(id, answer)
      }
    },
  }
}

/** In a fixed order. A server too old to know it ignores it, which is why `serviceKeys` binds once more. */
function associated(context: KeyContext): string {
  return Buffer.from(JSON.stringify(Object.entries(context).sort())).toString('base64')
}

/** Its own words may quote what was sent. */
function failureOf(id: string, answer: Answer) {
  return isOutOfOrder(answer) ? outOfOrder(id, `${answer.status}`) : refused(id, `${answer.status}`)
}
