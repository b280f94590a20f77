import type { Broker } from '@sallyport/core'
import type { Handlers } from './handlers.ts'
import { pageReply, pageRequest } from './paging.ts'

export function eventHandlers({ events }: Broker): Pick<Handlers, 'listEvents'> {
  return {
    listEvents: async ({ principal, query }) =>
      pageReply(await events.list(principal, query, pageRequest(query))),
  }
}
