import { createHmac, hash } from 'node:crypto'
import type { Scope } from '@sallyport/contract'
import { type Asker, recorded } from '../audit/record.ts'
import { SallyportError } from '../error.ts'
import { newId } from '../id.ts'
import type { Changed, Clock, PersonRecord, Random, SessionRecord, Store } from '../ports.ts'
import type { Principal } from '../principal.ts'
import type { Recent } from '../recent.ts'
import { Secret } from '../secret.ts'
import { scopesOfRole } from './roles.ts'

/** How long a session lives without a request, and at most. */
export const idleMilliseconds = 30 * 60_000
export const longestMilliseconds = 12 * 3_600_000
const betweenTouches = 60_000

/** A session that was found, and who is behind it. */
export interface KnownSession {
  readonly session: SessionRecord
  readonly person: PersonRecord
  readonly scopes: ReadonlySet<Scope>
}

/** A session, and where it asks for something from. */
export interface ActingSession extends KnownSession {
  readonly address?: string | undefined
}

export interface SessionPorts {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly changed: Changed
  /** By the digest, in base64, and whether it was asked for in the background. */
  readonly sessions: Recent<KnownSession>
}

/** How a person proved who they are, and from where. */
export interface Proof extends Pick<SessionRecord, 'method'> {
  readonly identityProviderId?: string | undefined
  readonly address?: string | undefined
  readonly userAgent?: string | undefined
}

/**
 * A new session's row, and what the browser is to keep: the organization, in which it is looked for, and 256 random bits.
 * The store has its digest alone (S1).
 */
export function newSession(
  ports: Pick<SessionPorts, 'clock' | 'random'>,
  person: Pick<PersonRecord, 'organizationId' | 'id'>,
  proof: Proof,
): { readonly session: SessionRecord; readonly token: Secret } {
  const now = ports.clock.now()
  const { token, digest } = newToken(ports.random, person.organizationId)
  const session = {
    organizationId: person.organizationId,
    id: newId('ses', ports),
    digest,
    personId: person.id,
    method: proof.method,
    identityProviderId: proof.identityProviderId,
    createdAt: now,
    authenticatedAt: now,
    seenAt: now,
    address: proof.address,
    userAgent: proof.userAgent?.slice(0, 300),
  }
  return { session, token }
}

/**
 * Logs a person in who has proved who they are.
 *
 * @throws SallyportError login_failed where they may not, or not any more
 */
export async function startSession(
  ports: SessionPorts,
  person: PersonRecord,
  proof: Proof,
): Promise<{ readonly session: SessionRecord; readonly token: Secret }> {
  const made = newSession(ports, person, proof)
  const { id, method, address } = made.session
  const deed = {
    action: 'session.started',
    target: { kind: 'session', id, name: person.email },
    changes: [{ field: '/method', after: method }],
  }
  const asker = askerOf({ person, address })
  const isIn =
    !person.disabled &&
    (await recorded(ports.store, asker, deed, (store) => store.sessions.create(made.session)))
  if (!isIn) throw new SallyportError('login_failed')
  return made
}

/** A person, for the audit. */
export function askerOf({ person, address }: Pick<ActingSession, 'person' | 'address'>): Asker {
  const { organizationId, id } = person
  return { organizationId, keyId: undefined, userId: id, ...(address !== undefined && { address }) }
}

/** How a session is asked for. */
export interface SessionUse {
  /** A page asks by itself, and nobody need be there: the session is not used by it, and goes on towards its end (S1). */
  readonly isBackground?: boolean
}

/**
 * Who is behind what a browser keeps.
 *
 * @throws SallyportError session_invalid, the same whatever is wrong; of one that is right, organization_suspended
 */
export async function authenticateSession(
  ports: SessionPorts,
  token: string,
  use: SessionUse = {},
): Promise<KnownSession> {
  const parts = /^(org_[0-9a-z]{1,40})\.[\w-]{43}$/.exec(token)
  if (!parts) throw new SallyportError('session_invalid')
  const digest = digestOfToken(token)
  const [, organizationId = ''] = parts
  // Ones that nobody has are not remembered: they would take the place of those that are used.
  // Apart from each other: what the background has just read would hide that a person is there.
  const key = `${digest.toString('base64')}${use.isBackground ? ' background' : ''}`
  return ports.sessions.get(key, () => knownSession(ports, { organizationId, digest, ...use }))
}

/** @throws SallyportError session_invalid */
async function knownSession(
  ports: SessionPorts,
  asked: SessionUse & { readonly organizationId: string; readonly digest: Buffer },
): Promise<KnownSession> {
  const { organizationId, digest, isBackground = false } = asked
  const found = await ports.store.sessions.byDigest(organizationId, digest)
  const now = ports.clock.now()
  if (!found || found.person.disabled || isOver(found.session, now))
    throw new SallyportError('session_invalid')
  const organization = await ports.store.organizations.get(organizationId)
  if (organization?.suspendedAt !== undefined) throw new SallyportError('organization_suspended')
  // Where there is no such role, nothing.
  const role = await scopesOfRole(ports.store, organizationId, found.person.role)
  const scopes = role?.scopes ?? new Set<Scope>()
  if (!isBackground && now - found.session.seenAt >= betweenTouches) {
    await ports.store.sessions.touch(organizationId, found.session.id, now)
  }
  return { ...found, scopes }
}

/** Whether a session has ended by time alone. */
export function isOver(session: Pick<SessionRecord, 'seenAt' | 'createdAt'>, now: number): boolean {
  return now - session.seenAt >= idleMilliseconds || now - session.createdAt >= longestMilliseconds
}

/** A person as they call. */
export function principalOf({ session, person, scopes }: KnownSession): Principal {
  return {
    organizationId: person.organizationId,
    keyId: undefined,
    userId: person.id,
    session: { id: session.id, authenticatedAt: session.authenticatedAt },
    scopes,
    accounts: undefined,
  }
}

/**
 * The same session after another proof, under a new token: what was known of it before is worth nothing (S1).
 *
 * @throws SallyportError session_invalid where it has ended meanwhile
 */
export async function renewSession(
  ports: SessionPorts,
  session: SessionRecord,
  proof: Pick<Proof, 'method' | 'identityProviderId'>,
): Promise<Secret> {
  const now = ports.clock.now()
  const { token, digest } = newToken(ports.random, session.organizationId)
  const { method, identityProviderId } = proof
  const renewed = { ...session, digest, method, identityProviderId, authenticatedAt: now, seenAt: now }
  if (!(await ports.store.sessions.renew(renewed, session.digest)))
    throw new SallyportError('session_invalid')
  ports.changed()
  return token
}

/** Ends one of a person's sessions. @throws SallyportError not_found */
export async function endSession(
  ports: SessionPorts,
  acting: Pick<ActingSession, 'person' | 'address'>,
  id: string,
): Promise<void> {
  const { person } = acting
  const deed = { action: 'session.ended', target: { kind: 'session', id, name: person.email } }
  const isGone = await recorded(ports.store, askerOf(acting), deed, (store) =>
    store.sessions.end(person.organizationId, person.id, id),
  )
  if (!isGone) throw new SallyportError('not_found')
  ports.changed()
}

/** What a form or a script of ours has to send along with a session's cookie, which no other site can read (S2). */
export function csrfToken(token: string): string {
  return createHmac('sha256', token).update('sallyport csrf').digest('base64url')
}

function newToken(random: Random, organizationId: string): { token: Secret; digest: Buffer } {
  const text = `${organizationId}.${random.bytes(32).toString('base64url')}`
  return { token: new Secret(text), digest: digestOfToken(text) }
}

/** Of its own kind: no other token of ours has the same digest, whatever its text. */
function digestOfToken(text: string): Buffer {
  return hash('sha256', `sallyport session\n${text}`, 'buffer')
}
