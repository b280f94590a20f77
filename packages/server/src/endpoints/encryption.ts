import type { Broker } from '@sallyport/core'
import type { Handlers } from './handlers.ts'
import { pageReply, pageRequest } from './paging.ts'

type Names =
  | 'getEncryption'
  | 'startRotation'
  | 'listRotations'
  | 'getRotation'
  | 'getOuterKeys'
  | 'startRewrap'

export function encryptionHandlers({ encryption }: Broker): Pick<Handlers, Names> {
  return {
    getEncryption: ({ principal }) => encryption.read(principal),
    startRotation: ({ principal, body }) => encryption.startRotation(principal, body),
    listRotations: async ({ principal, query }) =>
      pageReply(await encryption.listRotations(principal, pageRequest(query))),
    getOuterKeys: () => encryption.readOuterKeys(),
    startRewrap: ({ principal }) => encryption.startRewrap(principal),
    getRotation: ({ principal, params }) => encryption.readRotation(principal, params.id),
  }
}
