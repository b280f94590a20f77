import { newId } from '../id.ts'
import type { Clock, DataKeyRecord, Random } from '../ports.ts'
import type { SealContext } from '../seal-context.ts'
import { type DataKeyPorts, DataKeys } from './data-keys.ts'
import { envelopeKeyId, openEnvelope, sealEnvelope } from './envelope.ts'

/** Seals text for one place in the database, and opens it there. */
export interface Vault {
  /** A new data key for an organization, wrapped; it is for the caller to store. */
  newDataKey(organizationId: string): Promise<DataKeyRecord>
  /** Has at hand what `seal` needs of the store, for when the store is out of reach. */
  ready(organizationId: string): Promise<void>
  /** Seals text with the organization's active data key. */
  seal(purpose: string, context: SealContext, plaintext: string): Promise<Buffer>
  /** Opens what was sealed for this purpose and place. @throws VaultError */
  open(purpose: string, context: SealContext, blob: Buffer): Promise<string>
}

export interface VaultPorts extends DataKeyPorts {
  readonly clock: Clock
  readonly random: Random
}

/** A vault over the outer keys, and the data keys that the store keeps. */
export function createVault(ports: VaultPorts): Vault {
  const dataKeys = new DataKeys(ports)
  return {
    newDataKey: (organizationId) => newDataKey(ports, organizationId),
    async ready(organizationId) {
      await dataKeys.active(organizationId)
    },
    async seal(purpose, context, plaintext) {
      const known = dataKeys.active(context.organizationId)
      const { id, key } = known instanceof Promise ? await known : known
      const bytes = Buffer.from(plaintext)
      try {
        return sealEnvelope(key, id, purpose, context, bytes, ports.random)
      } finally {
        bytes.fill(0)
      }
    },
    async open(purpose, context, blob) {
      const known = dataKeys.byId(context.organizationId, envelopeKeyId(blob))
      const { id, key } = known instanceof Promise ? await known : known
      const bytes = openEnvelope(key, id, purpose, context, blob)
      const text = bytes.toString()
      bytes.fill(0)
      return text
    },
  }
}

async function newDataKey(
  { outerKeys, clock, random }: VaultPorts,
  organizationId: string,
): Promise<DataKeyRecord> {
  const id = newId('dek', { clock, random })
  const key = random.bytes(32)
  try {
    const wrapped = await outerKeys.wrap({ organizationId, id }, key)
    return { id, organizationId, state: 'active', wrapped, createdAt: clock.now() }
  } finally {
    key.fill(0)
  }
}
