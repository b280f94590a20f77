import { HeaderName } from '@sallyport/contract'
import { bounds } from './bounds.ts'
import type { DocumentParameter } from './document-operation.ts'
import { isMembers } from './located.ts'
import { objectShape } from './object-shape.ts'
import { given, type RequestDraft } from './request-draft.ts'
import { inlined } from './schema.ts'
import type { JsonSchema } from './schema-keywords.ts'

/** Text between the entries of a list, by style (OpenAPI 3.1.1 §4.8.12.4). */
const separators: Readonly<Record<string, string>> = {
  form: ',',
  simple: ',',
  spaceDelimited: ' ',
  pipeDelimited: '|',
  tabDelimited: '\t',
}

/** Asks for each parameter. @returns the path with its placeholders */
export function placeParameters(
  draft: RequestDraft,
  path: string,
  parameters: readonly DocumentParameter[],
): string {
  const inPath = new Map<string, string>()
  for (const parameter of parameters) {
    const { name, schema: at, description, in: place, required } = parameter
    if (place === 'header' && isOfRequest(name)) continue
    const { document, operation } = draft
    const schema = inlined(at, { document, direction: 'input', operation, mostSchemas: bounds.inputSchemas })
    const described = { ...schema, ...(description && { description: description.slice(0, 1000) }) }
    if (place === 'header' && !HeaderName.safeParse(name).success) {
      draft.skip(parameter.at, 'parameter', `${name.slice(0, 100)} is no name of a header.`)
    } else if (place === 'path') inPath.set(name, inSegment(draft, parameter, described))
    else if (place === 'header') draft.headers[name] = asText(draft, parameter, described, required)
    else placeInQuery(draft, parameter, described)
  }
  return withPlaceholders(draft, path, inPath)
}

/** Names that say nothing as parameters (OpenAPI 3.1.1 §4.8.12): media types and the credential have places of their own. */
function isOfRequest(name: string): boolean {
  return ['accept', 'content-type', 'authorization'].includes(name.toLowerCase())
}

/** `{name}` of the document becomes ours; one that no parameter is of is asked for as text. */
function withPlaceholders(draft: RequestDraft, path: string, inPath: ReadonlyMap<string, string>): string {
  return path.replaceAll(/\{([^{}]{1,200})\}/g, (_, name: string) => {
    const known = inPath.get(name)
    if (known !== undefined) return known
    return given(draft.ask(name, 'path', { type: 'string' }, true))
  })
}

function inSegment(draft: RequestDraft, parameter: DocumentParameter, schema: JsonSchema): string {
  const { name: style } = parameter.style
  const isScalar = !mayBe(schema, 'array') && !mayBe(schema, 'object')
  const before = style === 'label' ? '.' : style === 'matrix' ? `;${parameter.name}=` : ''
  if (before !== '' && !isScalar) {
    draft.skip(parameter.at, 'parameter', `The style ${style} is taken for single values alone.`)
  }
  return before + asText(draft, parameter, schema, true)
}

/** One text: the value itself, the entries of a list joined, or JSON. */
function asText(
  draft: RequestDraft,
  parameter: DocumentParameter,
  schema: JsonSchema,
  isRequired: boolean,
): string {
  const input = draft.ask(parameter.name, parameter.in, schema, isRequired)
  if (parameter.mediaType !== undefined || mayBe(schema, 'object')) {
    if (parameter.mediaType === undefined) {
      draft.skip(
        parameter.at,
        'parameter',
        `An object in the style ${parameter.style.name} is sent as JSON instead.`,
      )
    }
    return draft.prepared.json(input)
  }
  if (!mayBe(schema, 'array')) return given(input)
  return draft.prepared.joined(input, separators[parameter.style.name] ?? ',')
}

function placeInQuery(draft: RequestDraft, parameter: DocumentParameter, schema: JsonSchema): void {
  const { name, required, style, mediaType, at } = parameter
  if (name.length === 0 || name.length > 200) {
    draft.skip(at, 'parameter', 'Names in a query have 1 to 200 characters.')
    return
  }
  if (mediaType !== undefined) draft.query[name] = asText(draft, parameter, schema, required)
  else if (mayBe(schema, 'object')) placeObject(draft, parameter, schema)
  else if (mayBe(schema, 'array') && style.name === 'deepObject') {
    draft.query[name.endsWith('[]') ? name : `${name}[]`] = given(draft.ask(name, 'query', schema, required))
  } else if (mayBe(schema, 'array') && !style.explode)
    draft.query[name] = asText(draft, parameter, schema, required)
  else draft.query[name] = given(draft.ask(name, 'query', schema, required))
}

/** `filter[name]` for each property that is known, or just `name`. */
function placeObject(draft: RequestDraft, parameter: DocumentParameter, schema: JsonSchema): void {
  const { name, required, style, at } = parameter
  const isDeep = style.name === 'deepObject'
  if (!isDeep && !(style.name === 'form' && style.explode)) {
    draft.query[name] = asText(draft, parameter, schema, required)
    return
  }
  const input = draft.ask(name, 'query', schema, required)
  const fields = isDeep ? deepFields(name, schema, []) : deepFields('', schema, [])
  for (const { field, members } of fields.slice(0, bounds.formFields))
    draft.query[field] = given(input, ...members)
  if (mayBeScalar(schema)) draft.query[name] ??= draft.prepared.scalar(input)
  const isOpen = !objectShape(schema) && objectChoices(schema).every((choice) => !objectShape(choice))
  if (isOpen || fields.length === 0 || fields.length > bounds.formFields) {
    draft.skip(at, 'parameter', 'Of this object the members that the document names are sent, and no others.')
  }
}

interface Field {
  readonly field: string
  readonly members: readonly string[]
}

function deepFields(name: string, schema: JsonSchema, members: readonly string[]): Field[] {
  if (members.length >= bounds.formLevels) return []
  return [schema, ...objectChoices(schema)].flatMap((choice) => {
    if (!isMembers(choice.properties)) return []
    return Object.entries(choice.properties as Record<string, JsonSchema>).flatMap(
      ([inner, each]): Field[] => {
        // Other names no placeholder can hold.
        if (!/^[A-Za-z0-9_-]{1,100}$/.test(inner)) return []
        const field = name === '' ? inner : `${name}[${inner}]`
        const path = [...members, inner]
        if (name !== '' && mayBe(each, 'object')) return deepFields(field, each, path)
        return [{ field: name !== '' && mayBe(each, 'array') ? `${field}[]` : field, members: path }]
      },
    )
  })
}

function objectChoices(schema: JsonSchema): JsonSchema[] {
  return ['anyOf', 'oneOf', 'allOf'].flatMap((name) =>
    Array.isArray(schema[name]) ? (schema[name] as JsonSchema[]) : [],
  )
}

/** Whether a value of a schema is of a type: itself, or by one of its choices. */
export function mayBe(schema: JsonSchema, type: 'array' | 'object'): boolean {
  const types = Array.isArray(schema.type) ? (schema.type as string[]) : [schema.type]
  return types.includes(type) || objectChoices(schema).some((choice) => mayBe(choice, type))
}

function mayBeScalar(schema: JsonSchema): boolean {
  return ['anyOf', 'oneOf'].some(
    (name) =>
      Array.isArray(schema[name]) &&
      (schema[name] as JsonSchema[]).some((choice) => !mayBe(choice, 'object') && !mayBe(choice, 'array')),
  )
}
