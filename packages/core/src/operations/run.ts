import { faultsOf, foldKey, type OperationInput, RunInput, type RunReply, type z } from '@sallyport/contract'
import { changesBetween } from '../audit/changes.ts'
import { noted } from '../audit/record.ts'
import { checkDepth } from '../definition-depth.ts'
import { invalid, SallyportError, withContext } from '../error.ts'
import type { Principal } from '../principal.ts'
import { Budget } from './budget.ts'
import { checkedUnsaved } from './check.ts'
import type { Frame, Outcome, Run, Stream } from './frame.ts'
import { withDefaults } from './input.ts'
import type { OperationPorts } from './ports.ts'
import { RunEnd } from './run-end.ts'
import { runFrame } from './run-steps.ts'
import { definitionOf, operationByKey } from './stored.ts'
import { Tracer } from './tracer.ts'

/** Who asks for a run, and how. */
export interface Asked {
  readonly principal: Principal
  readonly requestId: string
  /** Whether pages are wanted a line each. */
  readonly wantsLines: boolean
  /** Whether whoever asked still may. @throws SallyportError as the request itself would now */
  readonly stillMay: () => Promise<void>
  /** Aborted when nobody waits for the answer any more. */
  readonly left: AbortSignal
}

/** What comes of a run: a reply, or a body as it comes. */
export type RunResult = { readonly reply: RunReply } | { readonly stream: Stream }

/**
 * Runs an operation.
 *
 * @throws SallyportError not_found, input_invalid, operation_timeout, and what fails its steps
 */
export async function runOperation(
  ports: OperationPorts,
  asked: Asked,
  { key, body }: { readonly key: string; readonly body: unknown },
): Promise<RunResult> {
  const given = parsed(RunInput, body)
  const { organizationId } = asked.principal
  return runWhole(ports, asked, definitionOf(await operationByKey(ports, organizationId, key)), given)
}

/**
 * Runs an operation that is given along and not kept, for whoever could save it and run it then. As a saved one it is
 * written down who had it run; in a dry run nothing is done that anybody would look for.
 *
 * @throws SallyportError definition_invalid, input_invalid, operation_timeout, and what fails its steps
 */
export async function runUnsavedOperation(
  ports: OperationPorts,
  asked: Asked,
  body: unknown,
): Promise<RunResult> {
  const { principal, requestId } = asked
  // What is wrong with the operation itself is found by looking into it, as where it is saved.
  const { operation: raw, ...rest } = Object(body) as Readonly<Record<string, unknown>>
  const given = parsed(RunInput, rest)
  const operation = await checkedUnsaved(ports, principal.organizationId, { raw, at: '/operation' })
  if (!given.dryRun) {
    const target = { kind: 'operation', id: requestId, name: operation.name }
    const changes = changesBetween({}, { ...operation })
    await noted(ports.store, principal, { action: 'operation.run_unsaved', target, changes })
  }
  return runWhole(ports, asked, operation, given)
}

async function runWhole(
  ports: OperationPorts,
  asked: Asked,
  operation: OperationInput,
  { input, account, resume, dryRun, trace }: RunInput,
): Promise<RunResult> {
  const tracer = new Tracer(ports, trace)
  const run = begun(ports, asked, operation, { tracer, resume, isDry: dryRun })
  const frame = outermost(run, operation, { input, account })
  let isStreaming = false
  try {
    const outcome = await runFrame(frame)
    if (outcome.kind === 'stream') {
      isStreaming = true
      outcome.stream.body.once('close', () => run.end.close())
      return { stream: outcome.stream }
    }
    return { reply: { ...shown(outcome), ...(tracer.steps && { trace: tracer.steps }) } }
  } catch (error) {
    const { steps } = tracer
    throw steps && error instanceof SallyportError ? withContext(error, { trace: steps }) : error
  } finally {
    if (!isStreaming) run.end.close()
  }
}

/** The body of a request, checked whole. @throws SallyportError input_invalid */
export function parsed<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  checkDepth(body, 'input_invalid')
  const result = schema.safeParse(body)
  if (!result.success) throw invalid('input_invalid', faultsOf(result.error))
  return result.data
}

/** A run that has done nothing yet. Whoever may run operations calls by their accounts that way. */
export function begun(
  ports: OperationPorts,
  { principal, requestId, wantsLines, left, stillMay }: Asked,
  { timeoutSeconds }: OperationInput,
  rest: Pick<Run, 'tracer' | 'isDry' | 'resume'>,
): Run {
  return {
    ...{ ports, requestId, wantsLines, ...rest },
    principal: { ...principal, scopes: new Set([...principal.scopes, 'proxy:call'] as const) },
    end: new RunEnd(ports.timers, { seconds: timeoutSeconds, left, stillMay }),
    budget: new Budget(ports.replyBytes),
  }
}

export function outermost(
  run: Run,
  operation: OperationInput,
  { input, account }: Pick<RunInput, 'input' | 'account'>,
): Frame {
  return {
    ...{ run, operation, account, steps: {}, within: '' },
    input: withDefaults(operation.input, input),
    chain: [foldKey(operation.key)],
  }
}

function shown(outcome: Exclude<Outcome, { kind: 'stream' }>): RunReply {
  if (outcome.kind === 'dry') return { request: outcome.request }
  const { value = null } = outcome
  return { output: value }
}
