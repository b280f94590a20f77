import { Ajv, type AnySchema, type ErrorObject, type Options, type ValidateFunction } from 'ajv'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import Ajv04 from 'ajv-draft-04'
import formats from 'ajv-formats'
import { Refused } from './refused.ts'
import { faultsOfErrors } from './schema-faults.ts'

/** Patterns are Unicode's where they can be; many that are in use cannot. */
function regExp(pattern: string, flags: string): RegExp {
  try {
    return new RegExp(pattern, flags)
  } catch {
    return new RegExp(pattern)
  }
}
regExp.code = 'new RegExp'

// Nothing is added to what is known between two schemas, and nothing is loaded.
const options: Options = {
  ...{
    allErrors: true,
    ownProperties: true,
    strict: false,
    logger: false,
    addUsedSchema: false,
    code: { regExp },
  },
}

type Compiler = Pick<Ajv, 'compile' | 'validateSchema' | 'errors'>

const dialects: readonly { readonly sign: RegExp; readonly make: () => Ajv }[] = [
  { sign: /\/draft-04\//, make: () => new Ajv04.default(options) as unknown as Ajv },
  { sign: /\/draft-0[67]\//, make: () => new Ajv(options) },
  { sign: /\/2019-09\//, make: () => new Ajv2019(options) },
  { sign: /^/, make: () => new Ajv2020(options) },
]

const made = new Map<RegExp, Ajv>()

/** By what the schema says of itself; 2020-12 unless it says otherwise. */
export function compilerFor(schema: unknown): Compiler {
  const said = isObject(schema) && typeof schema.$schema === 'string' ? schema.$schema : ''
  const dialect = dialects.find(({ sign }) => sign.test(said))
  if (!dialect) throw new Refused('The schema is of no dialect that is known.')
  const known = made.get(dialect.sign)
  if (known) return known
  const compiler = dialect.make()
  formats.default(compiler)
  made.set(dialect.sign, compiler)
  return compiler
}

const longestCache = 500_000
const compiled = new Map<string, ValidateFunction>()
let cached = 0

/**
 * A schema, given as JSON text, ready to be held against data.
 *
 * @throws Refused when it is none
 */
export function compiledSchema(text: string): ValidateFunction {
  const known = compiled.get(text)
  if (known) return known
  const validate = compileSchema(JSON.parse(text))
  if (cached + text.length > longestCache) {
    compiled.clear()
    cached = 0
  }
  compiled.set(text, validate)
  cached += text.length
  return validate
}

export function compileSchema(schema: unknown): ValidateFunction {
  if (typeof schema !== 'boolean' && !isObject(schema))
    throw new Refused('A JSON Schema is an object, or true or false.')
  const compiler = compilerFor(schema)
  const errors = schemaErrors(compiler, schema)
  if (errors.length > 0) {
    const faults = faultsOfErrors(errors).map(({ path, message }) => `${path || 'The whole'}: ${message}`)
    throw new Refused(`The schema is no valid JSON Schema. ${faults.slice(0, 5).join(' ')}`)
  }
  try {
    const validate = compiler.compile(withoutDialect(schema))
    if ('$async' in validate) throw new Refused('The schema asks for $async, which is not available.')
    return validate
  } catch (error) {
    if (error instanceof Refused || error instanceof RangeError) throw error
    throw new Refused(whyNot(error))
  }
}

function schemaErrors(compiler: Compiler, schema: AnySchema): readonly ErrorObject[] {
  // It is the dialect's, whatever else the schema calls it.
  return compiler.validateSchema(withoutDialect(schema)) === true ? [] : (compiler.errors ?? [])
}

function withoutDialect(schema: AnySchema): AnySchema {
  if (typeof schema === 'boolean') return schema
  const { $schema: _dialect, ...rest } = schema
  return rest
}

function whyNot(error: unknown): string {
  if (error instanceof Error && 'missingRef' in error)
    return `The schema refers to ${String(error.missingRef).slice(0, 200)}, which is not within it. None is fetched: copy it in, as into $defs.`
  return `The schema cannot be used: ${error instanceof Error ? error.message.slice(0, 300) : 'it failed.'}`
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
