import type { ApiDocument } from './api-document.ts'
import {
  type DocumentBody,
  type DocumentContent,
  type DocumentOperation,
  type DocumentParameter,
  nameOf,
  type OperationDetails,
  type ParameterStyle,
} from './document-operation.ts'
import { entriesOf, isMembers, isTrue, type Located, member, textOf } from './located.ts'
import { parameterEntries, skipCookie } from './parameter-entries.ts'
import { replyOf } from './reply-entry.ts'

/** What an operation of Swagger 2.0 takes and gives. Where it says something else than OpenAPI 3 is here alone. */
export function swaggerDetails(
  document: ApiDocument,
  operation: DocumentOperation,
  item: Located,
): OperationDetails {
  const name = nameOf(operation)
  const entries = parameterEntries(document, operation, item)
  const isOfBody = (at: Located) => ['body', 'formData'].includes(textOf(at, 'in') ?? '')
  const reply = replyOf(document, operation)
  const schema = reply && member(reply, 'schema')
  const produces = mediaTypes(document, operation, 'produces')
  return {
    parameters: entries.filter((at) => !isOfBody(at)).flatMap((at) => parameterOf(document, name, at)),
    body: bodyOf(entries.filter(isOfBody), mediaTypes(document, operation, 'consumes'), operation),
    reply: schema ? produces.map((mediaType) => content(mediaType, schema)) : [],
    server: undefined,
  }
}

function parameterOf(document: ApiDocument, operation: string, at: Located): DocumentParameter[] {
  const name = textOf(at, 'name')
  const place = textOf(at, 'in')
  if (name === undefined || (place !== 'path' && place !== 'query' && place !== 'header')) {
    return skipCookie(document, operation, at)
  }
  return [
    {
      at,
      name,
      in: place,
      required: place === 'path' || isTrue(at, 'required'),
      description: textOf(at, 'description'),
      schema: at,
      style: styleOf(textOf(at, 'collectionFormat') ?? 'csv', place),
      mediaType: undefined,
    },
  ]
}

function styleOf(format: string, place: string): ParameterStyle {
  if (format === 'multi') return { name: 'form', explode: true }
  const names: Readonly<Record<string, string>> = {
    ssv: 'spaceDelimited',
    pipes: 'pipeDelimited',
    tsv: 'tabDelimited',
  }
  return { name: names[format] ?? (place === 'query' ? 'form' : 'simple'), explode: false }
}

function bodyOf(
  entries: readonly Located[],
  types: readonly string[],
  operation: DocumentOperation,
): DocumentBody | undefined {
  const whole = entries.find((at) => textOf(at, 'in') === 'body')
  if (whole) {
    const schema = member(whole, 'schema') ?? { value: {}, path: whole.path }
    const contents = types.map((mediaType) => content(mediaType, schema))
    return { at: whole, required: isTrue(whole, 'required'), contents }
  }
  if (entries.length === 0) return undefined
  const hasFile = entries.some((at) => textOf(at, 'type') === 'file')
  const isForm = (type: string) => /^(multipart\/form-data|application\/x-www-form-urlencoded)/.test(type)
  const multipart = 'multipart/form-data'
  const mediaType = hasFile ? multipart : (types.find(isForm) ?? 'application/x-www-form-urlencoded')
  const required = entries.filter((at) => isTrue(at, 'required'))
  const contents = [content(mediaType, formSchema(entries, required, operation))]
  return { at: operation.at, required: required.length > 0, contents }
}

/** Fields of a form as the properties of one object. */
function formSchema(
  entries: readonly Located[],
  required: readonly Located[],
  { at }: DocumentOperation,
): Located {
  const nameIn = (entry: Located) => textOf(entry, 'name') ?? ''
  const properties = Object.fromEntries(
    entries
      .filter((entry) => nameIn(entry) !== '__proto__')
      .map((entry) => [nameIn(entry), fieldSchema(entry.value)]),
  )
  return { value: { type: 'object', properties, required: required.map(nameIn) }, path: at.path }
}

function fieldSchema(value: unknown): unknown {
  if (!isMembers(value)) return {}
  const { name: _, in: __, required: ___, ...schema } = value
  return schema.type === 'file' ? { ...schema, type: 'string', format: 'binary' } : schema
}

/** The operation's own, else the document's, else JSON. */
function mediaTypes(
  { root }: ApiDocument,
  { at }: DocumentOperation,
  name: 'consumes' | 'produces',
): string[] {
  const written = member(at, name) ?? member({ value: root, path: '' }, name)
  const types = entriesOf(written).flatMap(({ value }) =>
    typeof value === 'string' ? [value.toLowerCase()] : [],
  )
  return types.length > 0 ? types : ['application/json']
}

function content(mediaType: string, schema: Located): DocumentContent {
  return { mediaType, schema, encoding: undefined, at: schema }
}
