import type { Fault, ValidateStep } from '@sallyport/contract'
import { SallyportError } from '../../error.ts'
import type { StepContext } from './context.ts'
import { limitedJson } from './sandbox/limited-json.ts'

/** A validate step whose templates have been rendered. */
export interface RenderedValidate extends Pick<ValidateStep, 'document' | 'onFault'> {
  readonly from: unknown
  readonly schema?: unknown
}

/** What a step puts out that does not fail for faults. */
export interface Validation {
  readonly valid: boolean
  readonly faults: readonly Fault[]
}

/**
 * Holds data against a JSON Schema, or an OpenAPI document against what such a document has to be.
 *
 * @throws SallyportError validation_failed with every fault, step_failed when the schema is none, step_limit_reached
 */
export async function validate(step: RenderedValidate, context: StepContext): Promise<Validation> {
  const { from, schema, document, onFault } = step
  if ((schema === undefined) === (document === undefined)) {
    const message = 'A validate step has either a `schema` or a `document`.'
    throw new SallyportError('step_failed', { message })
  }
  const faults = await faultsAgainst(schema, from, context)
  if (faults.length > 0 && onFault === 'fail') throw new SallyportError('validation_failed', { faults })
  return { valid: faults.length === 0, faults }
}

const longestSchema = 1_000_000

/** The faults of data by a JSON Schema; without one, as an OpenAPI document. */
export async function faultsAgainst(
  schema: unknown,
  data: unknown,
  { sandbox, ...terms }: StepContext,
): Promise<readonly Fault[]> {
  const text = schema === undefined ? undefined : limitedJson(schema, longestSchema)
  if (schema !== undefined && text === undefined) {
    const message = `The schema is longer than ${longestSchema} characters. Give a smaller one.`
    throw new SallyportError('step_limit_reached', { message })
  }
  const job = { kind: 'validate', settings: { schema: text } } as const
  const output = await sandbox.run(job, { json: data }, terms)
  return JSON.parse(output)
}

/** What keeps a JSON Schema from being used, in a sentence; undefined when nothing does. */
export async function schemaFault(schema: unknown, context: StepContext): Promise<string | undefined> {
  try {
    await faultsAgainst(schema, null, context)
    return undefined
  } catch (error) {
    if (error instanceof SallyportError && error.code !== 'internal') return error.message
    throw error
  }
}
