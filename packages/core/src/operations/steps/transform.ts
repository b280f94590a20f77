import type { TransformStep } from '@sallyport/contract'
import { SallyportError } from '../../error.ts'
import type { StepContext } from './context.ts'

/**
 * Evaluates JSONata over data, as `{input, steps, profile}`; undefined where it yields nothing.
 *
 * @throws SallyportError step_failed, step_limit_reached
 */
export async function transform(
  { expression }: Pick<TransformStep, 'expression'>,
  data: unknown,
  { sandbox, ...terms }: StepContext,
): Promise<unknown> {
  const job = { kind: 'evaluate', settings: { expression } } as const
  const output = await sandbox.run(job, { json: data }, terms)
  return output === '' ? undefined : JSON.parse(output)
}

/** What keeps an expression from being read, in a sentence; undefined when nothing does. */
export async function expressionFault(
  expression: string,
  { sandbox, ...terms }: StepContext,
): Promise<string | undefined> {
  try {
    await sandbox.run({ kind: 'parse', settings: { expression } }, { text: '' }, terms)
    return undefined
  } catch (error) {
    if (error instanceof SallyportError && error.code !== 'internal') return error.message
    throw error
  }
}
