import type { OwnUserReply, RoleReply, UserReply } from '@sallyport/contract'

type Who = Pick<OwnUserReply, 'role' | 'scopes'>

/** The roles that somebody may give: none that may do more than they, and owners are made by owners. */
export function grantableRoles(roles: readonly RoleReply[], { role, scopes }: Who): readonly RoleReply[] {
  return roles.filter(
    (each) =>
      (each.key !== 'owner' || role === 'owner') && each.scopes.every((scope) => scopes.includes(scope)),
  )
}

/** Whether somebody may change another: owners are owners' alone. */
export function mayChange(who: Who, { role }: Pick<UserReply, 'role'>): boolean {
  return role !== 'owner' || who.role === 'owner'
}
