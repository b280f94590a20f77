import { createHash, createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import type { AuditKeys, ChainAudit } from '../ports.ts'
import type { Vault } from '../vault/vault.ts'
import { canonicalJson } from './canonical-json.ts'
import { exportedEntry } from './view.ts'

/** The hash before that of the first entry. */
export const firstHash = Buffer.alloc(32).toString('base64')

/** SHA-256 of an entry as it is exported, without its place in the chain. */
export function contentHash(entry: object): Buffer {
  return createHash('sha256').update(canonicalJson(entry)).digest()
}

/** Base64 of the hash of an entry, and by that of all before it. */
export function chainedHash(previousHash: string, content: Buffer): string {
  return createHash('sha256').update(Buffer.from(previousHash, 'base64')).update(content).digest('base64')
}

/** Base64 of what only the holder of the key can make: for the entry itself, and for all that it follows. */
export type AuditMac = (hash: string, content: Buffer) => string

/** @param key an organization's data key of state `audit` */
export function auditMac(key: KeyObject): AuditMac {
  const own = createSecretKey(derived(key, 'mac'))
  return (hash, content) =>
    createHmac('sha256', own).update(Buffer.from(hash, 'base64')).update(content).digest('base64')
}

/** A key of its own for each thing that is made of an organization's audit. */
export function derived(key: KeyObject, purpose: 'mac' | 'checkpoint'): Buffer {
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `sallyport/v1/audit/${purpose}`, 32))
}

/** What chains the entries of the organization whose key it is. */
export function chainWith(key: KeyObject): ChainAudit {
  const mac = auditMac(key)
  return (entry, previousHash) => {
    const content = contentHash(exportedEntry(entry))
    const hash = chainedHash(previousHash, content)
    return { hash, mac: mac(hash, content) }
  }
}

/** The keys of all organizations, as the vault has them at hand. */
export function auditKeys(vault: Pick<Vault, 'auditKey'>): AuditKeys {
  const chains = new WeakMap<KeyObject, ChainAudit>()
  const chainOf = (key: KeyObject) => {
    const chain = chains.get(key) ?? chainWith(key)
    chains.set(key, chain)
    return chain
  }
  return {
    of(organizationId) {
      const key = vault.auditKey(organizationId)
      return key instanceof Promise ? key.then(chainOf) : chainOf(key)
    },
  }
}
