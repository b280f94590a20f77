import { type ApiDocument, follow } from './api-document.ts'
import { type DocumentOperation, nameOf } from './document-operation.ts'
import { type Located, member, members } from './located.ts'

/** What success answers: the lowest 2xx, a 2XX, or else whatever is the default. */
export function replyOf(document: ApiDocument, operation: DocumentOperation): Located | undefined {
  const replies = member(operation.at, 'responses')
  if (!replies) return undefined
  const all = members(replies)
  const successes = all
    .filter(([status]) => /^2(\d\d|XX)$/i.test(status))
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const [, found] = successes[0] ?? all.find(([status]) => status === 'default') ?? []
  return found && follow(document, found, nameOf(operation))
}
