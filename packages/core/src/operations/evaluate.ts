import type { JsonValue } from '@sallyport/contract'
import type { Run } from './frame.ts'
import type { StepContext } from './steps/context.ts'
import { transform } from './steps/transform.ts'

/** What steps that compute are given beside their own definition. */
export function contextOf({ ports, principal, end }: Run): StepContext {
  const { organizationId } = principal
  return { sandbox: ports.sandbox, organizationId, signal: end.signal, milliseconds: end.left }
}

/** The same for a step whose output the run keeps. @throws SallyportError reply_too_large, from what runs in it */
export function keptContextOf(run: Run): StepContext {
  return { ...contextOf(run), kept: (bytes) => run.budget.take(bytes) }
}

/** JSONata over a value; undefined where it yields nothing. @throws SallyportError step_failed, step_limit_reached */
export async function evaluated(
  run: Run,
  expression: string,
  over: unknown,
  context = contextOf(run),
): Promise<JsonValue | undefined> {
  return (await transform({ expression }, over, context)) as JsonValue | undefined
}
