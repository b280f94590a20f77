import type { Broker } from '@sallyport/core'
import type { Handlers } from './handlers.ts'
import { pageReply, pageRequest } from './paging.ts'

export function providerHandlers({
  providers,
}: Broker): Pick<Handlers, 'listProviders' | 'getProvider' | 'listProviderOperations'> {
  return {
    listProviders: async ({ query: { limit, cursor, ...search } }) =>
      pageReply(await providers.list({ ...search, ...pageRequest({ limit, cursor }) })),
    getProvider: ({ params }) => providers.read(params.id),
    listProviderOperations: async ({ params, query }) =>
      pageReply(await providers.operations(params.id, pageRequest(query))),
  }
}
