import { connectedState, secretsSet } from '../credentials/commit.ts'
import { settingsAskedFor } from '../credentials/profile-settings.ts'
import { reasonOf } from '../credentials/renewal-failure.ts'
import { sealCredential } from '../credentials/seal.ts'
import type { Target } from '../credentials/target.ts'
import { SallyportError } from '../error.ts'
import type { AccountState } from '../ports.ts'
import type { Credential } from '../schemes/scheme.ts'
import type { Trial } from '../trial.ts'
import type { AccountPorts } from './ports.ts'

/** How far an account gets with what its owner gave, and how a trial of it went where there was one. */
export interface Connected {
  readonly state: AccountState
  readonly trial: Trial | undefined
}

/**
 * Takes an account as far as it gets without a person: a given secret is tried with the integration's test
 * request, a token is fetched, an authorization waits. Stores nothing but, unless `keep` is false, its trace.
 */
export async function connect(
  ports: AccountPorts,
  target: Target,
  { keep = true }: { readonly keep?: boolean } = {},
): Promise<Connected> {
  const { scheme, definition, credential } = target
  if (credential.tokens) return { state: await stateNow(ports, target, credential), trial: undefined }
  switch (scheme.connects(definition)) {
    case 'authorized':
      return { state: await waiting(ports, target, 'pending'), trial: undefined }
    case 'fetched':
      return fetched(ports, target, keep)
    case 'given':
      return given(ports, target, keep)
  }
}

async function stateNow(ports: AccountPorts, target: Target, credential: Credential): Promise<AccountState> {
  return { ...(await connectedState(ports, target, credential)), connectedAt: ports.clock.now() }
}

async function fetched(ports: AccountPorts, target: Target, keep: boolean): Promise<Connected> {
  try {
    const { scheme, connection, credential } = target
    const tokens = await ports.recorder.record(
      'token',
      target,
      ports,
      async (watched) => scheme.fetch?.(watched, connection, credential),
      { keep },
    )
    const state = await stateNow(ports, target, { ...target.credential, tokens })
    return { state, trial: { ok: true } }
  } catch (cause) {
    const failure = cause instanceof SallyportError ? cause : new SallyportError('internal', { cause })
    ports.log.warn(
      { account: target.account.id, reason: reasonOf(failure), detail: failure.detail },
      'no first token',
    )
    const needsReconnect = failure.code === 'account_needs_reconnect'
    const trial = { ok: false, reason: reasonOf(failure), reasonDetail: failure.message, needsReconnect }
    const state = await waiting(ports, target, needsReconnect ? 'needs_reconnect' : 'failing', trial)
    return { state: { ...state, renewable: true }, trial }
  }
}

async function given(ports: AccountPorts, target: Target, keep: boolean): Promise<Connected> {
  const state = await stateNow(ports, target, target.credential)
  if (!canBeTried(target)) return { state, trial: undefined }
  const trial = await ports.tryOut(target)
  if (keep) await ports.recorder.noteTrial(target, trial)
  return { state: { ...state, ...statusAfter(trial) }, trial }
}

/** Whether there is anything to try an account with: what is called in profiles cannot be tried outside of them. */
export function canBeTried({ definition, scheme }: Pick<Target, 'definition' | 'scheme'>): boolean {
  return (
    (definition.test !== undefined && settingsAskedFor(definition).length === 0) || scheme.open !== undefined
  )
}

/** What a trial says of an account. */
export function statusAfter(trial: Trial): Pick<AccountState, 'status' | 'reason' | 'reasonDetail'> {
  if (trial.ok) return { status: 'connected', reason: undefined, reasonDetail: undefined }
  return {
    status: trial.needsReconnect ? 'needs_reconnect' : 'failing',
    reason: trial.reason,
    reasonDetail: trial.reasonDetail,
  }
}

async function waiting(
  ports: Pick<AccountPorts, 'vault'>,
  { account, credential }: Target,
  status: 'pending' | 'failing' | 'needs_reconnect',
  trial?: Trial,
): Promise<AccountState> {
  const set = secretsSet(credential)
  // A renewal of the credential before this one must not be able to put it back.
  const generation = account.generation === 0 ? 0 : account.generation + 1
  return {
    status,
    reason: trial?.reason,
    reasonDetail: trial?.reasonDetail,
    credential:
      set.length > 0 ? await sealCredential(ports.vault, { ...account, generation }, credential) : undefined,
    secretsSet: set,
    generation,
    issuedAt: undefined,
    expiresAt: undefined,
    renewable: false,
    scopes: [],
    kept: {},
    refreshExpiresAt: undefined,
    dueAt: undefined,
    revocation: undefined,
    connectedAt: account.connectedAt,
    exportedAt: undefined,
    differences: { generation, names: [] },
  }
}
