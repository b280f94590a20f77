import type { Fault, Step } from '@sallyport/contract'
import type { Fields } from './fields.ts'
import type { Sandbox } from './steps/sandbox/sandbox.ts'
import { expressionFault } from './steps/transform.ts'

interface PlacedExpression {
  readonly path: string
  readonly expression: unknown
}

/** Expressions that cannot be read. */
export async function expressionFaults(
  { sandbox }: { readonly sandbox: Sandbox },
  organizationId: string,
  { steps, raw }: Fields,
): Promise<Fault[]> {
  const all = [
    ...steps.flatMap(({ path, step }) => expressionsIn(step, path)),
    { path: '/inputFrom/map', expression: (Object(raw.inputFrom) as Record<string, unknown>).map },
  ]
  const faults: Fault[] = []
  for (const { path, expression } of all) {
    if (typeof expression !== 'string' || expression === '') continue
    const why = await expressionFault(expression, { sandbox, organizationId })
    if (why !== undefined) faults.push({ path, code: 'expression_unreadable', message: why })
  }
  return faults
}

function expressionsIn(step: Step, path: string): PlacedExpression[] {
  const own = [{ path: `${path}/when`, expression: step.when }]
  if (step.kind === 'transform') own.push({ path: `${path}/expression`, expression: step.expression })
  if (step.kind !== 'http') return own
  const paging = step.paging
  return [
    ...own,
    { path: `${path}/reply/map`, expression: step.reply?.map },
    { path: `${path}/paging/stopWhen`, expression: paging?.stopWhen },
    { path: `${path}/paging/next`, expression: paging?.kind === 'next_request' ? paging.next : undefined },
  ]
}
