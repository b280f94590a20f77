import { foldKey } from '@sallyport/contract'
import { changesBetween } from '../audit/changes.ts'
import type { Catalogue } from '../catalogue-ports.ts'
import type { ConnectionPolicy } from '../credentials/connection.ts'
import type { WrittenDefinition } from '../credentials/definition.ts'
import { type DefinitionTable, sealDefinitionSecrets } from '../credentials/definition-secrets.ts'
import { invalid, SallyportError } from '../error.ts'
import type {
  AccountFilter,
  AuditChange,
  Changed,
  Clock,
  DefinitionRecord,
  PageRequest,
  Random,
  Store,
} from '../ports.ts'
import type { Vault } from '../vault/vault.ts'
import { splitSecrets, valueAt } from './secrets.ts'

/** What definitions are kept with, of integrations and of OAuth clients. */
export interface DefinitionPorts {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly random: Random
  readonly policy: ConnectionPolicy
  readonly publicUrl: string
  readonly changed: Changed
  readonly catalogue: Catalogue
}

/** A change by JSON merge patch of what bears this key; `reconnect` accepts that accounts must be connected again. */
export interface DefinitionChange {
  readonly key: string
  readonly patch: unknown
  readonly reconnect: boolean
}

/** As many as a reply names of what stands in the way. */
export const firstTwenty: PageRequest = { limit: 20, after: undefined }

type Row = Pick<DefinitionRecord, 'organizationId' | 'id' | 'version' | 'createdAt' | 'updatedAt'>

/** A definition as it is kept: its secrets taken out and sealed for this row and version. */
export async function sealedRecord(
  { vault, table }: { readonly vault: Vault; readonly table: DefinitionTable },
  definition: WrittenDefinition,
  row: Row,
): Promise<DefinitionRecord> {
  const { visible, secrets } = splitSecrets(definition)
  const { organizationId, id, version, createdAt, updatedAt } = row
  return {
    ...{ organizationId, id, version, createdAt, updatedAt },
    key: definition.key,
    name: definition.name,
    definition: JSON.stringify(visible),
    secrets: await sealDefinitionSecrets(vault, row, secrets, table),
    secretsSet: Object.keys(secrets),
  }
}

/** The row of the next version. */
export function nextRow(record: DefinitionRecord, { clock }: { readonly clock: Clock }): Row {
  return { ...record, version: record.version + 1, updatedAt: clock.now() }
}

/** @throws SallyportError definition_invalid: keys never change, but for the case of their letters */
export function checkKeyStays(before: DefinitionRecord, { key }: { readonly key: string }): void {
  if (foldKey(key) === foldKey(before.key)) return
  const message = 'A key never changes. Create another one instead.'
  throw invalid('definition_invalid', [{ path: '/key', code: 'immutable', message }])
}

/**
 * Stored secrets may go nowhere that they were not given for (A4, D3). `paths` lead to them in the patch.
 *
 * @throws SallyportError secret_required
 */
export function requireSecretsAgain(paths: readonly string[], patch: unknown): void {
  const missing = paths.filter((path) => valueAt(patch, path) === undefined)
  if (missing.length === 0) return
  throw new SallyportError('secret_required', {
    faults: missing.map((path) => ({ path, code: 'secret_required', message: 'Give this secret again.' })),
  })
}

/** @throws SallyportError that names the accounts, if there are any */
export async function refuseWithAccounts(
  { store }: { readonly store: Store },
  organizationId: string,
  filter: AccountFilter,
  code: 'accounts_affected' | 'integration_in_use',
): Promise<void> {
  const { items } = await store.accounts.list(organizationId, filter, firstTwenty)
  if (items.length > 0)
    throw new SallyportError(code, { accounts: items.map(({ id, name }) => ({ id, name })) })
}

/** What the audit says of a definition that is made or changed; `given` tells which of its secrets came along. */
export function definitionChanges(
  before: DefinitionRecord | undefined,
  next: DefinitionRecord,
  given: (path: string) => boolean,
): readonly AuditChange[] {
  const fieldsOf = (record: DefinitionRecord) => JSON.parse(record.definition) as Record<string, unknown>
  const secrets = next.secretsSet.filter(given)
  return changesBetween(before ? fieldsOf(before) : {}, fieldsOf(next), { secrets })
}
