import { hash } from 'node:crypto'
import {
  foldEmail,
  type InvitationInput,
  type InvitationReply,
  type NewInvitationReply,
} from '@sallyport/contract'
import { recorded } from '../audit/record.ts'
import { SallyportError } from '../error.ts'
import { newId } from '../id.ts'
import type { InvitationRecord, Page, PageRequest } from '../ports.ts'
import type { Principal } from '../principal.ts'
import { isToken, newToken } from '../token.ts'
import { givenRole, holdRole } from './granting.ts'
import type { PeoplePorts } from './roles.ts'

const sevenDaysMilliseconds = 7 * 86_400_000

/**
 * Invites somebody, by a link that is shown this once. Another for the same address takes its place.
 *
 * @throws SallyportError input_invalid, role_too_broad, email_taken
 */
export async function createInvitation(
  { store, clock, random, publicUrl }: PeoplePorts,
  principal: Principal,
  { email, role: asked }: InvitationInput,
): Promise<NewInvitationReply> {
  const { organizationId } = principal
  const role = await givenRole(store, principal, { role: asked, path: '/role' })
  const token = `${organizationId}.${newToken(random)}`
  const now = clock.now()
  const invitation: InvitationRecord = {
    organizationId,
    id: newId('inv', { clock, random }),
    email,
    role,
    digest: digestOf(token),
    createdAt: now,
    expiresAt: now + sevenDaysMilliseconds,
  }
  const deed = {
    action: 'invitation.created',
    target: { kind: 'invitation', id: invitation.id, name: email },
    changes: [{ field: '/role', after: role }],
  }
  await recorded(store, principal, deed, async (within) => {
    await holdRole(within, organizationId, { role, path: '/role' })
    if (await within.people.byEmail(organizationId, foldEmail(email))) throw new SallyportError('email_taken')
    await within.invitations.deleteExpired(now)
    await within.invitations.create(invitation)
  })
  return { ...view(invitation), url: `${publicUrl}/invitation/${token}` }
}

export async function listInvitations(
  { store, clock }: PeoplePorts,
  { organizationId }: Principal,
  page: PageRequest,
): Promise<Page<InvitationReply>> {
  const { items, nextCursor } = await store.invitations.list(organizationId, clock.now(), page)
  return { items: items.map(view), nextCursor }
}

/** @throws SallyportError not_found */
export async function deleteInvitation(
  { store }: PeoplePorts,
  principal: Principal,
  id: string,
): Promise<void> {
  const { organizationId } = principal
  const invitation = await store.invitations.get(organizationId, id)
  const deed = {
    action: 'invitation.deleted',
    target: { kind: 'invitation', id, name: invitation?.email },
  }
  const isGone = await recorded(store, principal, deed, (within) =>
    within.invitations.delete(organizationId, id),
  )
  if (!isGone) throw new SallyportError('not_found')
}

/**
 * The invitation of a link.
 *
 * @throws SallyportError invitation_invalid, the same whatever is wrong; of one that is right, organization_suspended
 */
export async function invitationOf(
  { store, clock }: Pick<PeoplePorts, 'store' | 'clock'>,
  token: string,
): Promise<InvitationRecord> {
  const [organizationId = '', secret = ''] = token.split('.', 2)
  const isOurs = /^org_[0-9a-z]{1,40}$/.test(organizationId) && isToken(secret) && token.length < 100
  const found = isOurs ? await store.invitations.byDigest(organizationId, digestOf(token)) : undefined
  if (!found || found.expiresAt <= clock.now()) throw new SallyportError('invitation_invalid')
  const organization = await store.organizations.get(found.organizationId)
  if (organization?.suspendedAt !== undefined) throw new SallyportError('organization_suspended')
  return found
}

/** Of its own kind: no other token of ours has the same digest, whatever its text. */
function digestOf(token: string): Buffer {
  return hash('sha256', `sallyport invitation\n${token}`, 'buffer')
}

function view({ id, email, role, createdAt, expiresAt }: InvitationRecord): InvitationReply {
  const times = { createdAt: new Date(createdAt).toISOString(), expiresAt: new Date(expiresAt).toISOString() }
  return { id, email, role, ...times }
}
