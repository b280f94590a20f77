import type { Broker } from '@sallyport/core'
import type { Handlers } from './handlers.ts'

export function connectLinkHandlers({ connectLinks }: Broker): Pick<Handlers, 'createConnectLink'> {
  return { createConnectLink: ({ principal, body }) => connectLinks.create(principal, body) }
}
