import type { JsonValue } from '@sallyport/contract'
import type { Run } from './frame.ts'
import type { StepContext } from './steps/context.ts'
import { transform } from './steps/transform.ts'

/** What steps that compute are given beside their own definition. */
export function contextOf({ ports, principal, end }: Run): StepContext {
  const { organizationId } = principal
  return { sandbox: ports.sandbox, organizationId, signal: end.signal, milliseconds: end.left }
}

/** JSONata over a value; undefined where it yields nothing. @throws SallyportError step_failed, step_limit_reached */
export async function evaluated(run: Run, expression: string, over: unknown): Promise<JsonValue | undefined> {
  return (await transform({ expression }, over, contextOf(run))) as JsonValue | undefined
}
