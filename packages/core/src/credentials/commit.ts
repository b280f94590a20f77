import type { AccountRecord, AccountState, Clock, Store } from '../ports.ts'
import type { Credential, Tokens } from '../schemes/scheme.ts'
import type { Vault } from '../vault/vault.ts'
import { sealCredential } from './seal.ts'
import type { Target } from './target.ts'

export interface CommitPorts {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
}

/** The state of an account that holds this credential from now on, sealed for the next generation. */
export async function connectedState(
  vault: Vault,
  target: Pick<Target, 'account' | 'definition' | 'scheme'>,
  credential: Credential,
): Promise<AccountState> {
  const { account, definition, scheme } = target
  const generation = account.generation + 1
  const { tokens } = credential
  const renewable = scheme.renewable(definition, tokens)
  const kept = { ...credential, secret: scheme.secretToKeep?.(definition, credential) ?? credential.secret }
  return {
    status: tokens?.expiresAt !== undefined && !renewable ? 'expiring' : 'connected',
    reason: undefined,
    reasonDetail: undefined,
    credential: await sealCredential(vault, { ...account, generation }, kept),
    secretsSet: secretsSet(kept),
    generation,
    issuedAt: tokens?.issuedAt,
    expiresAt: tokens?.expiresAt,
    renewable,
    scopes: tokens?.scopes ?? [],
    kept: withoutTokens({ ...account.kept, ...tokens?.kept }, tokens),
    refreshExpiresAt: tokens?.refreshExpiresAt,
    revocation: undefined,
  }
}

const longEnoughToTell = 16

/** Kept values are shown: one in which a provider put a token is not kept, wherever its reply has it. */
function withoutTokens(
  kept: Readonly<Record<string, string>>,
  tokens: Tokens | undefined,
): Readonly<Record<string, string>> {
  if (!tokens) return kept
  const secrets = [tokens.accessToken, tokens.refreshToken, ...Object.values(tokens.named ?? {})].flatMap(
    (secret) => secret?.reveal() ?? [],
  )
  const holds = (value: string) =>
    secrets.some((secret) => (secret.length < longEnoughToTell ? value === secret : value.includes(secret)))
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => !holds(value)))
}

/** JSON Pointers of what an account's owner gave. */
export function secretsSet(credential: Credential): string[] {
  return [
    ...Object.keys(credential.secret).map((name) => `/secret/${name}`),
    ...Object.keys(credential.parameters).map((name) => `/parameters/${name}`),
    ...(credential.tokens ? ['/secret/accessToken'] : []),
    ...(credential.tokens?.refreshToken ? ['/secret/refreshToken'] : []),
  ]
}

/**
 * Stores a credential by compare-and-set on the generation that it follows.
 *
 * @returns the account as it stands now, or undefined when another generation came first
 */
export async function commit(
  ports: CommitPorts,
  target: Pick<Target, 'account' | 'definition' | 'scheme'>,
  credential: Credential,
): Promise<AccountRecord | undefined> {
  const { account } = target
  const state = await connectedState(ports.vault, target, credential)
  const at = ports.clock.now()
  const stored = await ports.store.accounts.commitCredential(
    account.organizationId,
    account.id,
    account.generation,
    state,
    at,
  )
  return stored ? { ...account, ...state, version: account.version + 1, updatedAt: at } : undefined
}
