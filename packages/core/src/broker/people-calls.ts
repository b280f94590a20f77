import type {
  IdentityProviderInput,
  IdentityProviderPatch,
  InvitationInput,
  OwnUserPatch,
  RoleInput,
  RolePatch,
  UserPatch,
} from '@sallyport/contract'
import type { LoginOrigin, LoginPorts } from '../identity/login.ts'
import type { ActingSession } from '../identity/sessions.ts'
import { acceptInvitation, openInvitation } from '../people/accept-invitation.ts'
import * as providers from '../people/identity-providers.ts'
import * as invitations from '../people/invitations.ts'
import { loginProviders, ownProviders, unlinkIdentity } from '../people/login-providers.ts'
import * as roles from '../people/roles.ts'
import { type SignOnAim, type SingleSignOnPorts, startSignOn } from '../people/sign-on.ts'
import { finishSignOn, type SignOnReturn } from '../people/sign-on-callback.ts'
import * as users from '../people/users.ts'
import type { PageRequest } from '../ports.ts'
import type { Principal } from '../principal.ts'

export function userCalls(ports: roles.PeoplePorts) {
  return {
    list: (owner: Principal, page: PageRequest) => users.listUsers(ports, owner, page),
    read: (owner: Principal, id: string) => users.readUser(ports, owner, id),
    readOwn: (owner: Principal) => users.readOwnUser(ports, owner),
    updateOwn: (owner: Principal, patch: OwnUserPatch) => users.updateOwnUser(ports, owner, patch),
    update: (owner: Principal, id: string, patch: UserPatch) => users.updateUser(ports, owner, id, patch),
    delete: (owner: Principal, id: string) => users.deleteUser(ports, owner, id),
  }
}

export function roleCalls(ports: roles.PeoplePorts) {
  return {
    create: (owner: Principal, input: RoleInput) => roles.createRole(ports, owner, input),
    list: (owner: Principal, page: PageRequest) => roles.listRoles(ports, owner, page),
    read: (owner: Principal, key: string) => roles.readRole(ports, owner, key),
    update: (owner: Principal, key: string, patch: RolePatch) => roles.updateRole(ports, owner, key, patch),
    delete: (owner: Principal, key: string) => roles.deleteRole(ports, owner, key),
  }
}

export function invitationCalls(ports: roles.PeoplePorts & LoginPorts) {
  return {
    open: (token: string) => openInvitation(ports, token),
    accept: (
      token: string,
      given: { readonly name: string; readonly password: string },
      origin: LoginOrigin,
    ) => acceptInvitation(ports, token, given, origin),
    create: (owner: Principal, input: InvitationInput) => invitations.createInvitation(ports, owner, input),
    list: (owner: Principal, page: PageRequest) => invitations.listInvitations(ports, owner, page),
    delete: (owner: Principal, id: string) => invitations.deleteInvitation(ports, owner, id),
  }
}

export function identityProviderCalls(ports: providers.IdentityProviderPorts) {
  return {
    create: (owner: Principal, input: IdentityProviderInput) =>
      providers.createIdentityProvider(ports, owner, input),
    list: (owner: Principal, page: PageRequest) => providers.listIdentityProviders(ports, owner, page),
    read: (owner: Principal, key: string) => providers.readIdentityProvider(ports, owner, key),
    update: (owner: Principal, key: string, patch: IdentityProviderPatch) =>
      providers.updateIdentityProvider(ports, owner, key, patch),
    delete: (owner: Principal, key: string) => providers.deleteIdentityProvider(ports, owner, key),
  }
}

/** The browser's way to an identity provider and back. */
export function signOnCalls(ports: SingleSignOnPorts & LoginPorts) {
  return {
    providers: (organizationId = ports.firstOrganizationId) => loginProviders(ports, organizationId),
    ownProviders: ({ person }: Pick<ActingSession, 'person'>) => ownProviders(ports, person),
    unlink: (acting: ActingSession, issuer: string) => unlinkIdentity(ports, acting, issuer),
    start: (providerId: string, aim: SignOnAim) => startSignOn(ports, providerId, aim),
    finish: (providerId: string, back: SignOnReturn) => finishSignOn(ports, providerId, back),
  }
}
