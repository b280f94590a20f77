import type { KeyCheckRecord, Random } from '../ports.ts'
import { openEnvelope, sealEnvelope } from './envelope.ts'
import type { KeyRing } from './keyring.ts'
import { VaultError } from './vault-error.ts'

const known = 'this key ring belongs to this database'

/** Known text sealed by each key of the ring: kept in the database, it tells at start whether a ring fits. */
export function makeKeyCheck(ring: KeyRing, random: Random): KeyCheckRecord[] {
  return ring.ids.flatMap((keyId) => {
    const key = ring.key(keyId)
    return key
      ? [{ keyId, sealed: sealEnvelope(key, keyId, 'key_check', place(keyId), Buffer.from(known), random) }]
      : []
  })
}

/**
 * Makes sure that the ring holds every key that the database was written with.
 *
 * @throws VaultError whose message is a sentence for the operator
 */
export function verifyKeyCheck(ring: KeyRing, records: readonly KeyCheckRecord[]): void {
  if (records.length === 0) {
    throw new VaultError(
      'unknown_key',
      'The database holds data but no key check: nothing tells which key it needs.',
    )
  }
  for (const record of records) verify(ring, record)
}

function verify(ring: KeyRing, { keyId, sealed }: KeyCheckRecord): void {
  const key = ring.key(keyId)
  if (!key) {
    throw new VaultError(
      'unknown_key',
      `The database was written with the key "${keyId}", which the key ring lacks.`,
    )
  }
  try {
    openEnvelope(key, keyId, 'key_check', place(keyId), sealed)
  } catch (error) {
    if (!(error instanceof VaultError) || error.code !== 'wrong_key') throw error
    throw new VaultError(
      'wrong_key',
      `The key "${keyId}" of the key ring is not the one that the database was written with.`,
    )
  }
}

function place(keyId: string) {
  return {
    organizationId: '',
    environment: '',
    table: 'key_check',
    rowId: keyId,
    column: 'sealed',
    generation: 0,
  }
}
