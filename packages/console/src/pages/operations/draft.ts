import type { JsonValue, OperationReply } from '@sallyport/contract'
import type { Raw } from './fields.ts'
import { anyStatus } from './reply.ts'
import { blankStep, isRaw, stepsIn } from './steps.ts'

/** An operation as somebody edits it: it need not hold yet. */
export type Draft = Raw

/** One request, about which nothing is known yet. */
export function newDraft(): Draft {
  return {
    ...{ key: '', name: '' },
    input: { type: 'object', properties: {} },
    steps: [blankStep('http', [])],
  }
}

/** What a run may take where nothing else is said: left out, as most do not say it. */
const usualSeconds = 60

/** What is to be edited of one that is saved. */
export function draftOf({ id: _, createdAt: _1, updatedAt: _2, ...definition }: OperationReply): Draft {
  const { timeoutSeconds, ...rest } = definition as unknown as Draft
  return timeoutSeconds === usualSeconds ? rest : { ...rest, ...(timeoutSeconds && { timeoutSeconds }) }
}

/** With that member, or without it where there is no value. */
export function withMember(raw: Raw, name: string, value: JsonValue | undefined): Raw {
  const { [name]: _, ...rest } = raw
  // What stays keeps its place.
  if (value === undefined) return rest
  return Object.hasOwn(raw, name) ? { ...raw, [name]: value } : { ...rest, [name]: value }
}

/**
 * As a run takes it that is not saved. Where it is one request whose reply is kept whole, every status is an answer to
 * be looked at, as in any client.
 */
export function runnable(draft: Draft): Draft {
  const { key: _, name: _1, ...rest } = draft
  const [step, ...others] = stepsIn(draft.steps)
  const reply = isRaw(step?.reply) ? step.reply : {}
  const isPlain = step?.kind === 'http' && others.length === 0 && draft.output === undefined
  const isWhole = ['statuses', 'pick', 'map'].every((name) => !(name in reply)) && reply.as !== 'stream'
  if (!step || !isPlain || !isWhole || step.paging !== undefined) return rest
  return { ...rest, steps: [{ ...step, reply: { ...reply, statuses: [...anyStatus] } }] }
}

/** The same as far as one of its steps, and all that is known there: what went in, and what each step put out. */
export function upTo(draft: Draft, index: number): Draft {
  const { key: _, name: _1, outputSchema: _2, ...rest } = draft
  const steps = stepsIn(draft.steps).slice(0, index + 1)
  const names = steps.flatMap(({ name }) => (typeof name === 'string' ? [name] : []))
  const output = {
    input: '{input}',
    steps: Object.fromEntries(names.map((name) => [name, `{steps.${name}}`])),
  }
  return { ...rest, steps: [...steps], output }
}

/** Whether a run answers with a body as it comes. */
export function isStream({ steps }: Draft): boolean {
  const last = stepsIn(steps).at(-1)
  return isRaw(last?.reply) && last.reply.as === 'stream'
}

/** What to send to change a saved one into this: what is gone is taken away (RFC 7396). */
export function patchOf(before: Draft, draft: Draft): Draft {
  const gone = Object.keys(before).filter((name) => !(name in draft))
  const { key: _, ...rest } = draft
  const whole = Object.fromEntries(
    Object.entries(rest).map(([name, value]) => [name, merging(before[name], value)]),
  )
  return { ...whole, ...Object.fromEntries(gone.map((name) => [name, null])) }
}

/** Members of objects are merged, at every depth; lists are replaced. */
function merging(before: JsonValue | undefined, value: JsonValue): JsonValue {
  if (!isRaw(before) || !isRaw(value)) return value
  const gone = Object.keys(before).filter((name) => !(name in value))
  const kept = Object.entries(value).map(([name, each]) => [name, merging(before[name], each)])
  return { ...Object.fromEntries(kept), ...Object.fromEntries(gone.map((name) => [name, null])) }
}
