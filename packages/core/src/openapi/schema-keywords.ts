import { isMembers, type Members } from './located.ts'

/** A JSON Schema (2020-12) that stands by itself. */
export type JsonSchema = Record<string, unknown>

const types = ['null', 'boolean', 'object', 'array', 'number', 'integer', 'string']
const isNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value)
const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0
const isFlag = (value: unknown) => typeof value === 'boolean'
const isText = (most: number) => (value: unknown) => typeof value === 'string' && value.length <= most

/** Keywords that hold no schema, each taken where its value is one that it may have. */
const plain: Readonly<Record<string, (value: unknown) => boolean>> = {
  multipleOf: (value) => isNumber(value) && Number(value) > 0,
  minimum: isNumber,
  maximum: isNumber,
  exclusiveMinimum: isNumber,
  exclusiveMaximum: isNumber,
  ...Object.fromEntries(
    [
      'minLength',
      'maxLength',
      'minItems',
      'maxItems',
      'minProperties',
      'maxProperties',
      'minContains',
      'maxContains',
    ].map((name) => [name, isCount]),
  ),
  uniqueItems: isFlag,
  deprecated: isFlag,
  pattern: isPattern,
  format: isText(50),
  title: isText(200),
  contentEncoding: isText(50),
  contentMediaType: isText(200),
  default: isSmall,
  const: isSmall,
}

// Most schemas are referred to again and again.
const known = new WeakMap<Members, Map<number, JsonSchema>>()

/** What a schema says besides the schemas within it, in the words of JSON Schema 2020-12. */
export function plainKeywords(schema: Members, description: number): Readonly<JsonSchema> {
  const found = known.get(schema) ?? new Map<number, JsonSchema>()
  const kept = found.get(description) ?? plainKeywordsOf(schema, description)
  known.set(schema, found.set(description, kept))
  return kept
}

function plainKeywordsOf(schema: Members, description: number): JsonSchema {
  const own = (name: string) => (Object.hasOwn(schema, name) ? schema[name] : undefined)
  const kept: JsonSchema = {}
  const type = typesOf(own('type'), own('nullable') === true)
  if (type !== undefined) kept.type = type
  const text = own('description')
  if (typeof text === 'string' && text !== '') kept.description = text.slice(0, description)
  for (const [name, isValid] of Object.entries(plain)) {
    const value = own(name)
    if (value !== undefined && isValid(value)) kept[name] = value
  }
  // OpenAPI 3.0 and Swagger 2.0: beside a bound there is a flag that leaves it out.
  for (const [flag, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (own(flag) !== true || kept[bound] === undefined) continue
    kept[flag] = kept[bound]
    delete kept[bound]
  }
  const choices = choicesOf(own('enum'), own('nullable') === true)
  if (choices) kept.enum = choices
  return kept
}

function typesOf(written: unknown, isNullable: boolean): string | string[] | undefined {
  const list = (Array.isArray(written) ? written : [written]) as readonly unknown[]
  const known = list.flatMap((type) => {
    const name = type === 'file' ? 'string' : type
    return typeof name === 'string' && types.includes(name) ? [name] : []
  })
  const all = [...new Set([...known, ...(isNullable && known.length > 0 ? ['null'] : [])])]
  return all.length > 1 ? all : all[0]
}

function choicesOf(written: unknown, isNullable: boolean): unknown[] | undefined {
  if (!Array.isArray(written) || written.length === 0 || !isSmall(written)) return undefined
  const values = [...(written as readonly unknown[]), ...(isNullable ? [null] : [])]
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()]
}

/** Of a pattern that is none nothing can be checked. */
export function isPattern(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > 500) return false
  try {
    new RegExp(value, 'u')
    return true
  } catch {
    return false
  }
}

const mostValues = 2000
const longestText = 10_000

/** Values that a schema holds, and not a document of their own. Aliases may make much of a little. */
function isSmall(value: unknown): boolean {
  let level: unknown[] = [value]
  for (let count = 0, depth = 0; level.length > 0; depth += 1) {
    count += level.length
    if (depth > 8 || count > mostValues || !level.every(isValue)) return false
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []))
  }
  return true
}

function isValue(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= longestText
  if (typeof value === 'number') return Number.isFinite(value)
  if (Array.isArray(value)) return value.length <= mostValues
  if (isMembers(value)) return !Object.hasOwn(value, '__proto__')
  return value === null || typeof value === 'boolean'
}

/** Keywords that hold one schema, several, or several by name. */
export const schemaKeywords = {
  one: [
    ...['additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames'],
    ...['unevaluatedItems', 'unevaluatedProperties'],
  ],
  list: ['allOf', 'anyOf', 'oneOf', 'prefixItems'],
  named: ['patternProperties', 'dependentSchemas'],
} as const
