import type { Fault, OperationImportInput, OperationInput, SkippedPart } from '@sallyport/contract'
import { type ApiDocument, type Specification, specificationOf } from './api-document.ts'
import { bounds } from './bounds.ts'
import { documentFault } from './document-fault.ts'
import type { DocumentOperation } from './document-operation.ts'
import { documentOperations, hasTooManyPaths } from './document-operations.ts'
import { integrationDraft } from './integration-draft.ts'
import { type Located, type Members, member, textOf } from './located.ts'
import { OperationKeys } from './names.ts'
import { oneLine } from './one-line.ts'
import { operationDraft } from './operation-draft.ts'
import { readDocument } from './read-document.ts'
import { securitySchemes } from './security.ts'
import { Selection } from './selection.ts'
import { serverCount } from './servers.ts'
import { Skipped } from './skipped.ts'

/** An operation of the document as one of ours, and how the document calls it. */
export interface DraftedOperation {
  readonly operation: OperationInput
  readonly method: string
  readonly path: string
  readonly operationId: string | undefined
  readonly tags: readonly string[]
  readonly deprecated: boolean
}

/** What comes of a document as a whole, once its operations are through. */
export interface ImportSummary {
  readonly title: string
  readonly version: string
  readonly specification: Specification
  /** How many operations it describes. */
  readonly described: number
  readonly integration: Record<string, unknown>
  readonly skipped: readonly SkippedPart[]
  readonly skippedMore: number
}

/** What comes out on the way, one after the other. */
export type ImportStep =
  | { readonly kind: 'total'; readonly total: number }
  | { readonly kind: 'operation'; readonly drafted: DraftedOperation }
  | { readonly kind: 'left_out' }
  | { readonly kind: 'summary'; readonly summary: ImportSummary }
  | { readonly kind: 'faults'; readonly faults: readonly Fault[] }

interface Entry {
  readonly operation: DocumentOperation
  readonly item: Located
  readonly key: string
}

/** Turns a document into operations and a draft of an integration. Pure: it reads nothing, and the same gives the same. */
export function* importDocument(input: OperationImportInput): Generator<ImportStep> {
  const read = readDocument(input.document)
  if ('fault' in read) return yield { kind: 'faults', faults: [read.fault] }
  const specification = specificationOf(read.ok)
  if (typeof specification !== 'string') return yield { kind: 'faults', faults: [specification] }
  const document = newDocument(read.ok as Members, specification)
  if (hasTooManyPaths(document)) return yield { kind: 'faults', faults: [tooMany('paths', bounds.paths)] }
  const entries = keyed(document, input.prefix)
  if (entries.length > bounds.operations)
    return yield { kind: 'faults', faults: [tooMany('operations', bounds.operations)] }
  const selection = new Selection(input)
  const chosen = entries.filter((entry) => selection.takes(entry.operation, entry.key))
  const faults = [...choiceFaults(document, input), ...selection.faults(), ...countFaults(entries, chosen)]
  if (faults.length > 0) return yield { kind: 'faults', faults }
  yield* drafted(document, input, chosen, entries.length)
}

function newDocument(root: Members, specification: Specification): ApiDocument {
  const inlined = { input: new WeakMap(), output: new WeakMap() }
  return { root, specification, skipped: new Skipped(), levels: { input: 6, output: 6 }, inlined }
}

function* drafted(
  document: ApiDocument,
  { adapter, integration, server, security }: OperationImportInput,
  chosen: readonly Entry[],
  described: number,
): Generator<ImportStep> {
  yield { kind: 'total', total: chosen.length }
  const otherAddresses = new Set<string>()
  for (const { operation, item, key } of chosen) {
    const made = operationDraft({ document, operation, item, key, adapter, integration })
    const { method, path, operationId, tags, deprecated } = operation
    for (const step of made?.steps ?? [])
      if (step.kind === 'http' && step.url !== undefined) otherAddresses.add(originOf(step.url))
    yield made
      ? { kind: 'operation', drafted: { operation: made, method, path, operationId, tags, deprecated } }
      : { kind: 'left_out' }
  }
  const operations = chosen.map(({ operation }) => operation)
  const draft = integrationDraft({ document, operations, server, security, otherAddresses })
  const { skipped, specification } = document
  const info = member({ value: document.root, path: '' }, 'info')
  const summary = {
    title: oneLine(textOf(info, 'title') ?? ''),
    version: oneLine(textOf(info, 'version') ?? ''),
    ...{ specification, described, integration: draft, skipped: skipped.parts, skippedMore: skipped.more },
  }
  yield { kind: 'summary', summary }
}

/** Keys come from all operations, so that which of them are chosen makes no difference. */
function keyed(document: ApiDocument, prefix: string | undefined): Entry[] {
  const keys = new OperationKeys(prefix)
  const entries: Entry[] = []
  for (const { operation, item } of documentOperations(document)) {
    const { operationId, method, path } = operation
    entries.push({ operation, item, key: keys.of(operationId, method, path) })
    if (entries.length > bounds.operations) break
  }
  return entries
}

function choiceFaults(document: ApiDocument, { server, security }: OperationImportInput): Fault[] {
  const faults: Fault[] = []
  const count = serverCount(document)
  if (server >= count) {
    faults.push({
      path: '/server',
      code: 'unknown',
      message: `The document has ${count} servers; they are counted from 0.`,
    })
  }
  if (security !== undefined && !securitySchemes(document).has(security)) {
    const names = [...securitySchemes(document).keys()].slice(0, 20).join(', ').slice(0, 500)
    faults.push({
      path: '/security',
      code: 'unknown',
      message: `The document has no such security scheme. It has: ${names || 'none'}.`,
    })
  }
  return faults
}

function countFaults(entries: readonly Entry[], chosen: readonly Entry[]): Fault[] {
  if (entries.length === 0) {
    return [
      {
        path: '/document',
        code: 'document',
        message: 'The document describes no operation: `paths` is empty or absent.',
      },
    ]
  }
  if (chosen.length <= bounds.imported) return []
  const message = `These are ${chosen.length} operations, and one import makes at most ${bounds.imported}. Choose some by \`tags\`, \`paths\` or \`operations\`.`
  return [{ path: '/document', code: 'too_big', message }]
}

function tooMany(what: string, most: number): Fault {
  return documentFault('too_big', `The document has more than ${most} ${what}. Import it in parts.`)
}

function originOf(url: string): string {
  const end = url.indexOf('/', url.indexOf('//') + 2)
  return end < 0 ? url : url.slice(0, end)
}
