import { type Scope, scopes } from '@sallyport/contract'

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
} as const satisfies Readonly<Record<string, ReadonlySet<Scope>>>

export type BuiltInRole = keyof typeof builtInRoles

export function isBuiltInRole(key: string): key is BuiltInRole {
  return Object.hasOwn(builtInRoles, key)
}
