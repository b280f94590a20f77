import type { JsonValue } from '@sallyport/contract'
import type { Raw } from './fields.ts'
import { type StepKind, stepKinds } from './step-kinds.ts'

/** The steps in a list, as somebody edits them; what is none is left out. */
export function stepsIn(value: JsonValue | undefined): readonly Raw[] {
  return Array.isArray(value) ? value.filter(isRaw) : []
}

export function isRaw(value: JsonValue | undefined): value is Record<string, JsonValue> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Every name that a step has, those within others too. */
export function namesOf(steps: readonly Raw[]): readonly string[] {
  return steps.flatMap(({ name, steps: tried, catch: caught }) => [
    ...(typeof name === 'string' ? [name] : []),
    ...namesOf(stepsIn(tried)),
    ...namesOf(stepsIn(caught)),
  ])
}

/** A new step of this kind, by a name that none has yet. */
export function blankStep(kind: StepKind, taken: readonly string[]): Raw {
  const base = kind === 'http' ? 'request' : kind
  let name: string = base
  for (let count = 2; taken.includes(name); count += 1) name = `${base}${count}`
  return { name, kind, ...stepKinds[kind].blank }
}

/** The same list with one item at another place. */
export function moved<Item>(items: readonly Item[], from: number, to: number): readonly Item[] {
  const rest = items.toSpliced(from, 1)
  const item = items[from]
  return item === undefined ? items : rest.toSpliced(to, 0, item)
}
