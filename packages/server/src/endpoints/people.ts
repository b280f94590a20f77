import type { Broker } from '@sallyport/core'
import type { Handlers } from './handlers.ts'
import { pageReply, pageRequest } from './paging.ts'

type Users = 'listUsers' | 'getOwnUser' | 'updateOwnUser' | 'getUser' | 'updateUser' | 'deleteUser'
type Invitations = 'createInvitation' | 'listInvitations' | 'deleteInvitation'
type Roles = 'createRole' | 'listRoles' | 'getRole' | 'updateRole' | 'deleteRole'

/** Where people are, with all that they see. */
export interface RealmPlace {
  readonly name: string
  readonly publicUrl: string
}

export function peopleHandlers(
  { users, invitations, roles }: Broker,
  realm: RealmPlace,
): Pick<Handlers, Users | Invitations | Roles> {
  return {
    listUsers: async ({ principal, query }) => pageReply(await users.list(principal, pageRequest(query))),
    getOwnUser: async ({ principal }) => ({ ...(await users.readOwn(principal)), realm }),
    updateOwnUser: async ({ principal, body }) => ({ ...(await users.updateOwn(principal, body)), realm }),
    getUser: ({ principal, params }) => users.read(principal, params.id),
    updateUser: ({ principal, params, body }) => users.update(principal, params.id, body),
    deleteUser: ({ principal, params }) => users.delete(principal, params.id),
    createInvitation: ({ principal, body }) => invitations.create(principal, body),
    listInvitations: async ({ principal, query }) =>
      pageReply(await invitations.list(principal, pageRequest(query))),
    deleteInvitation: ({ principal, params }) => invitations.delete(principal, params.id),
    createRole: ({ principal, body }) => roles.create(principal, body),
    listRoles: async ({ principal, query }) => pageReply(await roles.list(principal, pageRequest(query))),
    getRole: ({ principal, params }) => roles.read(principal, params.key),
    updateRole: ({ principal, params, body }) => roles.update(principal, params.key, body),
    deleteRole: ({ principal, params }) => roles.delete(principal, params.key),
  }
}
