import type { OAuthClientReply } from '@sallyport/contract'
import { type Asker, type Deed, recorded } from '../audit/record.ts'
import { clientDefinition, type WrittenDefinition } from '../credentials/definition.ts'
import { openDefinitionSecrets } from '../credentials/definition-secrets.ts'
import { checkDepth } from '../definition-depth.ts'
import { keyTaken, SallyportError } from '../error.ts'
import { newId } from '../id.ts'
import { mergePatch } from '../merge-patch.ts'
import type { IntegrationRecord, OAuthClientRecord, Page, PageRequest } from '../ports.ts'
import { checkClient } from './check-client.ts'
import { flatPath, flattened } from './client-shape.ts'
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
import { clientFrom } from './from-provider.ts'
import { checkedMade, madeFromProvider } from './providers.ts'
import { valueAt, withSecrets } from './secrets.ts'
import { clientView } from './view.ts'

type ReadPorts = Pick<DefinitionPorts, 'store' | 'publicUrl'>

/** @throws SallyportError definition_invalid, key_taken */
export async function createOAuthClient(
  ports: DefinitionPorts,
  asker: Asker,
  input: unknown,
): Promise<OAuthClientReply> {
  const { organizationId } = asker
  const made = await madeFromProvider(ports.catalogue, input, clientFrom)
  const definition = await checkedMade(made, (raw) => checkClient(ports.policy, raw, []))
  const now = ports.clock.now()
  const row = { organizationId, id: newId('ocl', ports), version: 1, createdAt: now, updatedAt: now }
  const record = await sealedRecord({ ...ports, table: 'oauth_client' }, definition, row)
  const deed = deedOn(
    record,
    'created',
    definitionChanges(undefined, record, () => true),
  )
  const isCreated = await recorded(ports.store, asker, deed, (store) => store.oauthClients.create(record))
  if (!isCreated) throw keyTaken()
  return viewed(ports, record)
}

/** @throws SallyportError not_found */
export async function readOAuthClient(
  ports: ReadPorts,
  organizationId: string,
  key: string,
): Promise<OAuthClientReply> {
  return viewed(ports, await clientByKey(ports, organizationId, key))
}

export async function listOAuthClients(
  ports: ReadPorts,
  organizationId: string,
  page: PageRequest,
): Promise<Page<OAuthClientReply>> {
  const { items, nextCursor } = await ports.store.oauthClients.list(organizationId, page)
  return { items: await Promise.all(items.map((record) => viewed(ports, record))), nextCursor }
}

/**
 * Changes a client by JSON merge patch, for every integration that refers to it. Secrets that are not in the patch
 * are kept, but never sent anywhere new.
 *
 * @throws SallyportError not_found, definition_invalid, secret_required, accounts_affected, changed_meanwhile
 */
export async function updateOAuthClient(
  ports: DefinitionPorts,
  asker: Asker,
  { key, patch, reconnect }: DefinitionChange,
): Promise<OAuthClientReply> {
  const { organizationId } = asker
  checkDepth(patch)
  const before = await clientByKey(ports, organizationId, key)
  const visible = clientDefinition(before)
  const kept = await openDefinitionSecrets(ports.vault, before, 'oauth_client')
  const usedBy = await allUsing(ports, before)
  const written = usedBy.map(({ definition }) => JSON.parse(definition) as WrittenDefinition)
  const whole = mergePatch(flattened(withSecrets(visible, kept)), patch)
  const definition = checkClient(ports.policy, whole, written)
  checkKeyStays(before, definition)

  const moved = destinations(visible) !== destinations(definition)
  if (moved) {
    const lasting = before.secretsSet.filter((path) => valueAt(definition, path) !== undefined)
    requireSecretsAgain(lasting.map(flatPath), patch)
    if (!reconnect)
      await refuseWithAccounts(ports, organizationId, { oauthClientId: before.id }, 'accounts_affected')
  }
  const next = await sealedRecord(
    { ...ports, table: 'oauth_client' },
    { ...definition, key: before.key },
    nextRow(before, ports),
  )
  const given = (path: string) => valueAt(patch, flatPath(path)) !== undefined
  const deed = deedOn(next, 'updated', definitionChanges(before, next, given))
  const how = { reconnect: moved && reconnect, usedBy }
  if (!(await recorded(ports.store, asker, deed, (store) => store.oauthClients.update(next, how)))) {
    throw new SallyportError('changed_meanwhile')
  }
  ports.changed()
  return viewed(ports, next)
}

/** @throws SallyportError not_found, oauth_client_in_use */
export async function deleteOAuthClient(
  ports: Pick<DefinitionPorts, 'store'>,
  asker: Asker,
  key: string,
): Promise<void> {
  const { organizationId } = asker
  const record = await clientByKey(ports, organizationId, key)
  const deed = deedOn(record, 'deleted')
  const isGone = await recorded(ports.store, asker, deed, (store) =>
    store.oauthClients.delete(organizationId, record.id),
  )
  if (isGone) return
  throw new SallyportError('oauth_client_in_use', { integrations: await firstUsing(ports, record) })
}

function deedOn({ id, key }: OAuthClientRecord, what: string, changes: Deed['changes'] = []): Deed {
  return { action: `oauth_client.${what}`, target: { kind: 'oauth_client', id, name: key }, changes }
}

/** By key, without regard to case. @throws SallyportError not_found, the same for foreign and absent ones (D6) */
async function clientByKey(
  ports: Pick<DefinitionPorts, 'store'>,
  organizationId: string,
  key: string,
): Promise<OAuthClientRecord> {
  const record = await ports.store.oauthClients.getByKey(organizationId, key)
  if (!record) throw new SallyportError('not_found')
  return record
}

async function viewed(ports: ReadPorts, record: OAuthClientRecord): Promise<OAuthClientReply> {
  return clientView(ports.publicUrl, record, {
    usedBy: await firstUsing(ports, record),
    uses: await ports.store.oauthClients.uses(record.organizationId, record.id),
  })
}

async function firstUsing(
  { store }: Pick<DefinitionPorts, 'store'>,
  { organizationId, id }: OAuthClientRecord,
): Promise<OAuthClientReply['usedBy']> {
  const { items } = await store.integrations.list(organizationId, firstTwenty, { oauthClientId: id })
  return items.map(({ key, name }) => ({ key, name }))
}

async function allUsing(
  { store }: Pick<DefinitionPorts, 'store'>,
  { organizationId, id }: OAuthClientRecord,
): Promise<IntegrationRecord[]> {
  const found: IntegrationRecord[] = []
  let after: string | undefined
  do {
    const page = await store.integrations.list(organizationId, { limit: 1000, after }, { oauthClientId: id })
    found.push(...page.items)
    after = page.nextCursor
  } while (after !== undefined)
  return found
}
