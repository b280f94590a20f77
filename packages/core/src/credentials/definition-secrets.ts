import type { DefinitionRecord } from '../ports.ts'
import { sealedColumns } from '../sealed-columns.ts'
import { Secret } from '../secret.ts'
import type { Vault } from '../vault/vault.ts'

type Owner = Pick<DefinitionRecord, 'organizationId' | 'id' | 'version'>

/** Where a definition is kept. */
export type DefinitionTable = 'integration' | 'oauth_client'

const columns = {
  integration: sealedColumns.integrationSecrets,
  oauth_client: sealedColumns.oauthClientSecrets,
}

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
  const { purpose, place } = columns[table]
  return vault.seal(purpose, place(owner), JSON.stringify(Object.fromEntries(entries)))
}

/** Opens what `sealDefinitionSecrets` sealed for this row and version. */
export async function openDefinitionSecrets(
  vault: Vault,
  owner: Owner & Pick<DefinitionRecord, 'secrets'>,
  table: DefinitionTable = 'integration',
): Promise<DefinitionSecrets> {
  if (!owner.secrets) return {}
  const { purpose, place } = columns[table]
  const text = await vault.open(purpose, place(owner), owner.secrets)
  const opened = JSON.parse(text) as object
  return Object.fromEntries(
    Object.entries(opened).map(([path, secret]) => [path, new Secret(String(secret))]),
  )
}
