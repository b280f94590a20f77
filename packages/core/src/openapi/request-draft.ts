import type { SkippedPart } from '@sallyport/contract'
import type { ApiDocument } from './api-document.ts'
import type { Located } from './located.ts'
import { InputNames } from './names.ts'
import { PreparedValues } from './prepared.ts'
import type { JsonSchema } from './schema-keywords.ts'

/** What comes of an operation, while its parts are gone through. */
export class RequestDraft {
  readonly names = new InputNames()
  readonly prepared = new PreparedValues()
  readonly properties: Record<string, JsonSchema> = {}
  readonly required: string[] = []
  readonly query: Record<string, unknown> = {}
  readonly headers: Record<string, string> = {}
  readonly document: ApiDocument
  readonly operation: string

  constructor(document: ApiDocument, operation: string) {
    this.document = document
    this.operation = operation
  }

  /** Asks for a value. @returns the name that it is given by */
  ask(name: string, place: string, schema: JsonSchema, isRequired: boolean): string {
    const input = this.names.of(name, place)
    this.properties[input] = input === name ? schema : { ...schema, title: schema.title ?? name }
    if (isRequired) this.required.push(input)
    return input
  }

  skip({ path }: Located, part: SkippedPart['part'], reason: string): void {
    this.document.skipped.add({ operation: this.operation, path, part, reason })
  }

  get input(): JsonSchema {
    const { properties, required } = this
    return { type: 'object', properties, ...(required.length > 0 && { required }) }
  }
}

/** A placeholder for what is given by a name, or for a member of it. */
export function given(input: string, ...members: readonly string[]): string {
  return `{${['input', input, ...members].join('.')}}`
}
