import type { SealedContent, SealedExportInput, SealedExportReply } from '@sallyport/contract'
import { accountDeed } from '../accounts/audited.ts'
import { noted, recorded } from '../audit/record.ts'
import { openDefinitionSecrets } from '../credentials/definition-secrets.ts'
import { openCredential, serializeCredential } from '../credentials/seal.ts'
import { invalid } from '../error.ts'
import { flatPath } from '../integrations/client-shape.ts'
import type { AccountFilter, AccountRecord, Changed, Clock, IntegrationRecord, Store } from '../ports.ts'
import { type Principal, requireScope } from '../principal.ts'
import { revealAll } from '../schemes/reveal.ts'
import type { Vault } from '../vault/vault.ts'
import { allOf, exportDefinitions } from './export.ts'
import { sealerTo } from './sealed.ts'

export interface SealedExportPorts {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly changed: Changed
}

type Left = SealedExportReply['accounts']['left'][number]
type SealedAccount = SealedContent['accounts'][number]

/**
 * The document with its secrets, sealed. Accounts whose credentials go with it are renewed here no more from before
 * these are read: two that renew one token end it for both.
 *
 * @throws SallyportError input_invalid, scope_missing
 */
export async function exportSealed(
  ports: SealedExportPorts,
  principal: Principal,
  { recipient, accounts: wanted }: SealedExportInput,
): Promise<SealedExportReply> {
  const seal = await sealerTo(recipient)
  const document = await exportDefinitions(ports, principal)
  const { organizationId } = principal
  const filter = wanted && (await filterOf(ports, principal, wanted))
  const integrations = await allOf((page) => ports.store.integrations.list(organizationId, page))
  const accounts: SealedAccount[] = []
  const left: Left[] = []
  if (filter) {
    const keys = new Map(integrations.map((integration) => [integration.id, integration]))
    for (const account of await allOf((page) => ports.store.accounts.list(organizationId, filter, page))) {
      const found = await exportedAccount(ports, principal, account, keys.get(account.integrationId))
      if (found && 'reason' in found) left.push(found)
      else if (found) accounts.push(found)
    }
    ports.changed()
  }
  const definitions = await secretsOfDefinitions(ports, organizationId, integrations)
  const sealed = await seal({ ...definitions, accounts })
  const target = { kind: 'organization', id: organizationId, name: undefined }
  const changes = [
    { field: '/recipient', after: recipient },
    { field: '/accounts', after: accounts.length },
  ]
  await noted(ports.store, principal, { action: 'organization.exported', target, changes })
  return { ...document, sealed, accounts: { exported: accounts.length, left } }
}

async function filterOf(
  { store }: SealedExportPorts,
  principal: Principal,
  { integration: key, environment }: NonNullable<SealedExportInput['accounts']>,
): Promise<AccountFilter> {
  requireScope(principal, 'tokens:read')
  const { organizationId } = principal
  const integration = key === undefined ? undefined : await store.integrations.getByKey(organizationId, key)
  const place =
    environment === undefined ? undefined : await store.environments.get(organizationId, environment)
  const faults = [
    ...(key === undefined || integration ? [] : [unknown('integration')]),
    ...(environment === undefined || place ? [] : [unknown('environment')]),
  ]
  if (faults.length > 0) throw invalid('input_invalid', faults)
  return { ...(integration && { integrationId: integration.id }), ...(place && { environment: place.key }) }
}

function unknown(what: string) {
  const message = `There is no ${what} of this key. Check its spelling.`
  return { path: `/accounts/${what}`, code: `unknown_${what}`, message }
}

/** Undefined for one that holds nothing. */
async function exportedAccount(
  ports: SealedExportPorts,
  principal: Principal,
  account: AccountRecord,
  integration: IntegrationRecord | undefined,
): Promise<SealedAccount | Left | undefined> {
  const { status } = account
  if (!account.credential || !integration || status === 'pending' || status === 'revoked') return undefined
  if (status === 'disabled') return undefined
  const before = await openCredential(ports.vault, account, account.credential)
  // The client that it was issued to registered itself here, and is not what another would renew it with.
  if (before.tokens?.clientId !== undefined) return { account: account.id, reason: 'registered_client' }
  const frozen = account.renewable ? await freeze(ports, principal, account) : account
  if (!frozen?.credential) return { account: account.id, reason: 'renewal_under_way' }
  const credential = await openCredential(ports.vault, frozen, frozen.credential)
  const { id, environment, name, parameters, tags, disabled, generation, renewable, scopes, kept } = frozen
  const times = {
    issuedAt: frozen.issuedAt,
    expiresAt: frozen.expiresAt,
    refreshExpiresAt: frozen.refreshExpiresAt,
    connectedAt: frozen.connectedAt,
  }
  return {
    ...{ id, integration: integration.key, environment, name, status, disabled, generation, renewable },
    ...{ parameters: { ...parameters }, tags: { ...tags }, scopes: [...scopes], kept: { ...kept } },
    ...times,
    credential: serializeCredential(credential),
  }
}

async function freeze(
  { store, clock }: SealedExportPorts,
  principal: Principal,
  account: AccountRecord,
): Promise<AccountRecord | undefined> {
  const deed = accountDeed('exported', account)
  return recorded(
    store,
    principal,
    (frozen: AccountRecord | undefined) => frozen && deed,
    (within) => within.accounts.freeze(account.organizationId, account.id, clock.now()),
  )
}

async function secretsOfDefinitions(
  { store, vault }: SealedExportPorts,
  organizationId: string,
  integrations: readonly IntegrationRecord[],
): Promise<Pick<SealedContent, 'clients' | 'integrations'>> {
  const ofIntegrations: SealedContent['integrations'] = []
  for (const record of integrations) {
    const secrets = revealAll(await openDefinitionSecrets(vault, record))
    if (Object.keys(secrets).length > 0) ofIntegrations.push({ key: record.key, secrets })
  }
  const ofClients: SealedContent['clients'] = []
  for (const record of await allOf((page) => store.oauthClients.list(organizationId, page))) {
    const opened = revealAll(await openDefinitionSecrets(vault, record, 'oauth_client'))
    const secrets = Object.fromEntries(Object.entries(opened).map(([path, text]) => [flatPath(path), text]))
    if (Object.keys(secrets).length > 0) ofClients.push({ key: record.key, secrets })
  }
  return { integrations: ofIntegrations, clients: ofClients }
}
