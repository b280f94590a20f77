import { invalid, SallyportError } from '../error.ts'
import { isBuiltInRole, scopesOfRole } from '../identity/roles.ts'
import type { Store } from '../ports.ts'
import type { Principal } from '../principal.ts'

/** Only owners make owners, change and remove them. */
export const ownerRole = 'owner'

/**
 * The role as it is to be stored, where this principal may give it: nobody gives more than they have.
 *
 * @throws SallyportError input_invalid where there is no such role, role_too_broad
 */
export async function givenRole(
  store: Store,
  principal: Principal,
  { role, path }: { readonly role: string; readonly path: string },
): Promise<string> {
  const found = await scopesOfRole(store, principal.organizationId, role)
  if (!found) throw unknownRole(path)
  const missing = [...found.scopes].find((scope) => !principal.scopes.has(scope))
  if (missing !== undefined) {
    throw new SallyportError('role_too_broad', {
      message: `The role ${found.key} holds the scope ${missing}, which you do not hold. Give one that holds no more than you do.`,
    })
  }
  if (found.key === ownerRole) await requireOwner(store, principal)
  return found.key
}

/**
 * What is done to owners, only owners do: or whoever runs this Sallyport, and while an organization has no owner,
 * whoever administers it.
 *
 * @throws SallyportError role_too_broad
 */
export async function requireOwner(store: Store, principal: Principal): Promise<void> {
  const { organizationId, userId, keyId } = principal
  if (userId === undefined && keyId === undefined) return
  const person = userId === undefined ? undefined : await store.people.get(organizationId, userId)
  if (person?.role === ownerRole || !(await store.owners.exist(organizationId))) return
  throw new SallyportError('role_too_broad', {
    message: 'Only an owner makes, changes or removes owners. Ask one of them.',
  })
}

/** @throws SallyportError input_invalid where a role of the organization's own was deleted meanwhile */
export async function holdRole(
  store: Store,
  organizationId: string,
  { role, path }: { readonly role: string; readonly path: string },
): Promise<void> {
  const isHeld = isBuiltInRole(role) || (await store.roles.hold(organizationId, role))
  if (!isHeld) throw unknownRole(path)
}

function unknownRole(path: string): SallyportError {
  return invalid('input_invalid', [
    { path, code: 'role_unknown', message: 'There is no such role. GET /v1/roles lists them.' },
  ])
}
