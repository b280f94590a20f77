import type { RunReply } from '@sallyport/contract'
import { type Broker, type RunResult, SallyportError } from '@sallyport/core'
import type { Handlers } from './handlers.ts'
import { LinesReply } from './lines-reply.ts'
import { pageReply, pageRequest } from './paging.ts'
import { StreamedReply } from './streamed-reply.ts'

type Names =
  | 'createOperation'
  | 'createProviderOperations'
  | 'listOperations'
  | 'getOperation'
  | 'updateOperation'
  | 'deleteOperation'
  | 'importOperations'
  | 'runUnsavedOperation'
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
    async importOperations({ principal, body, asked }) {
      const { wantsLines, left } = asked()
      const lines = operations.import(principal, { body, left })
      if (wantsLines) return LinesReply.from(lines)
      for await (const line of lines) if ('result' in line) return line.result
      throw new SallyportError('internal', { detail: 'an import ended without a result' })
    },
    async runUnsavedOperation({ principal, body, asked }) {
      return answer(await operations.runUnsaved({ principal, ...asked() }, body))
    },
    async runOperation({ principal, params, body, asked }) {
      return answer(await operations.run({ principal, ...asked() }, params.key, body))
    },
    readOperationInput: ({ principal, params, body, asked }) =>
      operations.readInput({ principal, ...asked() }, params.key, body),
  }
}

function answer(result: RunResult): RunReply | StreamedReply {
  return 'stream' in result ? new StreamedReply(result.stream) : result.reply
}
