import { setImmediate as nextTurn } from 'node:timers/promises'
import { foldKey, type Step, type TryStep } from '@sallyport/contract'
import { SallyportError, withContext } from '../error.ts'
import { lengthOf } from './bounded.ts'
import { computingSteps } from './computing-steps.ts'
import { evaluated } from './evaluate.ts'
import { type Frame, type Outcome, scopeOf } from './frame.ts'
import { httpStep } from './http-step.ts'
import { requireInput, withDefaults } from './input.ts'
import { renderJson, renderMembers, renderValue } from './render.ts'
import type { Scope } from './scope.ts'
import { sftpStep } from './sftp-step.ts'
import { definitionOf } from './stored.ts'
import type { StepTracer } from './tracer.ts'

type More = Pick<Scope, 'error'>
type Kind = Step['kind']
type Perform<K extends Kind> = (
  frame: Frame,
  step: Extract<Step, { kind: K }>,
  more: More,
  tracer: StepTracer,
) => Promise<Outcome>

const deepest = 10

/**
 * Runs one operation: what it puts out, or what ended it before.
 *
 * @throws SallyportError operations_nested, input_invalid, and what fails its steps
 */
export async function runFrame(frame: Frame): Promise<Outcome> {
  const { chain, operation } = frame
  if (chain.length > deepest || new Set(chain).size < chain.length)
    throw new SallyportError('operations_nested')
  await requireInput(frame)
  const outcome = await runSteps(frame, operation.steps)
  if (outcome.kind !== 'value' || operation.output === undefined) return outcome
  return { kind: 'value', value: renderJson(operation.output, scopeOf(frame)) }
}

/** Takes steps in order; what comes of the last is what comes of them. @throws SallyportError with the step that failed */
export async function runSteps(frame: Frame, steps: readonly Step[], more: More = {}): Promise<Outcome> {
  let last: Outcome = { kind: 'value', value: null }
  for (const step of steps) {
    frame.run.end.check()
    const outcome = await runStep(frame, step, more)
    if (!outcome) continue
    if (outcome.kind !== 'value') return outcome
    frame.steps[step.name] = outcome.value
    last = outcome
  }
  return last
}

/** Undefined where it is left out. */
async function runStep(frame: Frame, step: Step, more: More): Promise<Outcome | undefined> {
  const name = frame.within + step.name
  const tracer = frame.run.tracer.begin(name, step.kind)
  try {
    if (step.when !== undefined && !(await isWanted(frame, step.when, more))) {
      tracer.end('skipped')
      return undefined
    }
    const perform = kinds[step.kind] as Perform<Kind>
    const outcome = await perform(frame, step as never, more, tracer)
    tracer.end('done')
    return outcome
  } catch (error) {
    tracer.end('failed', error instanceof SallyportError ? error.code : 'internal')
    if (!(error instanceof SallyportError) || error.step !== undefined) throw error
    throw withContext(error, { step: name })
  }
}

async function isWanted(frame: Frame, when: string, more: More): Promise<boolean> {
  return (await evaluated(frame.run, when, scopeOf(frame, more))) === true
}

const kinds: { readonly [K in Kind]: Perform<K> } = {
  ...computingSteps,
  http: httpStep,
  sftp: sftpStep,
  try: tryStep,

  async wait(frame, { seconds }, more) {
    const { run } = frame
    const value = typeof seconds === 'number' ? seconds : renderValue(seconds, scopeOf(frame, more))
    const amount = Number(value)
    if (value === '' || value === null || !(amount >= 0 && amount <= 900)) {
      throw new SallyportError('step_failed', { message: '`seconds` must be a number from 0 to 900.' })
    }
    if (!run.isDry) await run.ports.timers.wait(amount * 1000, run.end.signal)
    run.end.check()
    return { kind: 'value', value: null }
  },

  async run(frame, { name, operation: key, input }, more) {
    const { run, chain, account } = frame
    // Operations that run many others, which do so too, would let nothing else have its turn until their time is up.
    await nextTurn()
    const record = await run.ports.store.operations.getByKey(run.principal.organizationId, key)
    if (!record)
      throw new SallyportError('step_failed', { message: `There is no operation ${key} any more.` })
    const operation = definitionOf(record)
    const given = renderMembers(input, scopeOf(frame, more))
    const inner: Frame = {
      ...{ run, operation, account, steps: {}, input: withDefaults(operation.input, given) },
      ...{ chain: [...chain, foldKey(key)], within: `${frame.within}${name}/` },
    }
    const outcome = await runFrame(inner)
    const isMade = outcome.kind === 'return' || operation.output !== undefined
    if (isMade && outcome.kind !== 'stream' && outcome.kind !== 'dry')
      run.budget.take(lengthOf(outcome.value))
    return outcome.kind === 'return' ? { kind: 'value', value: outcome.value } : outcome
  },

  async return(frame, { value }, more) {
    return { kind: 'return', value: renderJson(value, scopeOf(frame, more)) }
  },
}

/** What ends the whole run is for nobody to catch. */
async function tryStep(frame: Frame, { steps, catch: others }: TryStep, more: More): Promise<Outcome> {
  try {
    return await runSteps(frame, steps, more)
  } catch (error) {
    if (!(error instanceof SallyportError) || error.code === 'internal' || frame.run.end.reason) throw error
    return runSteps(frame, others, { error: seenError(error) })
  }
}

function seenError(error: SallyportError): NonNullable<Scope['error']> {
  return {
    code: error.code,
    status: error.upstream?.status ?? error.status,
    message: error.message,
    step: error.step ?? null,
    body: error.upstream?.body ?? null,
  }
}
