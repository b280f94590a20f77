import type { Broker } from '@sallyport/core'
import type { Handlers } from './handlers.ts'

type Names = 'exportDefinitions' | 'importDefinitions'

export function transferHandlers({ transfer }: Broker): Pick<Handlers, Names> {
  return {
    exportDefinitions: ({ principal }) => transfer.exportDefinitions(principal),
    importDefinitions: ({ principal, body }) => transfer.importDefinitions(principal, body),
  }
}
