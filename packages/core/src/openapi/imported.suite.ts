import { OperationImportInput, type OperationInput } from '@sallyport/contract'
import { type ImportSummary, importDocument } from './import-document.ts'

/** What an import of a document makes. @throws Error with its faults */
export function imported(document: string | object, options: object = {}) {
  const operations: OperationInput[] = []
  let summary: ImportSummary | undefined
  let leftOut = 0
  for (const step of importDocument(OperationImportInput.parse({ document, ...options }))) {
    if (step.kind === 'operation') operations.push(step.drafted.operation)
    if (step.kind === 'left_out') leftOut += 1
    if (step.kind === 'summary') summary = step.summary
    if (step.kind === 'faults')
      throw new Error(step.faults.map(({ path, message }) => `${path} ${message}`).join('\n'))
  }
  if (!summary) throw new Error('No summary came.')
  return { operations, leftOut, ...summary }
}

/** A document of one operation, `GET /things` unless its parts say otherwise. */
export function documentOf(
  operation: object,
  { method = 'get', path = '/things', ...rest }: Record<string, unknown> = {},
) {
  return {
    openapi: '3.0.3',
    info: { title: 'Things', version: '1' },
    servers: [{ url: 'https://api.example.com' }],
    paths: { [String(path)]: { [String(method)]: { operationId: 'act', responses: {}, ...operation } } },
    ...rest,
  }
}

/** The one operation of such a document, the request that it sends, and what was left out of it. */
export function importedOne(operation: object, rest: Record<string, unknown> = {}) {
  const { operations, skipped } = imported(documentOf(operation, rest))
  const [one] = operations
  const request = one?.steps.find((step) => step.kind === 'http')
  const prepare = one?.steps.find((step) => step.kind === 'transform')
  if (!one || !request) throw new Error('Nothing was imported.')
  return { operation: one, request, expression: prepare?.expression, input: one.input, skipped }
}
