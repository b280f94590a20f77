import type { DefinitionRecord } from '../ports.ts'
import { Secret } from '../secret.ts'
import type { Vault } from '../vault/vault.ts'

type Owner = Pick<DefinitionRecord, 'organizationId' | 'id' | 'version'>

/** Where a definition is kept. */
export type DefinitionTable = 'integration' | 'oauth_client'

/** A definition's secrets, by the JSON Pointer of the field that each was taken from. */
export type DefinitionSecrets = Readonly<Record<string, Secret>>

/** Seals a definition's secrets together; undefined when there are none. */
export async function sealDefinitionSecrets(
  vault: Vault,
  owner: Owner,
  secrets: DefinitionSecrets,
  table: DefinitionTable = 'integration',
): Promise<Buffer | undefined> {
  const entries = Object.entries(secrets).map(([path, secret]) => [path, secret.reveal()])
  if (entries.length === 0) return undefined
  return vault.seal(`${table}.secrets`, context(owner, table), JSON.stringify(Object.fromEntries(entries)))
}

/** Opens what `sealDefinitionSecrets` sealed for this row and version. */
export async function openDefinitionSecrets(
  vault: Vault,
  owner: Owner & Pick<DefinitionRecord, 'secrets'>,
  table: DefinitionTable = 'integration',
): Promise<DefinitionSecrets> {
  if (!owner.secrets) return {}
  const text = await vault.open(`${table}.secrets`, context(owner, table), owner.secrets)
  const opened = JSON.parse(text) as object
  return Object.fromEntries(
    Object.entries(opened).map(([path, secret]) => [path, new Secret(String(secret))]),
  )
}

function context(owner: Owner, table: DefinitionTable) {
  return {
    organizationId: owner.organizationId,
    environment: '',
    table,
    rowId: owner.id,
    column: 'secrets',
    generation: owner.version,
  }
}
