import { createCipheriv, createDecipheriv, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { Random } from '../ports.ts'
import type { SealContext } from '../seal-context.ts'
import { associatedData } from './associated-data.ts'
import { VaultError } from './vault-error.ts'

const version = 1
const aes256Gcm = 1
const saltLength = 32
const nonceLength = 12
const commitmentLength = 32
const tagLength = 16
const keyIdPattern = /^[A-Za-z0-9_-]{1,64}$/

/**
 * Seals bytes for one place and purpose.
 *
 * Each envelope has its own key, derived with a random salt, so that the number of envelopes under a data
 * key has no bound. AES-GCM alone does not commit to its key: the second half of what is derived does.
 *
 * `version | algorithm | length and id of the key | salt | nonce | commitment | ciphertext | tag`
 */
export function sealEnvelope(
  key: KeyObject,
  keyId: string,
  purpose: string,
  context: SealContext,
  plaintext: Buffer,
  random: Random,
): Buffer {
  if (!keyIdPattern.test(keyId)) throw new VaultError('unknown_key', 'The id of the key is malformed.')
  const fresh = random.bytes(saltLength + nonceLength)
  const salt = fresh.subarray(0, saltLength)
  const nonce = fresh.subarray(saltLength)
  const derived = derive(key, salt, purpose)
  const cipher = createCipheriv('aes-256-gcm', derived.key, nonce, { authTagLength: tagLength })
  cipher.setAAD(associatedData(version, keyId, context))
  const ciphertext = cipher.update(plaintext)
  cipher.final()
  const sealed = [envelopePrefix(keyId), fresh, derived.commitment, ciphertext, cipher.getAuthTag()]
  derived.key.fill(0)
  return Buffer.concat(sealed)
}

/**
 * Opens what `sealEnvelope` sealed with the same key, for the same purpose and place.
 *
 * @throws VaultError not_an_envelope, wrong_key (or another purpose), tampered (or another place)
 */
export function openEnvelope(
  key: KeyObject,
  keyId: string,
  purpose: string,
  context: SealContext,
  blob: Buffer,
): Buffer {
  const envelope = parse(blob)
  if (envelope.keyId !== keyId) throw new VaultError('wrong_key', 'This was sealed with another key.')
  const derived = derive(key, envelope.salt, purpose)
  try {
    if (!timingSafeEqual(derived.commitment, envelope.commitment)) {
      throw new VaultError('wrong_key', 'This was sealed with another key.')
    }
    return decrypt(derived.key, envelope, associatedData(version, keyId, context))
  } finally {
    derived.key.fill(0)
  }
}

/** How everything begins that was sealed with this key. */
export function envelopePrefix(keyId: string): Buffer {
  return Buffer.concat([Buffer.from([version, aes256Gcm, keyId.length]), Buffer.from(keyId, 'latin1')])
}

/** Id of the key that a blob was sealed with. @throws VaultError not_an_envelope */
export function envelopeKeyId(blob: Buffer): string {
  return parse(blob).keyId
}

type Envelope = ReturnType<typeof parse>

function parse(blob: Buffer) {
  const keyIdLength = blob[2] ?? 0
  const keyId = blob.toString('latin1', 3, 3 + keyIdLength)
  const saltAt = 3 + keyIdLength
  const nonceAt = saltAt + saltLength
  const commitmentAt = nonceAt + nonceLength
  const ciphertextAt = commitmentAt + commitmentLength
  const tagAt = blob.length - tagLength
  if (blob[0] !== version || blob[1] !== aes256Gcm || tagAt < ciphertextAt || !keyIdPattern.test(keyId)) {
    throw new VaultError('not_an_envelope', 'What is stored here was not sealed by this program.')
  }
  return {
    keyId,
    salt: blob.subarray(saltAt, nonceAt),
    nonce: blob.subarray(nonceAt, commitmentAt),
    commitment: blob.subarray(commitmentAt, ciphertextAt),
    ciphertext: blob.subarray(ciphertextAt, tagAt),
    tag: blob.subarray(tagAt),
  }
}

function decrypt(key: Buffer, envelope: Envelope, place: Buffer): Buffer {
  // Without authTagLength, Node accepts a tag of four bytes.
  const decipher = createDecipheriv('aes-256-gcm', key, envelope.nonce, { authTagLength: tagLength })
  decipher.setAAD(place)
  decipher.setAuthTag(envelope.tag)
  const plaintext = decipher.update(envelope.ciphertext)
  try {
    decipher.final()
  } catch {
    plaintext.fill(0)
    throw new VaultError('tampered', 'What is stored here was changed, or moved from elsewhere.')
  }
  return plaintext
}

function derive(key: KeyObject, salt: Buffer, purpose: string): { key: Buffer; commitment: Buffer } {
  const bytes = Buffer.from(hkdfSync('sha256', key, salt, `sallyport/v1/${purpose}`, 64))
  return { key: bytes.subarray(0, 32), commitment: bytes.subarray(32) }
}
