import { recorded } from '../audit/record.ts'
import { invalid, SallyportError } from '../error.ts'
import { newKnownBrowser } from '../identity/known-browser.ts'
import type { LoggedIn, LoginOrigin, LoginPorts } from '../identity/login.ts'
import { passwordFaults } from '../identity/password-rules.ts'
import { newPerson } from '../identity/person.ts'
import { askerOf, newSession } from '../identity/sessions.ts'
import { holdRole, ownerRole } from './granting.ts'
import { invitationOf } from './invitations.ts'
import { type LoginProvider, loginProviders } from './login-providers.ts'

/** What the page at an invitation's link shows. */
export interface OpenInvitation {
  readonly id: string
  readonly organizationId: string
  readonly email: string
  readonly role: string
  readonly providers: readonly LoginProvider[]
  /** Where people are to log in by a provider alone. */
  readonly isPasswordRefused: boolean
}

/** @throws SallyportError invitation_invalid */
export async function openInvitation(
  { store, clock }: Pick<LoginPorts, 'store' | 'clock'>,
  token: string,
): Promise<OpenInvitation> {
  const { id, organizationId, email, role } = await invitationOf({ store, clock }, token)
  const [providers, isRefused] = await Promise.all([
    loginProviders({ store }, organizationId),
    store.identityProviders.isPasswordRefused(organizationId),
  ])
  return { id, organizationId, email, role, providers, isPasswordRefused: isRefused && role !== ownerRole }
}

/**
 * Makes the invited person a user with a password, logged in: once.
 *
 * @throws SallyportError invitation_invalid, input_invalid, sso_required, email_taken, limit_reached
 */
export async function acceptInvitation(
  ports: LoginPorts,
  token: string,
  given: { readonly name: string; readonly password: string },
  origin: LoginOrigin,
): Promise<LoggedIn> {
  const { id, organizationId, email, role, isPasswordRefused } = await openInvitation(ports, token)
  if (isPasswordRefused) throw new SallyportError('sso_required')
  const faults = passwordFaults(given.password, { email, name: given.name })
  if (faults.length > 0) throw invalid('input_invalid', faults)
  const passwordHash = await ports.passwords.hash(given.password)
  const person = newPerson(ports, { organizationId, email, name: given.name, role, passwordHash })
  const { session, token: secret } = newSession(ports, person, { method: 'password', ...origin })
  const deed = {
    action: 'invitation.accepted',
    target: { kind: 'user', id: person.id, name: email },
    changes: [{ field: '/role', after: role }],
  }
  await recorded(ports.store, askerOf({ person, address: origin.address }), deed, async (within) => {
    if (!(await within.invitations.delete(organizationId, id))) throw new SallyportError('invitation_invalid')
    await holdRole(within, organizationId, { role, path: '/role' })
    if (!(await within.people.create(person))) throw new SallyportError('email_taken')
    if (!(await within.sessions.create(session))) throw new SallyportError('changed_meanwhile')
  })
  return { session, person, token: secret, knownBrowser: await newKnownBrowser(ports, person) }
}
