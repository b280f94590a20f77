import type { Fault, Step } from '@sallyport/contract'
import { pointer } from '@sallyport/contract'
import { placeholders } from '../template/parse.ts'
import type { Fields, PlacedStep } from './fields.ts'
import { operationTemplate } from './render.ts'
import { scopeWords } from './scope.ts'

/** Members of steps that are no templates, whatever braces they hold. */
const plain = new Set([
  ...['kind', 'name', 'description', 'when', 'adapter', 'steps', 'catch', 'paging', 'reply', 'expression'],
  ...['schema', 'action', 'encoding', 'operation', 'algorithm', 'key', 'keyEncoding', 'document', 'onFault'],
  ...['attributePrefix', 'textName', 'arrays', 'method', 'brackets'],
])

/** Placeholders of what nobody knows by the time that they are filled. */
export function placeholderFaults(fields: Fields): Fault[] {
  const known = knownInput(fields.raw.input)
  const all = new Set(fields.names.map(({ name }) => name))
  return [
    ...fields.steps.flatMap((placed) =>
      textsIn(templatesOf(placed.step), placed.path).flatMap((text) =>
        faultsIn(text, {
          sees: placed.sees,
          hasError: placed.isInCatch,
          hasAccount: calls(placed),
          known,
          all,
        }),
      ),
    ),
    ...textsIn(fields.raw.output, '/output').flatMap((text) =>
      faultsIn(text, { sees: all, hasError: false, hasAccount: false, known, all }),
    ),
    ...textsIn(requestOf(fields.raw.inputFrom), '/inputFrom').flatMap((text) =>
      faultsIn(text, { sees: new Set(), hasError: false, hasAccount: true, known: undefined, all }),
    ),
  ]
}

/** Kinds of steps that are taken as an account. */
const calling: ReadonlySet<string> = new Set(['http', 'sftp', 'jwt'])

interface Known {
  readonly sees: ReadonlySet<string>
  readonly hasError: boolean
  readonly hasAccount: boolean
  /** Members of the input; undefined where it may have any. */
  readonly known: ReadonlySet<string> | undefined
  /** Names of all steps. */
  readonly all: ReadonlySet<string>
}

interface PlacedText {
  readonly path: string
  readonly text: string
}

function calls({ step }: PlacedStep): boolean {
  return calling.has(step.kind)
}

function templatesOf(step: Step): Record<string, unknown> {
  return Object.fromEntries(Object.entries(step).filter(([name]) => !plain.has(name)))
}

function requestOf(request: unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(Object(request) as Record<string, unknown>).filter(
      ([name]) => name !== 'map' && name !== 'method',
    ),
  )
}

function textsIn(value: unknown, path: string): PlacedText[] {
  if (typeof value === 'string') return [{ path, text: value }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => textsIn(inner, path + pointer([name])))
}

function faultsIn({ path, text }: PlacedText, known: Known): Fault[] {
  return placeholders(operationTemplate(text)).flatMap((name) => {
    const why = whyUnknown(name, known)
    return why === undefined ? [] : [{ path, code: 'unknown_placeholder', message: `{${name}}: ${why}` }]
  })
}

function whyUnknown(name: string, { sees, hasError, hasAccount, known, all }: Known): string | undefined {
  const [word = '', member] = name.split('.')
  if (!scopeWords.has(word)) {
    return `placeholders begin with input, steps, profile or account. Write {{${name}}} for the text {${name}}.`
  }
  if (word === 'error' && !hasError) return 'there is an error within `catch` alone.'
  if (word === 'account' && !hasAccount) return 'only steps that call have an account.'
  if (word === 'steps' && member !== undefined && !sees.has(member)) {
    return all.has(member) ? 'this step does not come before.' : 'there is no step of this name.'
  }
  if (word === 'input' && member !== undefined && known && !known.has(member)) {
    return 'the schema of the input has no such member.'
  }
  return undefined
}

/** Members that the input can have, where its schema lists them all. */
function knownInput(schema: unknown): ReadonlySet<string> | undefined {
  const { properties, additionalProperties, ...rest } = Object(schema) as Record<string, unknown>
  const mayBeMore = ['patternProperties', '$ref', 'allOf', 'anyOf', 'oneOf', '$dynamicRef'].some(
    (name) => name in rest,
  )
  if (additionalProperties !== false || mayBeMore) return undefined
  return new Set(Object.keys(Object(properties) as Record<string, unknown>))
}
