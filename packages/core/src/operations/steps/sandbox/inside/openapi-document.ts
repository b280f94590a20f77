import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Fault } from '@sallyport/contract'
import type { ValidateFunction } from 'ajv'
import { escaped, faultsOfErrors } from './schema-faults.ts'
import { compilerFor, compileSchema, isObject } from './schemas.ts'

/** The first words of `openapi` or `swagger`, and the schema of documents that say so. */
const versions = ['2.0', '3.0', '3.1', '3.2'] as const
const compiled = new Map<string, ValidateFunction>()

/** What is wrong with an OpenAPI or Swagger document: its form, its schemas, and references that lead nowhere. */
export function openApiFaults(document: unknown): readonly Fault[] {
  const said = isObject(document) ? (document.openapi ?? document.swagger) : undefined
  const version = versions.find((each) => typeof said === 'string' && said.startsWith(each))
  if (!isObject(document) || !version) {
    const message =
      'This is no OpenAPI document: `openapi` has to be 3.0.…, 3.1.… or 3.2.…, or `swagger` 2.0.'
    return [{ path: '', code: 'version', message }]
  }
  const validate = validatorOf(version)
  const form = validate(document) ? [] : faultsOfErrors(validate.errors ?? [])
  return [...form.filter(isNoAlternative), ...schemaFaults(document, version), ...referenceFaults(document)]
}

function validatorOf(version: string): ValidateFunction {
  const known = compiled.get(version)
  if (known) return known
  const library = createRequire(import.meta.url).resolve('@seriousme/openapi-schema-validator')
  const text = readFileSync(join(dirname(library), 'schemas', `v${version}`, 'schema.json'), 'utf8')
  const validate = compileSchema(JSON.parse(text))
  compiled.set(version, validate)
  return validate
}

/** Wherever something may stand, a reference may, and nobody has to be told so. */
function isNoAlternative({ path, code }: Fault): boolean {
  return !(code === 'required' && path.endsWith('/$ref'))
}

/** Since 3.1 schemas are JSON Schemas, of which the form of documents says nothing. */
function schemaFaults(document: Readonly<Record<string, unknown>>, version: string): readonly Fault[] {
  const { components } = document
  const schemas = isObject(components) ? components.schemas : undefined
  if (version < '3.1' || !isObject(schemas)) return []
  const compiler = compilerFor(undefined)
  return Object.entries(schemas).flatMap(([name, schema]) => {
    if (!isObject(schema) || compiler.validateSchema(schema) === true) return []
    const root = `/components/schemas/${escaped(name)}`
    return faultsOfErrors(compiler.errors ?? []).map((fault) => ({ ...fault, path: root + fault.path }))
  })
}

/** Within these, `$ref` is data. */
const examples = /^(?:example|examples|default|enum|const|x-.*)$/

function referenceFaults(document: Readonly<Record<string, unknown>>): readonly Fault[] {
  const faults: Fault[] = []
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return
    if ('$ref' in value && typeof value.$ref === 'string' && !leadsSomewhere(value.$ref, document))
      faults.push({ path: `${path}/$ref`, code: 'reference', message: nowhere(value.$ref) })
    for (const [name, member] of Object.entries(value))
      if (!examples.test(name)) visit(member, `${path}/${escaped(name)}`)
  }
  visit(document, '')
  return faults
}

function leadsSomewhere(reference: string, document: unknown): boolean {
  if (!/^#(?:\/|$)/.test(reference)) return false
  let place = document
  for (const part of reference.split('/').slice(1)) {
    const name = decoded(part).replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, name)) return false
    place = (place as Readonly<Record<string, unknown>>)[name]
  }
  return true
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function nowhere(reference: string): string {
  const short = reference.slice(0, 200)
  return reference.startsWith('#')
    ? `${short} leads nowhere in this document. Correct it.`
    : `${short} leads out of this document, and nothing is fetched. Copy it in.`
}
