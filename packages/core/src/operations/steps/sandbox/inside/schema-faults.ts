import type { Fault } from '@sallyport/contract'
import type { ErrorObject } from 'ajv'

/** Each error of a validation as a fault: where, and in a sentence what. */
export function faultsOfErrors(errors: readonly ErrorObject[]): readonly Fault[] {
  const places = errors
    .filter((error) => !wrappers.has(error.keyword))
    .map(({ instancePath }) => instancePath)
  const told = errors.filter(
    (error) => !wrappers.has(error.keyword) || !places.some((place) => place.startsWith(error.instancePath)),
  )
  const faults = new Map(told.map(faultOf).map((fault) => [`${fault.path}\n${fault.message}`, fault]))
  return [...faults.values()]
}

/** They say that something within fails, which says so itself. */
const wrappers: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'if', '$ref', 'propertyNames'])

function faultOf(error: ErrorObject): Fault {
  const place = places[error.keyword]?.(error.params)
  const path = place === undefined ? error.instancePath : `${error.instancePath}/${escaped(place)}`
  const say = sentences[error.keyword]
  return {
    path,
    code: error.keyword,
    message: say ? say(error.params) : `${capital(error.message ?? 'is not valid')}.`,
  }
}

type Params = Readonly<Record<string, unknown>>

/** Faults of a member are the member's, not its object's. */
const places: Readonly<Record<string, (params: Params) => string>> = {
  required: ({ missingProperty }) => String(missingProperty),
  dependentRequired: ({ missingProperty }) => String(missingProperty),
  dependencies: ({ missingProperty }) => String(missingProperty),
  additionalProperties: ({ additionalProperty }) => String(additionalProperty),
  unevaluatedProperties: ({ unevaluatedProperty }) => String(unevaluatedProperty),
}

const unknown = () => 'There is no such field here. Remove it, or check its spelling.'

const sentences: Readonly<Record<string, (params: Params) => string>> = {
  required: () => 'This field is required. Give it.',
  dependentRequired: ({ property }) => `This field is required beside ${String(property)}. Give it.`,
  dependencies: ({ property }) => `This field is required beside ${String(property)}. Give it.`,
  additionalProperties: unknown,
  unevaluatedProperties: unknown,
  type: ({ type }) => `Give a value of type ${[type].flat().join(' or ')} here.`,
  enum: ({ allowedValues }) =>
    `Give one of: ${shortened((allowedValues as readonly unknown[]).map((value) => JSON.stringify(value)).join(', '))}.`,
  const: ({ allowedValue }) => `Give ${shortened(JSON.stringify(allowedValue))}.`,
  minimum: ({ limit }) => `Give at least ${String(limit)}.`,
  maximum: ({ limit }) => `Give at most ${String(limit)}.`,
  exclusiveMinimum: ({ limit }) => `Give more than ${String(limit)}.`,
  exclusiveMaximum: ({ limit }) => `Give less than ${String(limit)}.`,
  multipleOf: ({ multipleOf }) => `Give a multiple of ${String(multipleOf)}.`,
  minLength: ({ limit }) => `Give at least ${String(limit)} characters.`,
  maxLength: ({ limit }) => `Give at most ${String(limit)} characters.`,
  minItems: ({ limit }) => `Give at least ${String(limit)} items.`,
  maxItems: ({ limit }) => `Give at most ${String(limit)} items.`,
  minProperties: ({ limit }) => `Give at least ${String(limit)} fields.`,
  maxProperties: ({ limit }) => `Give at most ${String(limit)} fields.`,
  uniqueItems: ({ i, j }) => `Items ${String(j)} and ${String(i)} are the same. Give each once.`,
  pattern: ({ pattern }) => `Give a text that matches ${shortened(String(pattern))}.`,
  format: ({ format }) => `Give a text of the format ${String(format)}.`,
  oneOf: ({ passingSchemas }) =>
    passingSchemas
      ? 'This fits several of the alternatives, and only one may fit.'
      : 'This fits none of the alternatives.',
  anyOf: () => 'This fits none of the alternatives.',
  not: () => 'This is what the schema excludes.',
  'false schema': () => 'Nothing may be here. Remove it.',
}

function shortened(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** RFC 6901 §3. */
export function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
