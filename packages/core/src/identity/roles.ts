import { type BuiltInRoleName, foldKey, type Scope, scopes } from '@sallyport/contract'
import type { RoleRecord, Store } from '../ports.ts'

const without = (...left: readonly Scope[]): ReadonlySet<Scope> =>
  new Set(scopes.filter((scope) => !left.includes(scope)))

/**
 * The built-in roles, each a set of scopes. `owner` and `admin` hold the same: what an admin may not do is to make, change
 * or remove an owner.
 */
export const builtInRoles = {
  owner: without(),
  admin: without(),
  developer: without('organization:admin', 'audit:read', 'tokens:read'),
  operator: new Set<Scope>([
    ...([
      'integrations:read',
      'clients:read',
      'accounts:read',
      'accounts:write',
      'accounts:connect',
    ] as const),
    ...(['apps:read', 'operations:read', 'operations:run', 'events:read'] as const),
  ]),
  auditor: new Set<Scope>(scopes.filter((scope) => scope.endsWith(':read') && scope !== 'tokens:read')),
} as const satisfies Readonly<Record<BuiltInRoleName, ReadonlySet<Scope>>>

export function isBuiltInRole(key: string): key is BuiltInRoleName {
  return Object.hasOwn(builtInRoles, key)
}

/** What a role of an organization's own lets people do: what its base does, less some scopes. */
export function scopesOf({ base, without: left }: Pick<RoleRecord, 'base' | 'without'>): Scope[] {
  return [...builtInRoles[base]].filter((scope) => !left.includes(scope))
}

/** A role by its key, as it is written where it was made; undefined where there is no such role. */
export async function scopesOfRole(
  store: Pick<Store, 'roles'>,
  organizationId: string,
  role: string,
): Promise<{ readonly key: string; readonly scopes: ReadonlySet<Scope> } | undefined> {
  const key = foldKey(role)
  if (isBuiltInRole(key)) return { key, scopes: builtInRoles[key] }
  const own = await store.roles.get(organizationId, role)
  return own && { key: own.key, scopes: new Set(scopesOf(own)) }
}
