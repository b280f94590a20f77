import type { Broker } from '@sallyport/core'
import type { Handlers } from './handlers.ts'
import { pageReply, pageRequest } from './paging.ts'

type Names =
  | 'createOrganization'
  | 'listOrganizations'
  | 'getOrganization'
  | 'updateOrganization'
  | 'deleteOrganization'

export function organizationHandlers({ organizations }: Broker): Pick<Handlers, Names> {
  return {
    createOrganization: ({ principal, body }) => organizations.create(principal, body),
    listOrganizations: async ({ query }) => pageReply(await organizations.list(pageRequest(query))),
    getOrganization: ({ principal, params }) => organizations.read(principal, params.id),
    updateOrganization: ({ principal, params, body }) => organizations.update(principal, params.id, body),
    deleteOrganization: ({ principal, params }) => organizations.delete(principal, params.id),
  }
}
