import { SallyportError } from '../error.ts'
import type { PersonRecord, SessionRecord } from '../ports.ts'
import type { Secret } from '../secret.ts'
import type { Vault } from '../vault/vault.ts'
import { isKnownBrowser, newKnownBrowser } from './known-browser.ts'
import { newChallenge, openChallenge } from './login-challenge.ts'
import {
  forgiveAttempt,
  ofAccount,
  ofKnownBrowser,
  ofNetwork,
  type Throttled,
  takeAttempt,
} from './login-throttle.ts'
import type { PasswordHashing } from './password-hashing.ts'
import { takeCode } from './second-factor.ts'
import { type Proof, type SessionPorts, startSession } from './sessions.ts'

export interface LoginPorts extends SessionPorts {
  readonly vault: Vault
  readonly passwords: PasswordHashing
  readonly firstOrganizationId: string
}

/** Where an attempt comes from. */
export interface LoginOrigin extends Pick<Proof, 'address' | 'userAgent'> {
  /** The address, or of IPv6 what one customer has. */
  readonly network: string
  /** What the browser keeps since somebody logged in with it. */
  readonly knownBrowser?: string | undefined
}

export interface Credentials {
  readonly organization?: string | undefined
  readonly email: string
  readonly password: string
  readonly code?: string | undefined
}

/** Somebody who has logged in, and what their browser is to keep. */
export interface LoggedIn {
  readonly session: SessionRecord
  readonly person: PersonRecord
  readonly token: Secret
  readonly knownBrowser: string
}

/** The password was right, and a code is wanted: this comes along with it. */
export interface CodeWanted {
  readonly challenge: string
}

/**
 * Logs somebody in by password, and by a code where they have an authenticator. Whether there is no such person, they have
 * no password or are disabled: the same is done, and the same comes out (D5).
 *
 * @throws SallyportError login_failed, code_invalid, limit_reached; to whoever has proved who they are, organization_suspended
 */
export async function logIn(
  ports: LoginPorts,
  { organization = ports.firstOrganizationId, email, password, code }: Credentials,
  origin: LoginOrigin,
): Promise<LoggedIn | CodeWanted> {
  const person = await ports.store.people.byEmail(organization, email)
  const throttled = await throttledBy(ports, { organization, email, person }, origin)
  await takeAttempt(ports, throttled)
  const mayLogIn = person && !person.disabled
  const isRight = await ports.passwords.verify(mayLogIn ? person.passwordHash : undefined, password)
  if (!mayLogIn || !isRight) throw new SallyportError('login_failed')
  if (person.totp) {
    if (code === undefined) return { challenge: await newChallenge(ports, person) }
    await takeCode(ports, person, code)
  }
  return letIn(ports, { person, throttled }, origin)
}

/**
 * The second half, for pages: the code that was wanted.
 *
 * @throws SallyportError login_expired, code_invalid, limit_reached
 */
export async function logInWithCode(
  ports: LoginPorts,
  { challenge, code }: { readonly challenge: string; readonly code: string },
  origin: LoginOrigin,
): Promise<LoggedIn> {
  const person = await openChallenge(ports, challenge)
  const { organizationId: organization, email } = person
  const throttled = await throttledBy(ports, { organization, email, person }, origin)
  await takeAttempt(ports, throttled)
  await takeCode(ports, person, code)
  return letIn(ports, { person, throttled }, origin)
}

async function letIn(
  ports: LoginPorts,
  { person, throttled }: { readonly person: PersonRecord; readonly throttled: readonly Throttled[] },
  { address, userAgent }: LoginOrigin,
): Promise<LoggedIn> {
  const organization = await ports.store.organizations.get(person.organizationId)
  if (organization?.suspendedAt !== undefined) throw new SallyportError('organization_suspended')
  await requirePasswordTaken(ports.store, person)
  const started = await startSession(ports, person, { method: 'password', address, userAgent })
  await forgiveAttempt(ports, throttled)
  return { ...started, person, knownBrowser: await newKnownBrowser(ports, person) }
}

/** By whom attempts are counted: a browser that the person is known to use by itself, all others together. */
async function throttledBy(
  ports: LoginPorts,
  { organization, email, person }: { organization: string; email: string; person: PersonRecord | undefined },
  { network, knownBrowser }: LoginOrigin,
): Promise<readonly Throttled[]> {
  const isKnown = person && knownBrowser !== undefined && (await isKnownBrowser(ports, person, knownBrowser))
  if (isKnown) return [ofKnownBrowser(organization, knownBrowser)]
  // Of an organization that is not there nothing can be kept.
  const exists = person !== undefined || (await ports.store.organizations.get(organization)) !== undefined
  const place = exists ? organization : ports.firstOrganizationId
  return [ofAccount(place, email), ofNetwork(place, network)]
}

/**
 * Where an identity provider is to be the only way in, a password is none but for owners, who can mend what is wrong with
 * the provider.
 *
 * @throws SallyportError sso_required
 */
export async function requirePasswordTaken(
  store: LoginPorts['store'],
  { organizationId, role }: Pick<PersonRecord, 'organizationId' | 'role'>,
): Promise<void> {
  if (role !== 'owner' && (await store.identityProviders.isPasswordRefused(organizationId))) {
    throw new SallyportError('sso_required')
  }
}
