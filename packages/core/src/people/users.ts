import type { OwnUserPatch, OwnUserReply, UserPatch, UserReply } from '@sallyport/contract'
import { changesBetween } from '../audit/changes.ts'
import { recorded } from '../audit/record.ts'
import { SallyportError } from '../error.ts'
import type { Page, PageRequest, PersonRecord, Store, UserIdentityRecord } from '../ports.ts'
import type { Principal } from '../principal.ts'
import { givenRole, holdRole, ownerRole, requireOwner } from './granting.ts'
import type { PeoplePorts } from './roles.ts'

export async function listUsers(
  { store }: PeoplePorts,
  { organizationId }: Principal,
  page: PageRequest,
): Promise<Page<UserReply>> {
  const { items, nextCursor } = await store.people.list(organizationId, page)
  const ids = items.map(({ id }) => id)
  const identities = await store.userIdentities.list(organizationId, ids)
  return { items: items.map((person) => userView(person, identities)), nextCursor }
}

/** @throws SallyportError not_found */
export async function readUser(
  { store }: PeoplePorts,
  { organizationId }: Principal,
  id: string,
): Promise<UserReply> {
  const person = await personOf(store, organizationId, id)
  return userView(person, await store.userIdentities.list(organizationId, [id]))
}

/** Who asks, as far as it is known here: the place is the process's to tell. */
export type OwnUser = Omit<OwnUserReply, 'realm'>

/** Who asks; a key is nobody. @throws SallyportError not_found */
export async function readOwnUser(ports: PeoplePorts, principal: Principal): Promise<OwnUser> {
  const id = ownId(principal)
  const { organizationId: organization, scopes } = principal
  const { store } = ports
  const [user, its, recoveryCodes] = await Promise.all([
    readUser(ports, principal, id),
    store.organizations.get(organization),
    store.people.countRecoveryCodes(organization, id),
  ])
  if (!its) throw new SallyportError('not_found')
  const { name: organizationName, operator } = its
  return { ...user, organization, organizationName, operator, scopes: [...scopes], recoveryCodes }
}

/** What people change of themselves: no role, and nobody else. @throws SallyportError not_found, changed_meanwhile */
export async function updateOwnUser(
  ports: PeoplePorts,
  principal: Principal,
  { name }: OwnUserPatch,
): Promise<OwnUser> {
  const { store, clock } = ports
  const before = await personOf(store, principal.organizationId, ownId(principal))
  const person = {
    ...before,
    name: name ?? before.name,
    version: before.version + 1,
    updatedAt: clock.now(),
  }
  const deed = {
    action: 'user.updated',
    target: { kind: 'user', id: before.id, name: before.email },
    changes: changesBetween(audited(before), audited(person)),
  }
  await recorded(store, principal, deed, async (within) => {
    if (!(await within.people.update(person, {}))) throw new SallyportError('changed_meanwhile')
  })
  ports.changed()
  return readOwnUser(ports, principal)
}

/** @throws SallyportError not_found */
function ownId({ userId }: Principal): string {
  if (userId !== undefined) return userId
  throw new SallyportError('not_found', { message: 'A key is no person. Log in, or ask for a user by id.' })
}

/**
 * With another role, or disabled, somebody has to log in again.
 *
 * @throws SallyportError not_found, input_invalid, role_too_broad, last_owner, changed_meanwhile
 */
export async function updateUser(
  ports: PeoplePorts,
  principal: Principal,
  id: string,
  patch: UserPatch,
): Promise<UserReply> {
  const { store, clock, changed } = ports
  const { organizationId } = principal
  const before = await personOf(store, organizationId, id)
  if (before.role === ownerRole) await requireOwner(store, principal)
  // Whoever is let in again is given their role again.
  const isGiven = patch.role !== undefined || (patch.disabled === false && before.disabled)
  const asked = { role: patch.role ?? before.role, path: '/role' }
  const role = isGiven ? await givenRole(store, principal, asked) : before.role
  const person = {
    ...before,
    role,
    name: patch.name ?? before.name,
    disabled: patch.disabled ?? before.disabled,
    version: before.version + 1,
    updatedAt: clock.now(),
  }
  const isOut = role !== before.role || (person.disabled && !before.disabled)
  const deed = {
    action: 'user.updated',
    target: { kind: 'user', id, name: before.email },
    changes: changesBetween(audited(before), audited(person)),
  }
  await recorded(store, principal, deed, async (within) => {
    await within.owners.hold(organizationId)
    if (role !== before.role) await holdRole(within, organizationId, { role, path: '/role' })
    if (!(await within.people.update(person, isOut ? { endSessions: 'all' } : {}))) {
      throw new SallyportError('changed_meanwhile')
    }
    await requireOwnerLeft(within, before)
  })
  changed()
  return userView(person, await store.userIdentities.list(organizationId, [id]))
}

/**
 * Ends their sessions; keys that they made stay.
 *
 * @throws SallyportError not_found, role_too_broad, last_owner
 */
export async function deleteUser(
  { store, changed }: PeoplePorts,
  principal: Principal,
  id: string,
): Promise<void> {
  const { organizationId } = principal
  const before = await personOf(store, organizationId, id)
  if (before.role === ownerRole) await requireOwner(store, principal)
  const deed = { action: 'user.deleted', target: { kind: 'user', id, name: before.email } }
  await recorded(store, principal, deed, async (within) => {
    await within.owners.hold(organizationId)
    const now = await within.people.get(organizationId, id)
    // Whoever has become an owner meanwhile is none of an admin's.
    if (now && now.role !== before.role) throw new SallyportError('changed_meanwhile')
    if (!now || !(await within.people.delete(organizationId, id))) throw new SallyportError('not_found')
    await requireOwnerLeft(within, before)
  })
  changed()
}

/** Nobody else could make another one. Undoes the transaction. */
async function requireOwnerLeft(within: Store, before: PersonRecord): Promise<void> {
  const wasOwner = before.role === ownerRole && !before.disabled
  if (wasOwner && !(await within.owners.exist(before.organizationId))) throw new SallyportError('last_owner')
}

/** @throws SallyportError not_found */
async function personOf(store: Store, organizationId: string, id: string): Promise<PersonRecord> {
  const person = await store.people.get(organizationId, id)
  if (!person) throw new SallyportError('not_found')
  return person
}

function audited({ role, name, disabled }: PersonRecord) {
  return { role, name, disabled }
}

function userView(person: PersonRecord, identities: readonly UserIdentityRecord[]): UserReply {
  const { id, email, name, role, disabled, passwordHash, totp, createdAt, lastLoginAt } = person
  return {
    id,
    email,
    name,
    role,
    disabled,
    hasPassword: passwordHash !== undefined,
    hasTotp: totp !== undefined,
    identities: identities
      .filter(({ personId }) => personId === id)
      .map(({ issuer, createdAt: at }) => ({ issuer, createdAt: new Date(at).toISOString() })),
    createdAt: new Date(createdAt).toISOString(),
    ...(lastLoginAt !== undefined && { lastLoginAt: new Date(lastLoginAt).toISOString() }),
  }
}
