import { createSecretKey, type KeyObject } from 'node:crypto'
import { newId } from '../id.ts'
import type { Clock, DataKeyRecord, Random } from '../ports.ts'
import type { SealContext } from '../seal-context.ts'
import { type DataKey, type DataKeyPorts, DataKeys } from './data-keys.ts'
import { envelopeKeyId, openEnvelope, sealEnvelope } from './envelope.ts'

/** Seals text for one place in the database, and opens it there. */
export interface Vault {
  /** A new data key for an organization, wrapped; it is for the caller to store. */
  newDataKey(organizationId: string): Promise<DataKeyRecord>
  /** One of state `audit`, which is at hand already for the transaction that stores it. */
  newAuditKey(organizationId: string): Promise<DataKeyRecord>
  /** The one that was made is not the one that was stored. */
  forgetAuditKey(organizationId: string): void
  /** What the MACs of an organization's audit come of; at once, when it is known. */
  auditKey(organizationId: string): KeyObject | Promise<KeyObject>
  /**
   * The same, but sealing for this organization with the key that is active now, also when the store is out of reach
   * by then. What it seals must be in the database while a renewal's intent is: a key does not die before that.
   */
  holding(organizationId: string): Promise<Vault>
  /** Seals text with the organization's active data key. */
  seal(purpose: string, context: SealContext, plaintext: string): Promise<Buffer>
  /** Opens what was sealed for this purpose and place. @throws VaultError */
  open(purpose: string, context: SealContext, blob: Buffer): Promise<string>
  /** What was sealed for this purpose and place, sealed anew for the same: with this key, or the active one. @throws VaultError */
  reseal(purpose: string, context: SealContext, blob: Buffer, keyId?: string): Promise<Buffer>
}

export interface VaultPorts extends DataKeyPorts {
  readonly clock: Clock
  readonly random: Random
}

/** A vault over the outer keys, and the data keys that the store keeps. */
export function createVault(ports: VaultPorts): Vault {
  const { random } = ports
  const dataKeys = new DataKeys(ports)
  const opened = async (purpose: string, context: SealContext, blob: Buffer) => {
    const known = dataKeys.byId(context.organizationId, envelopeKeyId(blob))
    const { id, key } = known instanceof Promise ? await known : known
    return openEnvelope(key, id, purpose, context, blob)
  }
  const vault: Vault = {
    newDataKey: async (organizationId) => (await newDataKey(ports, organizationId, 'active')).record,
    async newAuditKey(organizationId) {
      const { record, key } = await newDataKey(ports, organizationId, 'audit')
      dataKeys.rememberAudit(organizationId, { id: record.id, key })
      return record
    },
    forgetAuditKey: (organizationId) => dataKeys.forgetAudit(organizationId),
    auditKey(organizationId) {
      const known = dataKeys.audit(organizationId)
      return known instanceof Promise ? known.then(({ key }) => key) : known.key
    },
    async holding(organizationId) {
      const held = await dataKeys.active(organizationId)
      return {
        ...vault,
        seal: async (purpose, context, plaintext) =>
          context.organizationId === organizationId
            ? sealed(random, held, { purpose, context, bytes: Buffer.from(plaintext) })
            : vault.seal(purpose, context, plaintext),
      }
    },
    async seal(purpose, context, plaintext) {
      const known = dataKeys.active(context.organizationId)
      const dataKey = known instanceof Promise ? await known : known
      return sealed(random, dataKey, { purpose, context, bytes: Buffer.from(plaintext) })
    },
    async open(purpose, context, blob) {
      const bytes = await opened(purpose, context, blob)
      const text = bytes.toString()
      bytes.fill(0)
      return text
    },
    async reseal(purpose, context, blob, keyId) {
      const { organizationId } = context
      const dataKey = await (keyId === undefined
        ? dataKeys.active(organizationId)
        : dataKeys.byId(organizationId, keyId))
      return sealed(random, dataKey, { purpose, context, bytes: await opened(purpose, context, blob) })
    },
  }
  return vault
}

/** The bytes are not needed after it, and wiped. */
function sealed(
  random: Random,
  { id, key }: DataKey,
  { purpose, context, bytes }: { purpose: string; context: SealContext; bytes: Buffer },
): Buffer {
  try {
    return sealEnvelope(key, id, purpose, context, bytes, random)
  } finally {
    bytes.fill(0)
  }
}

async function newDataKey(
  { outerKeys, clock, random }: VaultPorts,
  organizationId: string,
  state: 'active' | 'audit',
): Promise<{ readonly record: DataKeyRecord; readonly key: KeyObject }> {
  const id = newId('dek', { clock, random })
  const bytes = random.bytes(32)
  try {
    const wrapped = await outerKeys.wrap({ organizationId, id }, bytes)
    const record = { id, organizationId, state, wrapped, createdAt: clock.now() }
    return { record, key: createSecretKey(bytes) }
  } finally {
    bytes.fill(0)
  }
}
