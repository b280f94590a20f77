import type { Broker } from '@sallyport/core'
import type { Handlers } from './handlers.ts'
import { pageReply, pageRequest } from './paging.ts'

type Names =
  | 'createEnvironment'
  | 'listEnvironments'
  | 'getEnvironment'
  | 'updateEnvironment'
  | 'deleteEnvironment'

export function environmentHandlers({ environments }: Broker): Pick<Handlers, Names> {
  return {
    createEnvironment: ({ principal, body }) => environments.create(principal, body),
    listEnvironments: async ({ principal, query }) =>
      pageReply(await environments.list(principal, pageRequest(query))),
    getEnvironment: ({ principal, params }) => environments.read(principal, params.key),
    updateEnvironment: ({ principal, params, body }) => environments.update(principal, params.key, body),
    deleteEnvironment: ({ principal, params }) => environments.delete(principal, params.key),
  }
}
