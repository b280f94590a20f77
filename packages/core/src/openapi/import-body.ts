import { type Fault, faultsOf, OperationImportInput } from '@sallyport/contract'
import { bounds } from './bounds.ts'
import { documentFault } from './document-fault.ts'
import { type DraftedOperation, type ImportSummary, importDocument } from './import-document.ts'
import { parsedBody } from './parsed-body.ts'

/** What an import was asked for, besides the document. */
export type ImportOptions = Omit<OperationImportInput, 'document'>

/** An operation with its definition as it is stored. */
export interface WrittenOperation extends Omit<DraftedOperation, 'operation'> {
  readonly key: string
  readonly name: string
  readonly definition: string
}

/** What the thread says on the way. */
export type ImportMessage =
  | { readonly kind: 'begun'; readonly options: ImportOptions; readonly total: number }
  | { readonly kind: 'operations'; readonly done: number; readonly operations: readonly WrittenOperation[] }
  | { readonly kind: 'done'; readonly summary: ImportSummary }
  | {
      readonly kind: 'refused'
      readonly code: 'malformed_json' | 'input_invalid'
      readonly faults: readonly Fault[]
    }

const perMessage = 20

/** Reads the body of a request, and imports the document that it holds. */
export function* importBody(body: Uint8Array): Generator<ImportMessage> {
  const raw = parsedBody(body)
  if (raw === undefined) return yield { kind: 'refused', code: 'malformed_json', faults: [] }
  const input = OperationImportInput.safeParse(raw)
  if (!input.success) return yield refused(faultsOf(input.error))
  const { document: _, ...options } = input.data
  let operations: WrittenOperation[] = []
  let done = 0
  let bytes = 0
  for (const step of importDocument(input.data)) {
    if (step.kind === 'faults') return yield refused(step.faults)
    if (step.kind === 'total') yield { kind: 'begun', options, total: step.total }
    if (step.kind === 'operation' || step.kind === 'left_out') done += 1
    if (step.kind === 'operation') {
      const { operation, ...rest } = step.drafted
      const definition = JSON.stringify(operation)
      bytes += definition.length
      if (bytes > bounds.importedBytes) return yield refused([tooLarge])
      operations.push({ ...rest, key: operation.key, name: operation.name, definition })
    }
    if (operations.length === perMessage || step.kind === 'summary') {
      yield { kind: 'operations', done, operations }
      operations = []
    }
    if (step.kind === 'summary') yield { kind: 'done', summary: step.summary }
  }
}

const tooLarge = documentFault(
  'too_big',
  'These operations are too large together. Choose some by `tags`, `paths` or `operations`.',
)

function refused(faults: readonly Fault[]): ImportMessage {
  return { kind: 'refused', code: 'input_invalid', faults }
}
