import type { JsonValue } from '@sallyport/contract'
import type { Run } from './frame.ts'
import { transform } from './steps/transform.ts'

/** JSONata over a value; undefined where it yields nothing. @throws SallyportError step_failed, step_limit_reached */
export async function evaluated(
  { ports, principal, end }: Run,
  expression: string,
  over: unknown,
): Promise<JsonValue | undefined> {
  const { organizationId } = principal
  const context = { sandbox: ports.sandbox, organizationId, signal: end.signal, milliseconds: end.left }
  return (await transform({ expression }, over, context)) as JsonValue | undefined
}
