import type { RoleInput, RolePatch, RoleReply, Scope } from '@sallyport/contract'
import { changesBetween } from '../audit/changes.ts'
import { recorded } from '../audit/record.ts'
import { keyTaken, SallyportError } from '../error.ts'
import { newId } from '../id.ts'
import { builtInRoles, isBuiltInRole, scopesOf } from '../identity/roles.ts'
import type { Changed, Clock, Page, PageRequest, Random, RoleRecord, Store } from '../ports.ts'
import type { Principal } from '../principal.ts'

export interface PeoplePorts {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly changed: Changed
  readonly publicUrl: string
}

/** @throws SallyportError key_taken, role_too_broad */
export async function createRole(
  { store, clock, random }: PeoplePorts,
  principal: Principal,
  { key, name, base, without }: RoleInput,
): Promise<RoleReply> {
  if (isBuiltInRole(key.toLowerCase())) throw keyTaken()
  const { organizationId } = principal
  const id = newId('rol', { clock, random })
  const role = { organizationId, id, key, name, base, without: [...new Set(without)], createdAt: clock.now() }
  requireHeld(principal, role)
  const deed = {
    action: 'role.created',
    target: { kind: 'role', id, name: key },
    changes: changesBetween({}, audited(role)),
  }
  if (!(await recorded(store, principal, deed, (within) => within.roles.create(role)))) throw keyTaken()
  return roleView(role)
}

/** The built-in ones first; there are few, so that all are read. */
export async function listRoles(
  { store }: PeoplePorts,
  { organizationId }: Principal,
  { limit, after }: PageRequest,
): Promise<Page<RoleReply>> {
  const all = [...builtInViews, ...(await store.roles.list(organizationId)).map(roleView)]
  const start = all.findIndex(({ key }) => key === after) + 1
  const items = all.slice(start, start + limit)
  return { items, nextCursor: start + limit < all.length ? items.at(-1)?.key : undefined }
}

/** @throws SallyportError not_found */
export async function readRole(
  { store }: PeoplePorts,
  { organizationId }: Principal,
  key: string,
): Promise<RoleReply> {
  const builtIn = builtInViews.find((view) => view.key === key.toLowerCase())
  return builtIn ?? roleView(await ownRole(store, organizationId, key))
}

/** @throws SallyportError not_found, role_built_in, role_too_broad */
export async function updateRole(
  { store, changed }: PeoplePorts,
  principal: Principal,
  key: string,
  patch: RolePatch,
): Promise<RoleReply> {
  const { organizationId } = principal
  const before = await ownRole(store, organizationId, key)
  const role = {
    ...before,
    name: patch.name ?? before.name,
    base: patch.base ?? before.base,
    without: [...new Set(patch.without ?? before.without)],
  }
  requireHeld(principal, role)
  const deed = {
    action: 'role.updated',
    target: { kind: 'role', id: role.id, name: role.key },
    changes: changesBetween(audited(before), audited(role)),
  }
  if (!(await recorded(store, principal, deed, (within) => within.roles.update(role)))) {
    throw new SallyportError('not_found')
  }
  changed()
  return roleView(role)
}

/** @throws SallyportError not_found, role_built_in, role_in_use */
export async function deleteRole({ store }: PeoplePorts, principal: Principal, key: string): Promise<void> {
  const { organizationId } = principal
  const role = await ownRole(store, organizationId, key)
  const deed = { action: 'role.deleted', target: { kind: 'role', id: role.id, name: role.key } }
  const isGone = await recorded(store, principal, deed, async (within) => {
    if (!(await within.roles.hold(organizationId, key))) throw new SallyportError('not_found')
    return within.roles.delete(organizationId, key)
  })
  if (!isGone) throw new SallyportError('role_in_use')
}

/** @throws SallyportError not_found, role_built_in */
async function ownRole(store: Store, organizationId: string, key: string): Promise<RoleRecord> {
  if (isBuiltInRole(key.toLowerCase())) throw new SallyportError('role_built_in')
  const role = await store.roles.get(organizationId, key)
  if (!role) throw new SallyportError('not_found')
  return role
}

/** Whoever makes a role, or makes it broader, gives it to all who have it. */
function requireHeld({ scopes }: Principal, role: Pick<RoleRecord, 'base' | 'without'>): void {
  const missing = scopesOf(role).find((scope) => !scopes.has(scope))
  if (missing === undefined) return
  throw new SallyportError('role_too_broad', {
    message: `This role would hold the scope ${missing}, which you do not hold. Name it in without.`,
  })
}

function audited({ name, base, without }: RoleRecord) {
  return { name, base, without }
}

function roleView(role: RoleRecord): RoleReply {
  const { key, name, base, without, createdAt } = role
  const scopes: Scope[] = scopesOf(role)
  const more = { base, without: [...without], createdAt: new Date(createdAt).toISOString() }
  return { key, name, builtIn: false, scopes, ...more }
}

const builtInViews: readonly RoleReply[] = Object.entries(builtInRoles).map(([key, scopes]) => ({
  key,
  name: `${key.charAt(0).toUpperCase()}${key.slice(1)}`,
  builtIn: true,
  scopes: [...scopes],
}))
