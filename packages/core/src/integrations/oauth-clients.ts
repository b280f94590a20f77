import type { OAuthClientReply } from '@sallyport/contract'
import { clientDefinition, type WrittenDefinition } from '../credentials/definition.ts'
import { openDefinitionSecrets } from '../credentials/definition-secrets.ts'
import { keyTaken, SallyportError } from '../error.ts'
import { newId } from '../id.ts'
import type { IntegrationRecord, OAuthClientRecord, Page, PageRequest } from '../ports.ts'
import { checkClient } from './check-client.ts'
import { flatPath, flattened } from './client-shape.ts'
import {
  checkKeyStays,
  type DefinitionPorts,
  firstTwenty,
  nextRow,
  refuseWithAccounts,
  requireSecretsAgain,
  sealedRecord,
} from './definition-record.ts'
import { checkDepth } from './depth.ts'
import { destinations } from './destinations.ts'
import { mergePatch } from './merge-patch.ts'
import { valueAt, withSecrets } from './secrets.ts'
import { clientView } from './view.ts'

type ReadPorts = Pick<DefinitionPorts, 'store' | 'publicUrl'>

/** @throws SallyportError definition_invalid, key_taken */
export async function createOAuthClient(
  ports: DefinitionPorts,
  organizationId: string,
  input: unknown,
): Promise<OAuthClientReply> {
  const definition = checkClient(ports.policy, input, [])
  const now = ports.clock.now()
  const row = { organizationId, id: newId('ocl', ports), version: 1, createdAt: now, updatedAt: now }
  const record = await sealedRecord({ ...ports, table: 'oauth_client' }, definition, row)
  if (!(await ports.store.oauthClients.create(record))) throw keyTaken()
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
  organizationId: string,
  key: string,
  patch: unknown,
  { reconnect }: { readonly reconnect: boolean },
): Promise<OAuthClientReply> {
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
  if (!(await ports.store.oauthClients.update(next, { reconnect: moved && reconnect, usedBy }))) {
    throw new SallyportError('changed_meanwhile')
  }
  ports.changed()
  return viewed(ports, next)
}

/** @throws SallyportError not_found, oauth_client_in_use */
export async function deleteOAuthClient(
  ports: Pick<DefinitionPorts, 'store'>,
  organizationId: string,
  key: string,
): Promise<void> {
  const record = await clientByKey(ports, organizationId, key)
  if (await ports.store.oauthClients.delete(organizationId, record.id)) return
  throw new SallyportError('oauth_client_in_use', { integrations: await firstUsing(ports, record) })
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
