import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto'
import type { AuditCheckpoint } from '../ports.ts'
import { derived } from './chain.ts'

/** What comes before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410 §7). */
const privateKeyPrefix = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Signs where a chain stands, for whoever keeps it outside of the database. */
export interface CheckpointSigner {
  /** Base64 of the SubjectPublicKeyInfo of an Ed25519 key, the organization's own. */
  readonly publicKey: string
  sign(standing: Standing): AuditCheckpoint
}

export type Standing = Pick<AuditCheckpoint, 'organizationId' | 'sequence' | 'hash' | 'at'>

/** @param key an organization's data key of state `audit`: whoever has that one makes the same key pair of it */
export function checkpointSigner(key: KeyObject): CheckpointSigner {
  const der = Buffer.concat([privateKeyPrefix, derived(key, 'checkpoint')])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  der.fill(0)
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).toString('base64')
  return {
    publicKey,
    sign({ organizationId, sequence, hash, at }) {
      const standing = { organizationId, sequence, hash, at }
      const signature = signBytes(null, statement(standing), privateKey).toString('base64')
      return { ...standing, publicKey, signature }
    },
  }
}

/** Whether a checkpoint was signed by the key that it names. */
export function isSigned(checkpoint: AuditCheckpoint): boolean {
  try {
    const der = Buffer.from(checkpoint.publicKey, 'base64')
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
    const signature = Buffer.from(checkpoint.signature, 'base64')
    return key.asymmetricKeyType === 'ed25519' && verifyBytes(null, statement(checkpoint), key, signature)
  } catch {
    return false
  }
}

/** Five lines, none of which can hold a line break. */
function statement({ organizationId, sequence, hash, at }: Standing): Buffer {
  const lines = ['sallyport audit checkpoint 1', organizationId, sequence, hash, new Date(at).toISOString()]
  return Buffer.from(`${lines.join('\n')}\n`)
}
