import type {
  Fault,
  IdentityProviderInput,
  IdentityProviderPatch,
  IdentityProviderReply,
} from '@sallyport/contract'
import { changesBetween } from '../audit/changes.ts'
import { recorded } from '../audit/record.ts'
import { type DestinationPolicy, isBlockedLiteral, mayUsePlainHttp } from '../destination/policy.ts'
import { parseUrl } from '../destination/url.ts'
import { invalid, keyTaken, SallyportError } from '../error.ts'
import { newId } from '../id.ts'
import type { IdentityProviderRecord, Page, PageRequest, Store } from '../ports.ts'
import type { Principal } from '../principal.ts'
import { sealedColumns } from '../sealed-columns.ts'
import { Secret } from '../secret.ts'
import type { Vault } from '../vault/vault.ts'
import { givenRole, holdRole, ownerRole } from './granting.ts'
import type { PeoplePorts } from './roles.ts'

const { purpose, place } = sealedColumns.identityProviderSecret

export interface IdentityProviderPorts extends PeoplePorts {
  readonly vault: Vault
  readonly policy: DestinationPolicy
}

/** @throws SallyportError input_invalid, key_taken, role_too_broad */
export async function createIdentityProvider(
  ports: IdentityProviderPorts,
  principal: Principal,
  input: IdentityProviderInput,
): Promise<IdentityProviderReply> {
  const { store, clock, changed } = ports
  const { organizationId } = principal
  const defaultRole = await checked(ports, principal, input)
  const { clientSecret, ...fields } = input
  const id = newId('idp', ports)
  const secret =
    clientSecret === undefined ? undefined : await sealed(ports.vault, { organizationId, id }, clientSecret)
  const now = clock.now()
  const row = { organizationId, id, secret, version: 1, createdAt: now, updatedAt: now }
  const provider: IdentityProviderRecord = { ...fields, defaultRole, ...row }
  const deed = {
    action: 'identity_provider.created',
    target: { kind: 'identity_provider', id, name: provider.key },
    changes: changesBetween({}, audited(provider), { secrets: secret ? ['/clientSecret'] : [] }),
  }
  const isNew = await recorded(store, principal, deed, async (within) => {
    if (defaultRole !== undefined) await holdRole(within, organizationId, atDefaultRole(defaultRole))
    return (await within.identityProviders.create(provider)) && endPasswordSessions(within, provider)
  })
  if (!isNew) throw keyTaken()
  changed()
  return view(ports, provider)
}

export async function listIdentityProviders(
  ports: IdentityProviderPorts,
  { organizationId }: Principal,
  page: PageRequest,
): Promise<Page<IdentityProviderReply>> {
  const { items, nextCursor } = await ports.store.identityProviders.list(organizationId, page)
  return { items: items.map((provider) => view(ports, provider)), nextCursor }
}

/** @throws SallyportError not_found */
export async function readIdentityProvider(
  ports: IdentityProviderPorts,
  principal: Principal,
  key: string,
): Promise<IdentityProviderReply> {
  return view(ports, await byKey(ports, principal, key))
}

/** @throws SallyportError not_found, input_invalid, secret_required, role_too_broad, changed_meanwhile */
export async function updateIdentityProvider(
  ports: IdentityProviderPorts,
  principal: Principal,
  key: string,
  patch: IdentityProviderPatch,
): Promise<IdentityProviderReply> {
  const { store, clock, vault, changed } = ports
  const { organizationId } = principal
  const before = await byKey(ports, principal, key)
  const { clientSecret, defaultRole, ...given } = patch
  const fields = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const merged = { ...before, ...fields }
  const role = await checked(ports, principal, {
    issuer: merged.issuer,
    defaultRole: defaultRole === null ? undefined : (defaultRole ?? before.defaultRole),
  })
  // The secret was for the server that it was given for (B20).
  const isElsewhere = merged.issuer !== before.issuer
  if (isElsewhere && before.secret && clientSecret === undefined) throw new SallyportError('secret_required')
  const secret =
    typeof clientSecret === 'string'
      ? await sealed(vault, before, clientSecret)
      : clientSecret === null
        ? undefined
        : before.secret
  const provider: IdentityProviderRecord = {
    ...merged,
    secret,
    defaultRole: role,
    version: before.version + 1,
    updatedAt: clock.now(),
  }
  const secrets = clientSecret === undefined ? [] : ['/clientSecret']
  const deed = {
    action: 'identity_provider.updated',
    target: { kind: 'identity_provider', id: before.id, name: before.key },
    changes: changesBetween(audited(before), audited(provider), { secrets }),
  }
  const isDone = await recorded(store, principal, deed, async (within) => {
    if (role !== undefined) await holdRole(within, organizationId, atDefaultRole(role))
    return (await within.identityProviders.update(provider)) && endPasswordSessions(within, provider)
  })
  if (!isDone) throw new SallyportError('changed_meanwhile')
  changed()
  return view(ports, provider)
}

/** @throws SallyportError not_found */
export async function deleteIdentityProvider(
  ports: IdentityProviderPorts,
  principal: Principal,
  key: string,
): Promise<void> {
  const { organizationId } = principal
  const { id, key: name } = await byKey(ports, principal, key)
  const deed = { action: 'identity_provider.deleted', target: { kind: 'identity_provider', id, name } }
  const isGone = await recorded(ports.store, principal, deed, (within) =>
    within.identityProviders.delete(organizationId, id),
  )
  if (!isGone) throw new SallyportError('not_found')
}

/** From now on nobody but owners is in who came by a password. */
async function endPasswordSessions(
  store: Store,
  { organizationId, ssoOnly, disabled }: IdentityProviderRecord,
): Promise<true> {
  if (ssoOnly && !disabled) await store.identityProviders.endPasswordSessions(organizationId)
  return true
}

/** The client's secret, for the identity provider alone. */
export async function clientSecretOf(
  vault: Vault,
  provider: IdentityProviderRecord,
): Promise<Secret | undefined> {
  if (!provider.secret) return undefined
  return new Secret(await vault.open(purpose, place(provider), provider.secret))
}

/** Where the provider sends browsers back to: each has a place of its own. */
export function redirectUriOf(publicUrl: string, id: string): string {
  return `${publicUrl}/login/sso/${id}/callback`
}

/** The default role as it is to be stored. */
async function checked(
  { store, policy }: IdentityProviderPorts,
  principal: Principal,
  { issuer, defaultRole }: Pick<IdentityProviderInput, 'issuer' | 'defaultRole'>,
): Promise<string | undefined> {
  const faults: Fault[] = issuerFaults(policy, issuer)
  if (defaultRole?.toLowerCase() === ownerRole) {
    faults.push({
      path: '/defaultRole',
      code: 'owner',
      message: 'Nobody becomes an owner unasked. Give another role.',
    })
  }
  if (faults.length > 0) throw invalid('input_invalid', faults)
  return defaultRole === undefined ? undefined : givenRole(store, principal, atDefaultRole(defaultRole))
}

/** OpenID Connect Core §2: https, without query and fragment. */
function issuerFaults(policy: DestinationPolicy, issuer: string): Fault[] {
  const url = /[?#]/.test(issuer) ? undefined : parseUrl(issuer)
  const isReachable = url && (url.protocol === 'https:' || mayUsePlainHttp(policy, url))
  if (isReachable && !isBlockedLiteral(policy, url)) return []
  return [
    {
      path: '/issuer',
      code: 'url',
      message: 'Give the https address by which the provider names itself, without query and fragment.',
    },
  ]
}

/** @throws SallyportError not_found */
async function byKey(
  { store }: IdentityProviderPorts,
  { organizationId }: Principal,
  key: string,
): Promise<IdentityProviderRecord> {
  const provider = await store.identityProviders.getByKey(organizationId, key)
  if (!provider) throw new SallyportError('not_found')
  return provider
}

function sealed(vault: Vault, row: { organizationId: string; id: string }, secret: string): Promise<Buffer> {
  return vault.seal(purpose, place(row), secret)
}

function atDefaultRole(role: string) {
  return { role, path: '/defaultRole' }
}

function audited(provider: IdentityProviderRecord) {
  const { name, issuer, clientId, scopes, defaultRole, allowedEmailDomains, ssoOnly, disabled } = provider
  return { name, issuer, clientId, scopes, defaultRole, allowedEmailDomains, ssoOnly, disabled }
}

function view({ publicUrl }: PeoplePorts, provider: IdentityProviderRecord): IdentityProviderReply {
  const { id, key, name, issuer, clientId, defaultRole, ssoOnly, disabled, createdAt, updatedAt } = provider
  return {
    id,
    key,
    name,
    issuer,
    clientId,
    scopes: [...provider.scopes],
    ...(defaultRole !== undefined && { defaultRole }),
    allowedEmailDomains: [...provider.allowedEmailDomains],
    ssoOnly,
    disabled,
    redirectUri: redirectUriOf(publicUrl, id),
    secretsSet: provider.secret ? ['/clientSecret'] : [],
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  }
}
