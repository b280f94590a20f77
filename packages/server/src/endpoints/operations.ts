import type { Broker } from '@sallyport/core'
import type { Handlers } from './handlers.ts'
import { pageReply, pageRequest } from './paging.ts'
import { StreamedReply } from './streamed-reply.ts'

type Names =
  | 'createOperation'
  | 'createProviderOperations'
  | 'listOperations'
  | 'getOperation'
  | 'updateOperation'
  | 'deleteOperation'
  | 'runOperation'
  | 'readOperationInput'

export function operationHandlers({ operations }: Broker): Pick<Handlers, Names> {
  return {
    createOperation: ({ principal, body }) => operations.create(principal, body),
    createProviderOperations: ({ principal, params, body }) =>
      operations.createFromProvider(principal, params.id, body),
    listOperations: async ({ principal, query }) => {
      const { integration } = query
      return pageReply(await operations.list(principal, { ...pageRequest(query), integration }))
    },
    getOperation: ({ principal, params }) => operations.read(principal, params.key),
    updateOperation: ({ principal, params, body }) => operations.update(principal, params.key, body),
    deleteOperation: ({ principal, params }) => operations.delete(principal, params.key),
    async runOperation({ principal, params, body, asked }) {
      const result = await operations.run({ principal, ...asked() }, params.key, body)
      return 'stream' in result ? new StreamedReply(result.stream) : result.reply
    },
    readOperationInput: ({ principal, params, body, asked }) =>
      operations.readInput({ principal, ...asked() }, params.key, body),
  }
}
