import type { SpendingProfile } from './in-doubt.ts'
import { beginning, type Next, nextOf, ownRules, type State, type World } from './protocol-model.suite.ts'

/** What went wrong in a history, and how it came to that. */
export interface Finding {
  readonly what: 'reuse' | 'sent twice' | 'lost' | 'stuck'
  readonly history: readonly string[]
}

export interface Explored {
  readonly states: number
  readonly findings: readonly Finding[]
  /** From where to where nodes went, such as `claimed > answered`. */
  readonly moves: ReadonlySet<string>
}

interface Reached {
  readonly state: State
  readonly label: string
  readonly before: Reached | undefined
}

/** Every order in which nodes, provider, database and faults may act, and what is wrong in any of them. */
export function explore(world: World): Explored {
  const rules = { ...ownRules, ...world.rules }
  const seen = new Set<string>()
  const findings: Finding[] = []
  const moves = new Set<string>()
  const open: Reached[] = [{ state: beginning(world), label: 'begin', before: undefined }]
  for (let reached = open.pop(); reached; reached = open.pop()) {
    const { state, label } = reached
    const key = JSON.stringify(state)
    if (seen.has(key)) continue
    seen.add(key)
    const steps = nextOf(state, world.kind, rules)
    const what = wrongIn(state, steps, { label, kind: world.kind })
    if (what) findings.push({ what, history: historyOf(reached) })
    else {
      for (const [next, after] of steps) {
        for (const move of movesOf(state, after)) moves.add(move)
        open.push({ state: after, label: next, before: reached })
      }
    }
  }
  return { states: seen.size, findings, moves }
}

function movesOf(before: State, after: State): string[] {
  return before.nodes.flatMap(({ at }, index) => {
    const next = after.nodes[index]?.at
    return next === undefined || next === at ? [] : [`${at} > ${next}`]
  })
}

function historyOf(reached: Reached): string[] {
  const history: string[] = []
  for (let at: Reached | undefined = reached; at; at = at.before) history.unshift(at.label)
  return history
}

/** Whether somebody of us has the token that the provider takes next. */
function isHeld({ provider, database, nodes }: State): boolean {
  const held = nodes.flatMap(({ answer, journal }) => [...(answer ? [answer] : []), ...journal])
  return [database, ...held].some(({ token }) => token === provider.current)
}

function wrongIn(
  state: State,
  steps: readonly Next[],
  { label, kind }: { readonly label: string; readonly kind: SpendingProfile['kind'] },
): Finding['what'] | undefined {
  if (label.endsWith('taken for theft')) {
    // An access token that still works is not to be lost for a try; within a grace a try may come too late.
    const isInTime = kind === 'strict' && !state.accessTokenEnded
    const isForeseen = state.isJournalGivenUp || (state.mayBeLost && !isHeld(state) && !isInTime)
    return isForeseen ? undefined : 'reuse'
  }
  const { generation } = state.database
  const current = state.nodes.filter(({ answer }) => answer?.from === generation)
  if (kind === 'strict' && current.length > 1) return 'sent twice'
  const isLost = !state.provider.revoked && !isHeld(state) && !state.inGrace && kind !== 'lasting'
  if (isLost && !state.mayBeLost) return 'lost'
  return steps.length === 0 && !isAtRest(state) ? 'stuck' : undefined
}

/** Nobody is waited for: what is left is in doubt, or of a process that may ask again. */
function isAtRest({ database: { intent } }: State): boolean {
  return !intent || intent.state === 'no_answer' || intent.isOwnerAlive || intent.isSilent
}
