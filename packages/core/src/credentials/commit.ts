import { withState } from '../account-ports.ts'
import type { AccountRecord, AccountState, Clock, Random, Store } from '../ports.ts'
import type { Credential } from '../schemes/scheme.ts'
import type { Vault } from '../vault/vault.ts'
import { accountDue } from './due.ts'
import { sealCredential } from './seal.ts'
import type { Target } from './target.ts'

export interface StatePorts {
  readonly vault: Vault
  readonly clock: Clock
  readonly random: Random
}

export interface CommitPorts extends StatePorts {
  readonly store: Store
}

/**
 * The state of an account that holds this credential from now on, sealed for the next generation. Whoever connects it
 * says when.
 */
export async function connectedState(
  { vault, clock, random }: StatePorts,
  target: Pick<Target, 'account' | 'definition' | 'scheme'>,
  credential: Credential,
): Promise<AccountState> {
  const { account, definition, scheme } = target
  const generation = account.generation + 1
  const { tokens } = credential
  const renewable = scheme.renewable(definition, tokens)
  const kept = { ...credential, secret: scheme.secretToKeep?.(definition, credential) ?? credential.secret }
  const status = tokens?.expiresAt !== undefined && !renewable ? 'expiring' : 'connected'
  const { issuedAt, expiresAt } = tokens ?? {}
  const now = clock.now()
  const next = { ...account, status, renewable, issuedAt, expiresAt, updatedAt: now } as const
  return {
    status,
    reason: undefined,
    reasonDetail: undefined,
    credential: await sealCredential(vault, { ...account, generation }, kept),
    secretsSet: secretsSet(kept),
    generation,
    issuedAt,
    expiresAt,
    renewable,
    scopes: tokens?.scopes ?? [],
    kept: withoutSecrets({ ...account.kept, ...tokens?.kept }, credential),
    refreshExpiresAt: tokens?.refreshExpiresAt,
    dueAt: accountDue(next, scheme.renewal(definition), now, random),
    revocation: undefined,
    connectedAt: account.connectedAt,
    // What is new here nobody else has.
    exportedAt: undefined,
    differences: account.differences,
  }
}

const longEnoughToFind = 16
const longEnoughToTell = 8
const longestKept = 65_536

/** Kept values are shown: one in which a provider put a secret is not kept, wherever its reply has it. */
function withoutSecrets(
  kept: Readonly<Record<string, string>>,
  { tokens, secret: { password, token }, parameters }: Credential,
): Readonly<Record<string, string>> {
  const issued = [tokens?.accessToken, tokens?.refreshToken, ...Object.values(tokens?.named ?? {})]
  const given = [password, token, ...Object.values(parameters)]
  const texts = issued.flatMap((secret) => secret?.reveal() ?? [])
  // A short parameter may well be what a provider calls something else by.
  const own = given
    .flatMap((secret) => secret?.reveal() ?? [])
    .filter(({ length }) => length >= longEnoughToTell)
  const holds = (value: string) =>
    own.includes(value) ||
    texts.some((text) => (text.length < longEnoughToFind ? value === text : value.includes(text)))
  const shown = Object.entries(kept).filter(([, value]) => value.length <= longestKept && !holds(value))
  return Object.fromEntries(shown)
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
 * Stores a credential that somebody has just given or granted, by compare-and-set on the generation that it follows.
 *
 * @returns the account as it stands now, or undefined when another generation came first
 */
export async function commit(
  ports: CommitPorts,
  target: Pick<Target, 'account' | 'definition' | 'scheme'>,
  credential: Credential,
): Promise<AccountRecord | undefined> {
  const { account } = target
  const at = ports.clock.now()
  const state = { ...(await connectedState(ports, target, credential)), connectedAt: at }
  const stored = await ports.store.accounts.commitCredential(
    account.organizationId,
    account.id,
    account.generation,
    state,
    at,
  )
  return stored ? withState(account, state, at) : undefined
}
