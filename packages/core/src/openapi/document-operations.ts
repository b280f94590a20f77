import type { ApiDocument } from './api-document.ts'
import { follow } from './api-document.ts'
import { bounds } from './bounds.ts'
import { type DocumentOperation, nameOf } from './document-operation.ts'
import { entriesOf, isTrue, type Located, member, members, textOf } from './located.ts'

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query']

/** Each operation in the order of the document, with the item of `paths` that holds it. */
export function* documentOperations(
  document: ApiDocument,
): Generator<{ readonly operation: DocumentOperation; readonly item: Located }> {
  const root = { value: document.root, path: '' }
  skipWebhooks(document)
  const paths = member(root, 'paths')
  for (const [path, written] of paths ? members(paths) : []) {
    if (path.startsWith('x-')) continue
    const item = follow(document, written)
    if (!item) continue
    for (const [name, at] of members(item)) {
      if (!methods.includes(name)) continue
      // TRACE has servers send back what they received, the credential among it (RFC 9110 §9.3.8).
      if (name === 'trace') {
        document.skipped.add({
          operation: `TRACE ${path}`,
          path: at.path,
          part: 'operation',
          reason: 'TRACE is never sent.',
        })
      } else {
        const operation = described(name, path, at)
        skipCallbacks(document, operation)
        yield { operation, item }
      }
    }
  }
}

/** What an API calls, and does not serve. */
function skipWebhooks({ root, skipped }: ApiDocument): void {
  const webhooks = member({ value: root, path: '' }, 'webhooks')
  for (const [name, { path }] of webhooks ? members(webhooks) : []) {
    const reason = 'A webhook is called by the API: there is nothing to run.'
    skipped.add({ operation: name.slice(0, 300), path, part: 'operation', reason })
  }
}

function skipCallbacks({ skipped }: ApiDocument, operation: DocumentOperation): void {
  const callbacks = member(operation.at, 'callbacks')
  for (const [, { path }] of callbacks ? members(callbacks) : []) {
    const reason = 'A callback is called by the API: there is nothing to run.'
    skipped.add({ operation: nameOf(operation), path, part: 'operation', reason })
  }
}

function described(method: string, path: string, at: Located): DocumentOperation {
  return {
    method: method.toUpperCase(),
    path,
    at,
    operationId: textOf(at, 'operationId') || undefined,
    tags: entriesOf(member(at, 'tags'))
      .flatMap(({ value }) => (typeof value === 'string' ? [value] : []))
      .slice(0, 50),
    deprecated: isTrue(at, 'deprecated'),
  }
}

/** How many paths there are, before anything is made of them. */
export function hasTooManyPaths({ root }: ApiDocument): boolean {
  const paths = member({ value: root, path: '' }, 'paths')?.value
  return typeof paths === 'object' && paths !== null && Object.keys(paths).length > bounds.paths
}
