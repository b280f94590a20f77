import { z } from 'zod'
import { InvitationInput, InvitationReply, NewInvitationReply } from '../invitation.ts'
import { RoleInput, RolePatch, RoleReply } from '../role.ts'
import { OwnUserReply, UserPatch, UserReply } from '../user.ts'
import { byId, byKey, type Endpoints, empty, listOf, paging } from './endpoint.ts'

const users = {
  listUsers: {
    ...empty,
    method: 'GET',
    path: '/v1/users',
    summary: 'List the people of the organization',
    scope: 'organization:admin',
    query: z.strictObject(paging),
    reply: listOf(UserReply),
    errors: [],
  },
  getOwnUser: {
    ...empty,
    method: 'GET',
    path: '/v1/users/me',
    summary: 'Who asks, and what they may do; for people, not for keys',
    scope: undefined,
    reply: OwnUserReply,
    errors: ['not_found'],
  },
  getUser: {
    ...empty,
    method: 'GET',
    path: '/v1/users/{id}',
    summary: 'Read a person',
    scope: 'organization:admin',
    params: byId,
    reply: UserReply,
    errors: ['not_found'],
  },
  updateUser: {
    ...empty,
    method: 'PATCH',
    path: '/v1/users/{id}',
    summary: 'Change a person by JSON merge patch; another role, or disabling, ends their sessions',
    scope: 'organization:admin',
    params: byId,
    body: UserPatch,
    reply: UserReply,
    errors: ['not_found', 'input_invalid', 'role_too_broad', 'last_owner', 'changed_meanwhile'],
  },
  deleteUser: {
    ...empty,
    method: 'DELETE',
    path: '/v1/users/{id}',
    summary: 'Delete a person, and end their sessions; keys that they made stay',
    scope: 'organization:admin',
    params: byId,
    reply: undefined,
    errors: ['not_found', 'role_too_broad', 'last_owner'],
  },
} as const satisfies Endpoints

const invitations = {
  createInvitation: {
    ...empty,
    method: 'POST',
    path: '/v1/invitations',
    summary: 'Invite somebody; the link is shown this once',
    scope: 'organization:admin',
    body: InvitationInput,
    reply: NewInvitationReply,
    errors: ['input_invalid', 'role_too_broad', 'email_taken'],
  },
  listInvitations: {
    ...empty,
    method: 'GET',
    path: '/v1/invitations',
    summary: 'List invitations that can be accepted',
    scope: 'organization:admin',
    query: z.strictObject(paging),
    reply: listOf(InvitationReply),
    errors: [],
  },
  deleteInvitation: {
    ...empty,
    method: 'DELETE',
    path: '/v1/invitations/{id}',
    summary: 'Take an invitation back',
    scope: 'organization:admin',
    params: byId,
    reply: undefined,
    errors: ['not_found'],
  },
} as const satisfies Endpoints

const roles = {
  createRole: {
    ...empty,
    method: 'POST',
    path: '/v1/roles',
    summary: 'Create a role: a built-in one less some scopes',
    scope: 'organization:admin',
    body: RoleInput,
    reply: RoleReply,
    errors: ['input_invalid', 'key_taken', 'role_too_broad'],
  },
  listRoles: {
    ...empty,
    method: 'GET',
    path: '/v1/roles',
    summary: 'List roles, the built-in ones first',
    scope: 'organization:admin',
    query: z.strictObject(paging),
    reply: listOf(RoleReply),
    errors: [],
  },
  getRole: {
    ...empty,
    method: 'GET',
    path: '/v1/roles/{key}',
    summary: 'Read a role',
    scope: 'organization:admin',
    params: byKey,
    reply: RoleReply,
    errors: ['not_found'],
  },
  updateRole: {
    ...empty,
    method: 'PATCH',
    path: '/v1/roles/{key}',
    summary: 'Change a role by JSON merge patch, for whoever has it',
    scope: 'organization:admin',
    params: byKey,
    body: RolePatch,
    reply: RoleReply,
    errors: ['not_found', 'input_invalid', 'role_built_in', 'role_too_broad'],
  },
  deleteRole: {
    ...empty,
    method: 'DELETE',
    path: '/v1/roles/{key}',
    summary: 'Delete a role that nobody has',
    scope: 'organization:admin',
    params: byKey,
    reply: undefined,
    errors: ['not_found', 'role_built_in', 'role_in_use'],
  },
} as const satisfies Endpoints

export const peopleEndpoints = { ...users, ...invitations, ...roles } as const satisfies Endpoints
