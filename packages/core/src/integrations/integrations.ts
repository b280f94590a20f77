import type { AnyIntegrationReply } from '@sallyport/contract'
import { type Asker, type Deed, recorded } from '../audit/record.ts'
import { definitionOf, registrationIdOf, type WrittenDefinition } from '../credentials/definition.ts'
import { openDefinitionSecrets } from '../credentials/definition-secrets.ts'
import type { Revocations } from '../credentials/revocations.ts'
import { openTarget } from '../credentials/target.ts'
import { checkDepth } from '../definition-depth.ts'
import { keyTaken, SallyportError } from '../error.ts'
import { newId } from '../id.ts'
import { mergePatch } from '../merge-patch.ts'
import type { IntegrationRecord, Page, PageRequest } from '../ports.ts'
import { checked, leavingToClient } from './check-written.ts'
import {
  checkKeyStays,
  type DefinitionChange,
  type DefinitionPorts,
  definitionChanges,
  firstTwenty,
  nextRow,
  refuseWithAccounts,
  requireSecretsAgain,
  sealedRecord,
} from './definition-record.ts'
import { destinations } from './destinations.ts'
import { definitionFrom } from './from-provider.ts'
import { checkedMade, madeFromProvider } from './providers.ts'
import { valueAt, withSecrets } from './secrets.ts'
import { integrationView } from './view.ts'

export interface IntegrationPorts extends DefinitionPorts {
  readonly revocations: Pick<Revocations, 'of' | 'tryNow'>
}

/** @throws SallyportError definition_invalid, key_taken, changed_meanwhile */
export async function createIntegration(
  ports: IntegrationPorts,
  asker: Asker,
  input: unknown,
): Promise<AnyIntegrationReply> {
  const { organizationId } = asker
  const { definition, oauthClient } = await written(ports, organizationId, input)
  const now = ports.clock.now()
  const row = { organizationId, id: newId('int', ports), version: 1, createdAt: now, updatedAt: now }
  const record: IntegrationRecord = {
    ...(await sealedRecord({ ...ports, table: 'integration' }, definition, row)),
    oauthClient,
  }
  const deed = deedOn(
    record,
    'created',
    definitionChanges(undefined, record, () => true),
  )
  if (!(await recorded(ports.store, asker, deed, (store) => store.integrations.create(record)))) {
    const taken = await ports.store.integrations.getByKey(organizationId, definition.key)
    throw taken ? keyTaken() : new SallyportError('changed_meanwhile')
  }
  return integrationView(ports.publicUrl, record)
}

/** @throws SallyportError not_found */
export async function readIntegration(
  ports: Pick<IntegrationPorts, 'store' | 'publicUrl'>,
  organizationId: string,
  key: string,
): Promise<AnyIntegrationReply> {
  return integrationView(ports.publicUrl, await integrationByKey(ports, organizationId, key))
}

/** All, or those that refer to the OAuth client of a key. */
export async function listIntegrations(
  ports: Pick<IntegrationPorts, 'store' | 'publicUrl'>,
  organizationId: string,
  page: PageRequest,
  clientKey?: string,
): Promise<Page<AnyIntegrationReply>> {
  const client =
    clientKey === undefined ? undefined : await ports.store.oauthClients.getByKey(organizationId, clientKey)
  if (clientKey !== undefined && !client) return { items: [], nextCursor: undefined }
  const filter = client ? { oauthClientId: client.id } : {}
  const { items, nextCursor } = await ports.store.integrations.list(organizationId, page, filter)
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
  asker: Asker,
  { key, patch, reconnect }: DefinitionChange,
): Promise<AnyIntegrationReply> {
  const { organizationId } = asker
  const before = await integrationByKey(ports, organizationId, key)
  const { definition, oauthClient } = await changed(ports, before, patch)

  const row = nextRow(before, ports)
  const next: IntegrationRecord = {
    ...(await sealedRecord({ ...ports, table: 'integration' }, { ...definition, key: before.key }, row)),
    oauthClient,
  }
  const moved = destinationsOf(before) !== destinationsOf(next)
  if (moved) {
    const lasting = before.secretsSet.filter((path) => valueAt(definition, path) !== undefined)
    requireSecretsAgain(lasting, patch)
    if (!reconnect)
      await refuseWithAccounts(ports, organizationId, { integrationId: before.id }, 'accounts_affected')
  }
  const given = (path: string) => valueAt(patch, path) !== undefined
  const deed = deedOn(next, 'updated', definitionChanges(before, next, given))
  const how = { reconnect: moved && reconnect }
  if (!(await recorded(ports.store, asker, deed, (store) => store.integrations.update(next, how)))) {
    throw new SallyportError('changed_meanwhile')
  }
  ports.changed()
  return integrationView(ports.publicUrl, next)
}

/** What a patch makes of an integration, with the secrets that it keeps. @throws SallyportError definition_invalid */
export async function changed(
  ports: Pick<IntegrationPorts, 'store' | 'vault' | 'policy'>,
  before: IntegrationRecord,
  patch: unknown,
): ReturnType<typeof checked> {
  checkDepth(patch)
  const written = JSON.parse(before.definition) as WrittenDefinition
  const kept = await openDefinitionSecrets(ports.vault, before)
  const whole = mergePatch(leavingToClient(withSecrets(written, kept), patch), patch)
  const made = await checked(ports, before.organizationId, whole)
  checkKeyStays(before, made.definition)
  return made
}

/** What an input makes, by itself or from an entry of the catalogue. @throws SallyportError definition_invalid */
export async function written(
  ports: Pick<IntegrationPorts, 'store' | 'vault' | 'policy' | 'catalogue'>,
  organizationId: string,
  input: unknown,
): ReturnType<typeof checked> {
  const made = await madeFromProvider(ports.catalogue, input, definitionFrom)
  return checkedMade(made, (raw) => checked(ports, organizationId, raw))
}

/** @throws SallyportError not_found, integration_in_use */
export async function deleteIntegration(
  ports: Pick<IntegrationPorts, 'store' | 'vault' | 'policy' | 'revocations' | 'changed'>,
  asker: Asker,
  key: string,
  { cascade }: { readonly cascade: boolean },
): Promise<void> {
  const { organizationId } = asker
  const record = await integrationByKey(ports, organizationId, key)
  const { id } = record
  // Before anything goes: what apps call by is never taken away along with something else.
  await refuseWithApps(ports, record)
  if (!cascade) await refuseWithAccounts(ports, organizationId, { integrationId: id }, 'integration_in_use')
  await deleteAccounts(ports, asker, record)
  const deed = deedOn(record, 'deleted')
  const isGone = await recorded(ports.store, asker, deed, (store) =>
    store.integrations.delete(organizationId, id),
  )
  if (!isGone) await refuseWithApps(ports, record)
  ports.changed()
}

/** @throws SallyportError integration_in_use, naming the adapters */
async function refuseWithApps(
  { store }: Pick<IntegrationPorts, 'store'>,
  { organizationId, id: integrationId }: IntegrationRecord,
): Promise<void> {
  const apps = await store.apps.uses(organizationId, { integrationId })
  if (apps.length > 0) throw new SallyportError('integration_in_use', { apps })
}

/** One by one, because each is to be revoked at the provider. */
async function deleteAccounts(
  ports: Pick<IntegrationPorts, 'store' | 'vault' | 'policy' | 'revocations'>,
  asker: Asker,
  integration: IntegrationRecord,
): Promise<void> {
  const { organizationId, id: integrationId } = integration
  for (;;) {
    const { items } = await ports.store.accounts.list(organizationId, { integrationId }, firstTwenty)
    if (items.length === 0) return
    for (const account of items) {
      const revocation = await ports.revocations.of(await openTarget(ports, account, integration))
      const { id, name, generation } = account
      const deed = { action: 'account.deleted', target: { kind: 'account', id, name } }
      const isGone = await recorded(ports.store, asker, deed, (store) =>
        store.accounts.delete(organizationId, id, generation, revocation),
      )
      if (isGone && revocation) void ports.revocations.tryNow(revocation)
    }
  }
}

function deedOn({ id, key }: IntegrationRecord, what: string, changes: Deed['changes'] = []): Deed {
  return { action: `integration.${what}`, target: { kind: 'integration', id, name: key }, changes }
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

/** Another client registration is another place. */
function destinationsOf(integration: IntegrationRecord): string {
  return `${registrationIdOf(integration)} ${destinations(definitionOf(integration))}`
}
