import type { Clock, Random, Timers } from '../../ports.ts'
import type { Answer, CallInput } from '../call.ts'
import type { CallTarget } from '../call-target.ts'
import type { Caller } from '../caller.ts'
import type { Limits } from './limits.ts'
import { backOff, isRepeatable, mayPass } from './retries.ts'
import { pauseAsked } from './signals.ts'

export interface TrafficPorts {
  readonly limits: Limits
  readonly timers: Timers
  readonly clock: Clock
  readonly random: Random
}

type Input = Omit<CallInput, 'principal' | 'account'>

/** What one turn brought: a reply, with the pause that it asks for, or none. */
type Outcome = { readonly answer: Answer; readonly pause: number | undefined } | { readonly failure: unknown }

/** Longest reply that is kept while the same is sent again, and how long it may take to arrive. */
const keptBytes = 65_536
const keptMilliseconds = 2_000
/** As long as calls wait where the definition does not say. */
const longestRetryWaitMilliseconds = 10_000

/** Whether a call has to go through `inTurn`: something limits it, or it is to be sent again where it fails. */
export function takesTurns(ports: TrafficPorts, target: CallTarget, input: Input): boolean {
  return target.traffic !== undefined || input.retries !== undefined || ports.limits.isPaused(target)
}

/**
 * Sends a call when the limits let it in, and again where it failed transiently, may safely be repeated, and is to be.
 *
 * @throws SallyportError limit_reached, or what sending throws
 */
export async function inTurn(
  ports: TrafficPorts,
  target: CallTarget,
  input: Input,
  send: (input: Input) => Promise<Answer>,
): Promise<Answer> {
  const deadline = ports.timers.monotonic() + (input.timeout ?? Number.POSITIVE_INFINITY)
  const turn = () => oneTurn(ports, target, { ...input, timeout: left(ports, input, deadline) }, send)
  const most = input.retries ?? target.traffic?.retry?.times ?? 0
  let outcome = await turn()
  for (let times = 0; times < most && (await mayRepeat(target, input, outcome)); times += 1) {
    const wait = Math.max(backOff(times, ports.random), ('pause' in outcome && outcome.pause) || 0)
    const patience = target.traffic?.entry?.queue.milliseconds ?? longestRetryWaitMilliseconds
    if (wait > patience || ports.timers.monotonic() + wait >= deadline) break
    await waitWhileThere(ports.timers, input.caller, wait)
    if (input.caller.isGone || (input.body && !input.body.replayable)) break
    // What is not let in again leaves the caller with what came of it before.
    const next = await turn().catch(() => undefined)
    if (!next) break
    outcome = next
  }
  if ('failure' in outcome) throw outcome.failure
  return outcome.answer
}

/** Has the next callers wait where a reply asks for it; milliseconds, undefined where it does not. */
export async function heed(
  ports: TrafficPorts,
  target: CallTarget,
  { reply, verdict }: Answer,
): Promise<number | undefined> {
  const rule = target.traffic?.rateLimit
  const pause = await pauseAsked(reply, { verdict, rule, now: ports.clock.now() })
  const whose = rule?.pauses ?? 'account'
  if (pause && whose !== 'nothing') ports.limits.pause(target, whose, pause)
  return pause
}

async function oneTurn(
  ports: TrafficPorts,
  target: CallTarget,
  input: Input,
  send: (input: Input) => Promise<Answer>,
): Promise<Outcome> {
  const since = ports.timers.monotonic()
  const from = performance.now()
  const entered = ports.limits.enter(target, input.caller, input.timeout ?? Number.POSITIVE_INFINITY)
  const leave = await entered.finally(() => input.record?.waited('queued', from))
  try {
    const waited = ports.timers.monotonic() - since
    const timeout = input.timeout === undefined ? undefined : Math.max(1, Math.ceil(input.timeout - waited))
    const answer = await send({ ...input, timeout })
    const pause = await heed(ports, target, answer)
    answer.reply.whenEnded(leave)
    return { answer, pause }
  } catch (failure) {
    leave()
    return { failure }
  }
}

function left({ timers }: TrafficPorts, { timeout }: Input, deadline: number): number | undefined {
  return timeout === undefined ? undefined : Math.max(1, deadline - timers.monotonic())
}

/** Whether this is transient and can safely be sent again; a reply is then whole, and its connection free. */
async function mayRepeat(target: CallTarget, input: Input, outcome: Outcome): Promise<boolean> {
  if (input.caller.isGone || (input.body && !input.body.replayable)) return false
  if ('failure' in outcome) return mayPass(outcome.failure, input)
  const { reply } = outcome.answer
  const statuses = target.traffic?.retry?.statuses ?? [502, 503, 504]
  const saysTooMuch = reply.status === 429 || outcome.answer.verdict === 'rate_limited'
  if (!isRepeatable(input) || (!saysTooMuch && !statuses.includes(reply.status))) return false
  return (await reply.peek(keptBytes, keptMilliseconds)) !== undefined
}

async function waitWhileThere(timers: Timers, caller: Caller, milliseconds: number): Promise<void> {
  const left = new AbortController()
  const leave = () => left.abort()
  caller.onLeave(leave)
  if (!caller.isGone) await timers.wait(milliseconds, left.signal)
  caller.forget(leave)
}
