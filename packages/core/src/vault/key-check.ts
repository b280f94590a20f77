import type { KeyCheckRecord } from '../ports.ts'
import type { OuterKeys } from './outer-keys.ts'
import { VaultError } from './vault-error.ts'

/** Known text sealed by each outer key that has none yet: kept in the database, it tells at start whether the keys fit. */
export function makeKeyCheck(
  keys: OuterKeys,
  existing: ReadonlySet<string> = new Set(),
): Promise<KeyCheckRecord[]> {
  const lacking = keys.ids.filter((id) => !existing.has(id))
  return Promise.all(lacking.map(async (keyId) => ({ keyId, sealed: await keys.sealCheck(keyId) })))
}

/**
 * Makes sure that every key that the database was written with is there.
 *
 * @throws VaultError whose message is a sentence for the operator
 */
export async function verifyKeyCheck(keys: OuterKeys, records: readonly KeyCheckRecord[]): Promise<void> {
  if (records.length === 0) {
    throw new VaultError(
      'unknown_key',
      'The database holds data but no key check: nothing tells which key it needs.',
    )
  }
  for (const record of records) await verify(keys, record)
}

async function verify(keys: OuterKeys, { keyId, sealed }: KeyCheckRecord): Promise<void> {
  if (!keys.ids.includes(keyId)) {
    throw new VaultError(
      'unknown_key',
      `The database was written with the key "${keyId}", which the key ring lacks.`,
    )
  }
  try {
    await keys.openCheck(keyId, sealed)
  } catch (error) {
    if (!(error instanceof VaultError) || error.code !== 'wrong_key') throw error
    throw new VaultError(
      'wrong_key',
      `The key "${keyId}" of the key ring is not the one that the database was written with.`,
    )
  }
}
