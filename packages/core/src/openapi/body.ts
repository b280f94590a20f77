import type { OperationBody } from '@sallyport/contract'
import { bounds } from './bounds.ts'
import type { DocumentBody, DocumentContent } from './document-operation.ts'
import { member, textOf } from './located.ts'
import { objectShape } from './object-shape.ts'
import { mayBe } from './parameters.ts'
import { given, type RequestDraft } from './request-draft.ts'
import { inlined } from './schema.ts'
import type { JsonSchema } from './schema-keywords.ts'

type Kind = 'json' | 'form' | 'multipart' | 'xml' | 'text' | 'binary'

const isJson = (type: string) => /^(application\/json|[^;]*\+json|\*\/\*|application\/\*)/.test(type)
/** In the order in which they are chosen where a body may be written in several. */
const kinds: readonly (readonly [Kind, (type: string) => boolean])[] = [
  ['json', isJson],
  ['form', (type) => type.startsWith('application/x-www-form-urlencoded')],
  ['multipart', (type) => type.startsWith('multipart/form-data')],
  ['xml', (type) => /^[^;]*[/+]xml/.test(type)],
  ['text', (type) => /^(text\/|application\/(yaml|x-yaml|graphql|x-ndjson|jsonl))/.test(type)],
  ['binary', () => true],
]

/** Asks for what the body holds. @returns the body as a template, or undefined where there is none */
export function bodyTemplate(draft: RequestDraft, body: DocumentBody): OperationBody | undefined {
  const chosen = chosenContent(body.contents)
  if (!chosen) {
    draft.skip(body.at, 'body', 'This body has no content that is described.')
    return undefined
  }
  const { kind, content } = chosen
  const { document, operation } = draft
  const at = content.schema ?? { value: {}, path: content.at.path }
  const schema = inlined(at, { document, direction: 'input', operation, mostSchemas: bounds.inputSchemas })
  const { required } = body
  const parts = { draft, schema, content, isRequired: required }
  if (kind === 'json') return json(parts)
  if (kind === 'form') return form(parts)
  if (kind === 'multipart') return multipart(parts)
  const whole = (type: JsonSchema) => given(draft.ask('body', 'body', type, required))
  if (kind === 'xml') return { xml: whole(schema) }
  const { mediaType: contentType } = content
  if (kind === 'text') return { raw: whole({ type: 'string' }), contentType, encoding: 'text' }
  const bytes = { type: 'string', contentEncoding: 'base64', description: 'The bytes in base64' }
  return {
    raw: whole(bytes),
    contentType: contentType.includes('*') ? octets : contentType,
    encoding: 'base64',
  }
}

const octets = 'application/octet-stream'

interface BodyParts {
  readonly draft: RequestDraft
  readonly schema: JsonSchema
  readonly content: DocumentContent
  readonly isRequired: boolean
}

function chosenContent(
  contents: readonly DocumentContent[],
): { readonly kind: Kind; readonly content: DocumentContent } | undefined {
  for (const [kind, fits] of kinds) {
    const found = contents.filter(({ mediaType }) => fits(mediaType))
    const content = found.find(({ mediaType }) => mediaType.startsWith('application/json')) ?? found[0]
    if (content) return { kind, content }
  }
  return undefined
}

/** Each property is asked for by itself; a body that may be something else is asked for whole. */
function json({ draft, schema, content, isRequired }: BodyParts): OperationBody {
  const { mediaType } = content
  if (!/^(application\/json|\*\/\*|application\/\*)/.test(mediaType))
    draft.headers['Content-Type'] = mediaType
  const shape = objectShape(schema)
  // Nothing at all is no JSON.
  if (!shape) return { json: given(draft.ask('body', 'body', schema, true)) }
  const fields = Object.entries(shape.properties).map(([name, each]) => {
    const input = draft.ask(name, 'body', each, isRequired && shape.required.includes(name))
    return [name, given(input)] as const
  })
  return { json: Object.fromEntries(fields) }
}

/** Objects in forms have no one way to be written: in brackets is how most APIs take them. */
function form({ draft, schema, content, isRequired }: BodyParts): OperationBody | undefined {
  const shape = objectShape(schema) ?? openShape(schema)
  if (!shape) {
    draft.skip(content.at, 'body', 'This form names no fields: it is left out.')
    return undefined
  }
  if (!objectShape(schema)) {
    draft.skip(content.at, 'body', 'Of this form the fields that the document names are sent, and no others.')
  }
  const fields: Record<string, string> = {}
  let brackets = false
  for (const [name, each] of Object.entries(shape.properties)) {
    const encoding = content.encoding && member(content.encoding, name)
    const isDeep = textOf(encoding, 'style') === 'deepObject'
    if (name.length === 0 || name.length > 200) {
      draft.skip(content.at, 'body', 'Names of fields have 1 to 200 characters.')
      continue
    }
    if (isDeep || mayBe(each, 'object')) brackets = true
    fields[name] = given(draft.ask(name, 'body', each, isRequired && shape.required.includes(name)))
  }
  return { form: fields, brackets }
}

/** The properties that are named, of an object that may hold others. */
function openShape(schema: JsonSchema): ReturnType<typeof objectShape> {
  const { additionalProperties: _, anyOf: __, oneOf: ___, ...named } = schema
  return objectShape(named)
}

function multipart({ draft, schema, content, isRequired }: BodyParts): OperationBody | undefined {
  const shape = objectShape(schema) ?? openShape(schema)
  const fields = Object.entries(shape?.properties ?? {})
  if (!shape || fields.length > 100) {
    draft.skip(content.at, 'body', 'Of this body the parts are not named, or over a hundred: it is left out.')
    return undefined
  }
  const parts = fields.map(([name, each]) => {
    const file = fileSchema(each)
    if (each.type === 'array') {
      const reason = file ? `One file is sent as ${name}.` : `The list ${name} is sent as JSON.`
      draft.skip(content.at, 'body', reason)
    }
    const encoding = content.encoding && member(content.encoding, name)
    const contentType = textOf(encoding, 'contentType')?.split(',', 1)[0]?.trim() || defaultType(each, file)
    const input = draft.ask(name, 'body', file ?? each, isRequired && shape.required.includes(name))
    return {
      name: name.slice(0, 200),
      value: given(input),
      encoding: file ? ('base64' as const) : ('text' as const),
      ...(file && { filename: fileName(draft, name) }),
      ...(contentType && !contentType.includes('*') && { contentType }),
    }
  })
  return { multipart: parts }
}

/** What files are asked for as, where a schema is one of them or of a list of them. */
function fileSchema(schema: JsonSchema): JsonSchema | undefined {
  const { format, ...one } = (schema.type === 'array' ? (schema.items ?? {}) : schema) as JsonSchema
  return format === 'binary' ? { ...one, contentEncoding: 'base64' } : undefined
}

/** OpenAPI 3.1.1 §4.8.15: what is no text goes as JSON. */
function defaultType(schema: JsonSchema, file: JsonSchema | undefined): string | undefined {
  return !file && (mayBe(schema, 'object') || mayBe(schema, 'array')) ? 'application/json' : undefined
}

/** Servers know a file by its name; it is asked for, and has one all the same. */
function fileName(draft: RequestDraft, field: string): string {
  const description = `Name of the file in ${field}`
  return given(draft.ask(`${field}_filename`, 'body', { type: 'string', description, default: field }, false))
}
