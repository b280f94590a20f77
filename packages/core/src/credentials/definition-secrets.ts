import type { IntegrationRecord } from '../ports.ts'
import { Secret } from '../secret.ts'
import type { Vault } from '../vault/vault.ts'

type Owner = Pick<IntegrationRecord, 'organizationId' | 'id' | 'version'>

/** A definition's secrets, by the JSON Pointer of the field that each was taken from. */
export type DefinitionSecrets = Readonly<Record<string, Secret>>

/** Seals a definition's secrets together; undefined when there are none. */
export async function sealDefinitionSecrets(
  vault: Vault,
  owner: Owner,
  secrets: DefinitionSecrets,
): Promise<Buffer | undefined> {
  const entries = Object.entries(secrets).map(([path, secret]) => [path, secret.reveal()])
  if (entries.length === 0) return undefined
  return vault.seal('integration.secrets', context(owner), JSON.stringify(Object.fromEntries(entries)))
}

/** Opens what `sealDefinitionSecrets` sealed for this row and version. */
export async function openDefinitionSecrets(
  vault: Vault,
  owner: Owner & Pick<IntegrationRecord, 'secrets'>,
): Promise<DefinitionSecrets> {
  if (!owner.secrets) return {}
  const opened = JSON.parse(await vault.open('integration.secrets', context(owner), owner.secrets)) as object
  return Object.fromEntries(Object.entries(opened).map(([path, text]) => [path, new Secret(String(text))]))
}

function context(owner: Owner) {
  return {
    organizationId: owner.organizationId,
    environment: '',
    table: 'integration',
    rowId: owner.id,
    column: 'secrets',
    generation: owner.version,
  }
}
