import type { Broker } from '@sallyport/core'
import type { Handlers } from './handlers.ts'
import { pageReply, pageRequest } from './paging.ts'

type Reading = 'listIdentityProviders' | 'getIdentityProvider'
type Writing = 'createIdentityProvider' | 'updateIdentityProvider' | 'deleteIdentityProvider'

export function identityProviderHandlers({ identityProviders }: Broker): Pick<Handlers, Reading | Writing> {
  return {
    createIdentityProvider: ({ principal, body }) => identityProviders.create(principal, body),
    listIdentityProviders: async ({ principal, query }) =>
      pageReply(await identityProviders.list(principal, pageRequest(query))),
    getIdentityProvider: ({ principal, params }) => identityProviders.read(principal, params.key),
    updateIdentityProvider: ({ principal, params, body }) =>
      identityProviders.update(principal, params.key, body),
    deleteIdentityProvider: ({ principal, params }) => identityProviders.delete(principal, params.key),
  }
}
