import { SallyportError } from '../error.ts'
import { newId } from '../id.ts'
import type { SessionPorts } from '../identity/sessions.ts'
import type { IdentityProviderRecord, Log, SignOnFlowRecord, SignOnPurpose } from '../ports.ts'
import { beginSignOn, type SignOnClient, type SignOnPorts } from '../schemes/oauth2/sign-on.ts'
import { sealedColumns } from '../sealed-columns.ts'
import { hashToken, newToken } from '../token.ts'
import type { Vault } from '../vault/vault.ts'
import { clientSecretOf, type IdentityProviderPorts, redirectUriOf } from './identity-providers.ts'

export type SingleSignOnPorts = IdentityProviderPorts & SignOnPorts & SessionPorts & { readonly log: Log }

/** How long a browser may take at its identity provider. */
const flowMilliseconds = 600_000

/** What a browser goes to an identity provider for; with whom, or for which invitation. */
export interface SignOnAim {
  readonly purpose: SignOnPurpose
  /** Id of the session, or of the invitation. */
  readonly subjectId?: string | undefined
  /** Of whoever asks; undefined for somebody who is not logged in. */
  readonly organizationId?: string | undefined
  /** Path of ours to go on to, as it was asked for. */
  readonly returnTo?: string | undefined
}

/** Where a browser goes, and the cookie that it is to come back with. */
export interface SignOnStart {
  readonly providerUrl: string
  readonly cookie: { readonly name: string; readonly value: string; readonly path: string }
}

/**
 * Sends a browser to an identity provider, bound to both.
 *
 * @throws SallyportError not_found; upstream_unreachable and others when the provider cannot be reached
 */
export async function startSignOn(
  ports: SingleSignOnPorts,
  providerId: string,
  aim: SignOnAim,
): Promise<SignOnStart> {
  const provider = await openProvider(ports, providerId)
  if (aim.organizationId !== undefined && aim.organizationId !== provider.organizationId) {
    throw new SallyportError('not_found')
  }
  const redirectUri = redirectUriOf(ports.publicUrl, provider.id)
  const state = newToken(ports.random)
  const client = await clientOf(ports.vault, provider)
  const { url, memory } = await beginSignOn(ports, client, {
    redirectUri,
    state,
    anew: aim.purpose === 'proof',
  })
  const id = newId('sof', ports)
  const browser = `${provider.id}.${newToken(ports.random)}`
  const now = ports.clock.now()
  const row = { organizationId: provider.organizationId, id, providerId: provider.id }
  await ports.store.signOnFlows.deleteExpired(now)
  await ports.store.signOnFlows.create({
    ...row,
    stateHash: hashToken(state),
    browserHash: hashToken(browser),
    purpose: aim.purpose,
    subjectId: aim.subjectId,
    // An answer to what was asked before the provider was changed is not taken to where it is now.
    memory: await sealMemory(ports.vault, row, {
      ...memory,
      providerVersion: String(provider.version),
      ...(aim.returnTo !== undefined && { returnTo: aim.returnTo }),
    }),
    createdAt: now,
    expiresAt: now + flowMilliseconds,
  })
  return { providerUrl: url, cookie: { ...flowCookieOf(ports.publicUrl, row), value: browser } }
}

/** @throws SallyportError not_found, the same for one that is disabled, or whose organization is suspended */
export async function openProvider(
  { store }: Pick<SingleSignOnPorts, 'store'>,
  id: string,
): Promise<IdentityProviderRecord> {
  const provider = await store.identityProviders.find(id)
  const organization = provider && (await store.organizations.get(provider.organizationId))
  const isClosed = provider?.disabled || organization?.suspendedAt !== undefined
  if (!provider || isClosed) throw new SallyportError('not_found')
  return provider
}

/** The organization, as its identity provider knows it. */
export async function clientOf(vault: Vault, provider: IdentityProviderRecord): Promise<SignOnClient> {
  const { issuer, clientId, scopes } = provider
  return { issuer, clientId, scopes, clientSecret: await clientSecretOf(vault, provider) }
}

/** Its name is this flow's and its path this provider's: the callback of another one does not get to see it. */
export function flowCookieOf(
  publicUrl: string,
  { id, providerId }: Pick<SignOnFlowRecord, 'id' | 'providerId'>,
): { readonly name: string; readonly path: string } {
  return { name: `sp_${id.slice(-8)}`, path: new URL(redirectUriOf(publicUrl, providerId)).pathname }
}

const { purpose, place } = sealedColumns.signOnFlow

type Row = Pick<SignOnFlowRecord, 'organizationId' | 'id'>

function sealMemory(vault: Vault, row: Row, memory: Readonly<Record<string, string>>): Promise<Buffer> {
  return vault.seal(purpose, place(row), JSON.stringify(memory))
}

/** What the flow remembers. */
export async function openMemory(
  vault: Vault,
  flow: Row & Pick<SignOnFlowRecord, 'memory'>,
): Promise<Readonly<Record<string, string>>> {
  return JSON.parse(await vault.open(purpose, place(flow), flow.memory)) as Record<string, string>
}
