import type { Located } from './located.ts'

/** An operation as a document describes it, whichever specification it follows. */
export interface DocumentOperation {
  /** In capitals. */
  readonly method: string
  readonly path: string
  readonly at: Located
  readonly operationId: string | undefined
  readonly tags: readonly string[]
  readonly deprecated: boolean
}

/** What it takes and gives. */
export interface OperationDetails {
  readonly parameters: readonly DocumentParameter[]
  readonly body: DocumentBody | undefined
  readonly reply: readonly DocumentContent[]
  /** Address of its own, where it does not go to the document's server. */
  readonly server: Located | undefined
}

export interface DocumentParameter {
  readonly at: Located
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly description: string | undefined
  readonly schema: Located
  readonly style: ParameterStyle
  /** What the schema is written as into the parameter, instead of by style. */
  readonly mediaType: string | undefined
}

/** How a list or an object becomes text (OpenAPI 3.1.1 §4.8.12.4). */
export interface ParameterStyle {
  readonly name: string
  readonly explode: boolean
}

export interface DocumentBody {
  readonly at: Located
  readonly required: boolean
  readonly contents: readonly DocumentContent[]
}

export interface DocumentContent {
  readonly mediaType: string
  readonly schema: Located | undefined
  /** By property: how it is written in a form. */
  readonly encoding: Located | undefined
  readonly at: Located
}

/** What operations are called in replies. */
export function nameOf({ operationId, method, path }: DocumentOperation): string {
  return (operationId ?? `${method} ${path}`).slice(0, 300)
}
