import type { Broker } from '@sallyport/core'
import type { Handlers } from './handlers.ts'
import { pageReply } from './paging.ts'

type Names =
  | 'createEnvironment'
  | 'listEnvironments'
  | 'getEnvironment'
  | 'updateEnvironment'
  | 'deleteEnvironment'

export function environmentHandlers({ environments }: Broker): Pick<Handlers, Names> {
  return {
    createEnvironment: ({ principal, body }) => environments.create(principal, body),
    listEnvironments: async ({ principal }) => pageReply(await environments.list(principal)),
    getEnvironment: ({ principal, params }) => environments.read(principal, params.key),
    updateEnvironment: ({ principal, params, body }) => environments.update(principal, params.key, body),
    deleteEnvironment: ({ principal, params }) => environments.delete(principal, params.key),
  }
}
