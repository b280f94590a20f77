import { Email, foldEmail } from '@sallyport/contract'
import { recorded } from '../audit/record.ts'
import { SallyportError } from '../error.ts'
import { newPerson } from '../identity/person.ts'
import { askerOf, newSession, renewSession, startSession } from '../identity/sessions.ts'
import type { InvitationRecord, PersonRecord, SignOnPurpose, UserIdentityRecord } from '../ports.ts'
import type { Secret } from '../secret.ts'
import { holdRole } from './granting.ts'
import type { SingleSignOnPorts } from './sign-on.ts'
import type { Arrived } from './sign-on-callback.ts'

/** A provider's clock and ours are not the same. */
const skewMilliseconds = 60_000

type End = (ports: SingleSignOnPorts, arrived: Arrived) => Promise<Secret | undefined>

/** What becomes of somebody who came back: the token of their session, where that begins or is renewed. */
export const ends: Readonly<Record<SignOnPurpose, End>> = {
  /** Whoever has this identity; nobody is found by their e-mail address (S4). */
  async login(ports, arrived) {
    const person = await personOf(ports, arrived)
    if (!person) return firstLogin(ports, arrived)
    return (await startSession(ports, person, proofOf(arrived))).token
  },

  /** Whoever is logged in has this identity from now on, besides. */
  async link(ports, arrived) {
    const { person } = sessionOf(arrived)
    const identity = identityOf(ports, arrived, person.id)
    const before = await personOf(ports, arrived)
    if (before?.id === person.id) return undefined
    const isLinked =
      !before &&
      (await recorded(
        ports.store,
        askerOf({ person, address: arrived.back.address }),
        linkedDeed(person, arrived),
        (within) => within.userIdentities.create(identity),
      ))
    if (!isLinked) throw new SallyportError('identity_taken')
    return undefined
  },

  /** Whoever is logged in has proved it anew. */
  async proof(ports, arrived) {
    const { person, session } = sessionOf(arrived)
    const { signedOn, flow, provider } = arrived
    const isRecent =
      signedOn.authenticatedAt !== undefined && signedOn.authenticatedAt >= flow.createdAt - skewMilliseconds
    if (!isRecent || (await personOf(ports, arrived))?.id !== person.id) {
      throw new SallyportError('flow_refused', {
        message:
          'The identity provider did not confirm that it is you, just now. Nothing was changed; try again.',
      })
    }
    return renewSession(ports, session, { method: 'sso', identityProviderId: provider.id })
  },

  /** Whoever was invited at the address that the provider vouches for. */
  async invitation(ports, arrived) {
    const invitation = await invitationOf(ports, arrived)
    if (await personOf(ports, arrived)) throw new SallyportError('identity_taken')
    const { email } = invitation
    if (foldEmail(email) !== foldEmail(verifiedEmail(arrived))) {
      throw new SallyportError('sign_on_refused', {
        message: 'The invitation is for another e-mail address than your identity provider vouches for.',
      })
    }
    return createUser(ports, arrived, { email, role: invitation.role, invitation })
  },
}

/** At their first login somebody becomes a user only where the provider says as what. */
async function firstLogin(ports: SingleSignOnPorts, arrived: Arrived): Promise<Secret> {
  const { defaultRole, allowedEmailDomains } = arrived.provider
  if (defaultRole === undefined) throw new SallyportError('sign_on_refused')
  const email = verifiedEmail(arrived)
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase()
  if (allowedEmailDomains.length > 0 && !allowedEmailDomains.includes(domain)) {
    throw new SallyportError('sign_on_refused', {
      message:
        'People of your e-mail address’s domain do not log in here. Ask your administrator for an invitation.',
    })
  }
  return createUser(ports, arrived, { email, role: defaultRole })
}

interface NewUser {
  readonly email: string
  readonly role: string
  readonly invitation?: InvitationRecord
}

/** Person, identity and session at once, or nothing. */
async function createUser(
  ports: SingleSignOnPorts,
  arrived: Arrived,
  { email, role, invitation }: NewUser,
): Promise<Secret> {
  const { organizationId } = arrived.flow
  const name = arrived.signedOn.name ?? email.slice(0, email.lastIndexOf('@'))
  const person = newPerson(ports, { organizationId, email, name, role, passwordHash: undefined })
  const { session, token } = newSession(ports, person, proofOf(arrived))
  const deed = {
    action: invitation ? 'invitation.accepted' : 'user.created',
    target: { kind: 'user', id: person.id, name: email },
    changes: [
      { field: '/role', after: role },
      { field: '/identityProvider', after: arrived.provider.key },
    ],
  }
  await recorded(ports.store, askerOf({ person, address: arrived.back.address }), deed, async (within) => {
    if (invitation && !(await within.invitations.delete(organizationId, invitation.id))) {
      throw new SallyportError('invitation_invalid')
    }
    await holdRole(within, organizationId, { role, path: '/role' })
    // Whoever has the address has proved that to us, not to this provider.
    if (!(await within.people.create(person))) throw new SallyportError('email_taken')
    if (!(await within.userIdentities.create(identityOf(ports, arrived, person.id)))) {
      throw new SallyportError('identity_taken')
    }
    if (!(await within.sessions.create(session))) throw new SallyportError('changed_meanwhile')
  })
  return token
}

async function personOf(
  { store }: SingleSignOnPorts,
  { flow: { organizationId }, signedOn: { issuer, subject } }: Arrived,
): Promise<PersonRecord | undefined> {
  const identity = await store.userIdentities.find(organizationId, issuer, subject)
  return identity && (await store.people.get(organizationId, identity.personId))
}

/** The session that the browser was sent from, which is still the browser's. */
function sessionOf({ back, flow }: Arrived) {
  const { session: known } = back
  const isSame = known?.session.id === flow.subjectId && known?.session.organizationId === flow.organizationId
  if (!known || !isSame) throw new SallyportError('session_invalid')
  return known
}

async function invitationOf(
  { store, clock }: SingleSignOnPorts,
  { flow }: Arrived,
): Promise<InvitationRecord> {
  const invitation = await store.invitations.get(flow.organizationId, flow.subjectId ?? '')
  if (!invitation || invitation.expiresAt <= clock.now()) throw new SallyportError('invitation_invalid')
  return invitation
}

/** An address that the provider has not verified is anybody's word. */
function verifiedEmail({ signedOn: { email, isEmailVerified } }: Arrived): string {
  const parsed = Email.safeParse(email)
  if (parsed.success && isEmailVerified) return parsed.data
  throw new SallyportError('sign_on_refused', {
    message:
      'Your identity provider does not vouch for an e-mail address of yours (email_verified). Ask your administrator.',
  })
}

function identityOf(
  { clock }: SingleSignOnPorts,
  { flow, signedOn }: Arrived,
  personId: string,
): UserIdentityRecord {
  const { issuer, subject } = signedOn
  return { organizationId: flow.organizationId, issuer, subject, personId, createdAt: clock.now() }
}

function proofOf({ provider, back: { address, userAgent } }: Arrived) {
  return { method: 'sso' as const, identityProviderId: provider.id, address, userAgent }
}

function linkedDeed(person: PersonRecord, { provider, signedOn }: Arrived) {
  return {
    action: 'user.identity_linked',
    target: { kind: 'user', id: person.id, name: person.email },
    changes: [{ field: '/identities', after: { issuer: signedOn.issuer, provider: provider.key } }],
  }
}
