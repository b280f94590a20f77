import type { Broker } from '@sallyport/core'
import type { Handlers } from './handlers.ts'
import { pageReply, pageRequest } from './paging.ts'

type Names =
  | 'exportDefinitions'
  | 'exportSealed'
  | 'thawAccount'
  | 'createImportRecipient'
  | 'listImportRecipients'
  | 'deleteImportRecipient'
  | 'importDefinitions'

export function transferHandlers({ transfer }: Broker): Pick<Handlers, Names> {
  return {
    exportDefinitions: ({ principal }) => transfer.exportDefinitions(principal),
    exportSealed: ({ principal, body }) => transfer.exportSealed(principal, body),
    thawAccount: ({ principal, params }) => transfer.thaw(principal, params.id),
    createImportRecipient: ({ principal }) => transfer.createRecipient(principal),
    listImportRecipients: async ({ principal, query }) =>
      pageReply(await transfer.listRecipients(principal, pageRequest(query))),
    deleteImportRecipient: ({ principal, params }) => transfer.deleteRecipient(principal, params.id),
    importDefinitions: ({ principal, body }) => transfer.importDefinitions(principal, body),
  }
}
