import { Step } from '@sallyport/contract'

/** A step as far as it is well-formed, and where it stands. */
export interface PlacedStep {
  readonly path: string
  readonly step: Step
  /** Names of the steps whose outputs it may see. */
  readonly sees: ReadonlySet<string>
  /** Within `catch`, where `{error…}` is. */
  readonly isInCatch: boolean
  /** Directly in the operation, and the last. */
  readonly isLast: boolean
}

/** The parts of an operation that checks look at, of one that the schema may have rejected. */
export interface Fields {
  readonly raw: Readonly<Record<string, unknown>>
  /** In the order in which they are taken, inner ones after those around them. */
  readonly steps: readonly PlacedStep[]
  /** Every name that a step was given, and where. */
  readonly names: readonly { readonly path: string; readonly name: string }[]
}

export function fieldsOf(raw: unknown): Fields {
  const fields = isObject(raw) ? raw : {}
  const walk: Walk = { steps: [], names: [], seen: new Set() }
  walkSteps(walk, fields.steps, '/steps', { isInCatch: false, isOutermost: true })
  return { raw: fields, steps: walk.steps, names: walk.names }
}

interface Walk {
  readonly steps: PlacedStep[]
  readonly names: { readonly path: string; readonly name: string }[]
  readonly seen: Set<string>
}

interface Place {
  readonly isInCatch: boolean
  readonly isOutermost: boolean
}

function walkSteps(walk: Walk, list: unknown, at: string, { isInCatch, isOutermost }: Place): void {
  if (!Array.isArray(list)) return
  for (const [index, each] of list.entries()) {
    const path = `${at}/${index}`
    const name: unknown = isObject(each) ? each.name : undefined
    const step = wellFormed(each)
    const isLast = isOutermost && index === list.length - 1
    if (step) {
      walk.steps.push({ path, step, sees: new Set(walk.seen), isInCatch, isLast })
    }
    if (isObject(each) && each.kind === 'try') {
      walkSteps(walk, each.steps, `${path}/steps`, { isInCatch, isOutermost: false })
      walkSteps(walk, each.catch, `${path}/catch`, { isInCatch: true, isOutermost: false })
    }
    if (typeof name !== 'string') continue
    walk.names.push({ path: `${path}/name`, name })
    walk.seen.add(name)
  }
}

/** A step without those of its members that are malformed; undefined where nothing is left that is a step. */
function wellFormed(raw: unknown): Step | undefined {
  const parsed = Step.safeParse(raw)
  if (parsed.success || !isObject(raw)) return parsed.data
  const wrong = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : [String(issue.path[0])],
  )
  return Step.safeParse(Object.fromEntries(Object.entries(raw).filter(([name]) => !wrong.includes(name))))
    .data
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
