import type {
  OperationImportInput,
  OperationImportLine,
  OperationImportReply,
  Problem,
} from '@sallyport/contract'
import { Failure } from '../../api/failure.ts'
import { linesOf } from '../../api/lines.ts'
import { answered } from '../../api/request.ts'

export interface Progress {
  readonly done: number
  readonly total: number
}

export type Import = { readonly document: string } & Partial<Omit<OperationImportInput, 'document'>>

/** Makes the operations of a document, or only shows them; says on the way how far it is. @throws Failure */
export async function importOperations(
  body: Import,
  onProgress: (progress: Progress) => void,
): Promise<OperationImportReply> {
  const reply = await answered('POST', '/v1/operations/import', { body, accept: 'application/x-ndjson' })
  for await (const line of linesOf<OperationImportLine>(reply)) {
    if ('result' in line) return line.result
    // What fails after the first line is said on the last one.
    if ('problem' in line) throw new Failure(line.problem as Problem)
    onProgress(line)
  }
  throw new Failure(undefined)
}
