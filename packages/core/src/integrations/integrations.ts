import { type Definition, foldKey, type IntegrationReply } from '@sallyport/contract'
import type { ConnectionPolicy } from '../credentials/connection.ts'
import { openDefinitionSecrets, sealDefinitionSecrets } from '../credentials/definition-secrets.ts'
import type { Revocations } from '../credentials/revocations.ts'
import { openTarget } from '../credentials/target.ts'
import { keyTaken, SallyportError } from '../error.ts'
import { newId } from '../id.ts'
import type { Clock, IntegrationRecord, Page, PageRequest, Random, Store } from '../ports.ts'
import type { Vault } from '../vault/vault.ts'
import { checkDefinition } from './check.ts'
import { checkDepth } from './depth.ts'
import { destinations } from './destinations.ts'
import { mergePatch } from './merge-patch.ts'
import { splitSecrets, valueAt, withSecrets } from './secrets.ts'
import { integrationView } from './view.ts'

export interface IntegrationPorts {
  readonly revocations: Pick<Revocations, 'of' | 'tryNow'>
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly random: Random
  readonly policy: ConnectionPolicy
  readonly publicUrl: string
  readonly changed: () => void
}

/** @throws SallyportError definition_invalid, key_taken */
export async function createIntegration(
  ports: IntegrationPorts,
  organizationId: string,
  input: unknown,
): Promise<IntegrationReply> {
  const { definition } = checkDefinition(ports.policy, input)
  const now = ports.clock.now()
  const record = await sealed(ports, definition, {
    organizationId,
    id: newId('int', ports),
    version: 1,
    createdAt: now,
    updatedAt: now,
  })
  if (!(await ports.store.integrations.create(record))) throw keyTaken()
  return integrationView(ports.publicUrl, record)
}

/** @throws SallyportError not_found */
export async function readIntegration(
  ports: Pick<IntegrationPorts, 'store' | 'publicUrl'>,
  organizationId: string,
  key: string,
): Promise<IntegrationReply> {
  return integrationView(ports.publicUrl, await integrationByKey(ports, organizationId, key))
}

export async function listIntegrations(
  ports: Pick<IntegrationPorts, 'store' | 'publicUrl'>,
  organizationId: string,
  page: PageRequest,
): Promise<Page<IntegrationReply>> {
  const { items, nextCursor } = await ports.store.integrations.list(organizationId, page)
  return { items: items.map((record) => integrationView(ports.publicUrl, record)), nextCursor }
}

/**
 * Changes a definition by JSON merge patch. Secrets that are not in the patch are kept, but never sent
 * anywhere new.
 *
 * @throws SallyportError not_found, definition_invalid, secret_required, accounts_affected, changed_meanwhile
 */
export async function updateIntegration(
  ports: IntegrationPorts,
  organizationId: string,
  key: string,
  patch: unknown,
  { reconnect }: { readonly reconnect: boolean },
): Promise<IntegrationReply> {
  checkDepth(patch)
  const record = await integrationByKey(ports, organizationId, key)
  const before = JSON.parse(record.definition) as Definition
  const kept = await openDefinitionSecrets(ports.vault, record)
  const { definition } = checkDefinition(ports.policy, mergePatch(withSecrets(before, kept), patch))
  if (foldKey(definition.key) !== foldKey(record.key)) throw keyChanged()

  const moved = destinations(before) !== destinations(definition)
  if (moved) await permitMove(ports, record, { patch, definition, reconnect })
  const next = await sealed(
    ports,
    { ...definition, key: record.key },
    {
      ...record,
      version: record.version + 1,
      updatedAt: ports.clock.now(),
    },
  )
  if (!(await ports.store.integrations.update(next, { reconnect: moved && reconnect }))) {
    throw new SallyportError('changed_meanwhile')
  }
  ports.changed()
  return integrationView(ports.publicUrl, next)
}

/** @throws SallyportError not_found, integration_in_use */
export async function deleteIntegration(
  ports: Pick<IntegrationPorts, 'store' | 'vault' | 'policy' | 'revocations' | 'changed'>,
  organizationId: string,
  key: string,
  { cascade }: { readonly cascade: boolean },
): Promise<void> {
  const record = await integrationByKey(ports, organizationId, key)
  if (!cascade) {
    const accounts = await ports.store.accounts.list(
      organizationId,
      { integrationId: record.id },
      firstTwenty,
    )
    if (accounts.items.length > 0) throw named('integration_in_use', accounts.items)
  }
  await deleteAccounts(ports, record)
  await ports.store.integrations.delete(organizationId, record.id)
  ports.changed()
}

/** One by one, because each is to be revoked at the provider. */
async function deleteAccounts(
  ports: Pick<IntegrationPorts, 'store' | 'vault' | 'policy' | 'revocations'>,
  integration: IntegrationRecord,
): Promise<void> {
  const { organizationId, id: integrationId } = integration
  for (;;) {
    const { items } = await ports.store.accounts.list(organizationId, { integrationId }, firstTwenty)
    if (items.length === 0) return
    for (const account of items) {
      const revocation = await ports.revocations.of(await openTarget(ports, account, integration))
      const { id, generation } = account
      const isGone = await ports.store.accounts.delete(organizationId, id, generation, revocation)
      if (isGone && revocation) void ports.revocations.tryNow(revocation)
    }
  }
}

/** By key, without regard to case. @throws SallyportError not_found */
export async function integrationByKey(
  ports: Pick<IntegrationPorts, 'store'>,
  organizationId: string,
  key: string,
): Promise<IntegrationRecord> {
  const record = await ports.store.integrations.getByKey(organizationId, key)
  if (!record) throw new SallyportError('not_found')
  return record
}

const firstTwenty: PageRequest = { limit: 20, after: undefined }

/** Stored secrets may go nowhere that they were not given for (A4, D3). */
async function permitMove(
  ports: IntegrationPorts,
  record: IntegrationRecord,
  change: { readonly patch: unknown; readonly definition: Definition; readonly reconnect: boolean },
): Promise<void> {
  // What the change removes goes nowhere.
  const missing = record.secretsSet.filter(
    (path) => valueAt(change.patch, path) === undefined && valueAt(change.definition, path) !== undefined,
  )
  if (missing.length > 0) {
    throw new SallyportError('secret_required', {
      faults: missing.map((path) => ({ path, code: 'secret_required', message: 'Give this secret again.' })),
    })
  }
  const { organizationId, id } = record
  const { items } = await ports.store.accounts.list(organizationId, { integrationId: id }, firstTwenty)
  if (items.length > 0 && !change.reconnect) throw named('accounts_affected', items)
}

function named(
  code: 'accounts_affected' | 'integration_in_use',
  accounts: readonly { readonly id: string; readonly name: string }[],
): SallyportError {
  return new SallyportError(code, { accounts: accounts.map(({ id, name }) => ({ id, name })) })
}

async function sealed(
  ports: IntegrationPorts,
  definition: Definition,
  row: Omit<IntegrationRecord, 'key' | 'name' | 'definition' | 'secrets' | 'secretsSet'>,
): Promise<IntegrationRecord> {
  const { visible, secrets } = splitSecrets(definition)
  return {
    ...row,
    key: definition.key,
    name: definition.name,
    definition: JSON.stringify(visible),
    secrets: await sealDefinitionSecrets(ports.vault, row, secrets),
    secretsSet: Object.keys(secrets),
  }
}

function keyChanged(): SallyportError {
  return new SallyportError('definition_invalid', {
    faults: [
      {
        path: '/key',
        code: 'immutable',
        message: 'A key never changes. Create another integration instead.',
      },
    ],
  })
}
