import { mayResend, type SpendingProfile } from './in-doubt.ts'
import { onDeath, onFailure, onSuperseded, onTaken, silenceMilliseconds } from './protocol.ts'

/** The code's own decisions, which a test may replace to see that the model notices. */
export const ownRules = { onTaken, onFailure, onDeath, onSuperseded, mayResend }
export type Rules = typeof ownRules

/** How many faults a history may hold, and how many renewals it begins. */
export interface Budget {
  readonly crashes: number
  readonly losses: number
  readonly databaseFailures: number
  readonly renewals: number
}

export interface World {
  readonly nodes: number
  readonly kind: SpendingProfile['kind']
  readonly budget: Budget
  readonly rules?: Partial<Rules>
}

/** An answer on its way into the database: the refresh token that came, and the generation that was sent. */
interface Answer {
  readonly from: number
  readonly token: number
}

interface Node {
  isRunning: boolean
  at: 'idle' | 'claimed' | 'failed' | 'answered' | 'uncommitted' | 'journaled' | 'committed'
  from: number
  attempt: number
  failure: 'refused' | 'unspent' | 'lost'
  answer: Answer | undefined
  journal: Answer[]
}

/** How everything stands. */
export interface State {
  /** Refresh tokens are numbers: the provider takes `current`, and has for theft whatever comes before it. */
  provider: { current: number; revoked: boolean }
  database: { generation: number; token: number; intent: Intent | undefined }
  accessTokenEnded: boolean
  inGrace: boolean
  nodes: Node[]
  left: Budget
  /** An answer never came, or died with the process that had just read it (G4): one token may be lost. */
  mayBeLost: boolean
  /** A process that did not come back was given up, with what its journal holds. */
  isJournalGivenUp: boolean
}

interface Intent {
  /** Index of the node that made it. */
  node: number
  /** False once the process that made it has died. */
  isOwnerAlive: boolean
  attempt: number
  state: 'sending' | 'no_answer'
  isSilent: boolean
}

/** What may happen next, with what it is called. */
export type Next = readonly [label: string, state: State]

/** Before anything has happened. */
export function beginning({ nodes, budget }: World): State {
  return {
    provider: { current: 0, revoked: false },
    database: { generation: 1, token: 0, intent: undefined },
    accessTokenEnded: false,
    inGrace: false,
    nodes: Array.from({ length: nodes }, () => ({ isRunning: true, journal: [], ...idle })),
    left: budget,
    mayBeLost: false,
    isJournalGivenUp: false,
  }
}

const idle = { at: 'idle', from: 0, attempt: 0, failure: 'unspent', answer: undefined } as const

/** Everything that may happen next. */
export function nextOf(state: State, kind: SpendingProfile['kind'], rules: Rules): Next[] {
  const steps: Next[] = []
  const may = (label: string, change: (next: State) => void) => {
    const next = JSON.parse(JSON.stringify(state)) as State
    change(next)
    steps.push([label, next])
  }
  time(state, may)
  for (const [index, { isRunning }] of state.nodes.entries()) {
    const act: Act = (label, change) =>
      may(`${index}: ${label}`, (next) => {
        const node = next.nodes[index]
        if (node) change(next, node)
      })
    if (isRunning) run({ state, index, act, kind, rules })
    else startAgain({ state, index, act, kind, rules })
  }
  return steps
}

type Act = (label: string, change: (next: State, node: Node) => void) => void

interface Turn {
  readonly state: State
  readonly index: number
  readonly act: Act
  readonly kind: SpendingProfile['kind']
  readonly rules: Rules
}

/** What time brings of its own accord. */
function time(
  { accessTokenEnded, inGrace, database: { intent }, nodes }: State,
  may: (label: string, change: (next: State) => void) => void,
): void {
  if (!accessTokenEnded) {
    may('access token ends', (next) => {
      next.accessTokenEnded = true
    })
  }
  if (inGrace) {
    may('grace ends', (next) => {
      next.inGrace = false
    })
  }
  // Whoever lives brings its journal home long before anybody concludes anything from silence.
  const isComing = nodes.some(({ isRunning, journal }) => isRunning && journal.length > 0)
  if (intent?.state !== 'sending' || intent.isOwnerAlive || intent.isSilent || isComing) return
  may('silence is taken for its end', (next) => {
    if (next.database.intent) next.database.intent.isSilent = true
    next.isJournalGivenUp ||= nodes.some(({ journal }) => journal.length > 0)
  })
}

function run({ state, index, act, kind, rules }: Turn): void {
  const { left, nodes, provider } = state
  const node = nodes[index]
  if (!node) return
  const attempt = claimed(state, index, kind, rules)
  if (node.at === 'idle' && node.journal.length > 0) act('drain', (next, it) => drain(next, it, rules))
  else if (node.at === 'idle' && left.renewals > 0 && attempt !== undefined && !provider.revoked) {
    act('claim', (next, it) => claim(next, it, { index, attempt }))
  }
  if (node.at === 'claimed') {
    act('too late to be sent', (_, it) => fail(it, 'unspent'))
    for (const [label, change] of exchanges(state, node, kind)) act(label, change)
  }
  if (node.at === 'failed') {
    act('attempt ends', (next, it) => endAttempt(next, it, { index, kind, rules }))
    if (left.databaseFailures > 0) act('attempt ends, database fails', unrecorded)
  }
  if (node.at === 'answered' || node.at === 'journaled') {
    act('commit', (next, it) => commit(next, it, rules))
    if (left.databaseFailures > 0) act('commit fails', commitFails)
  }
  if (node.at === 'uncommitted') act('journal', (_, it) => journal(it))
  if (node.at === 'committed') act('ends', (_, it) => finish(it))
  if (node.at !== 'idle' && left.crashes > 0) act(`crash at ${node.at}`, (next, it) => crash(next, it, index))
}

function startAgain({ state, index, act, kind, rules }: Turn): void {
  const start = (databaseFails: boolean) => (next: State, node: Node) => {
    node.isRunning = true
    if (databaseFails) databaseFailed(next)
    else drain(next, node, rules)
    const { intent } = next.database
    if (intent?.state !== 'sending' || intent.node !== index || intent.isOwnerAlive) return
    const verdict = rules.onDeath({ kind, isInJournal: node.journal.length > 0 })
    if (verdict === 'release') next.database.intent = undefined
    if (verdict === 'no_answer') intent.state = 'no_answer'
  }
  act('start', start(false))
  if (state.left.databaseFailures > 0) act('start, database fails', start(true))
}

/** The number of the attempt that this process may make now, if it may. */
function claimed(
  { database: { intent }, accessTokenEnded, inGrace }: State,
  index: number,
  kind: SpendingProfile['kind'],
  rules: Rules,
): number | undefined {
  if (!intent) return 1
  const profile: SpendingProfile = kind === 'grace' ? { kind, milliseconds: 10 } : { kind }
  const doubt = { profile, expiresAt: accessTokenEnded ? 0 : 2, now: 1, isRejected: false }
  const times = { leaseUntil: 0, readAt: intent.isSilent ? silenceMilliseconds + 1 : 0 }
  const owner = intent.isOwnerAlive && intent.node === index ? 'me' : 'another'
  const verdict = rules.onTaken(
    { ...times, state: intent.state, owner },
    { me: 'me', mayResend: rules.mayResend({ since: inGrace ? 0 : -100 }, doubt) },
  )
  return verdict === 'take_over' ? intent.attempt + 1 : undefined
}

function claim(
  next: State,
  node: Node,
  { index, attempt }: { readonly index: number; readonly attempt: number },
): void {
  next.left = { ...next.left, renewals: next.left.renewals - 1 }
  next.database.intent = { node: index, isOwnerAlive: true, attempt, state: 'sending', isSilent: false }
  Object.assign(node, { at: 'claimed', from: next.database.generation, attempt })
}

type Outcome = readonly [label: string, change: (next: State, node: Node) => void]

/** What a provider may do with the token, and what may become of its answer. */
function exchanges(
  { provider, database, inGrace, left }: State,
  { from }: Node,
  kind: SpendingProfile['kind'],
): Outcome[] {
  if (provider.revoked) return [['refused', (_, node) => fail(node, 'refused')]]
  // What is sent was read with the generation that was claimed.
  const token = database.token - (database.generation - from)
  const isCurrent = kind === 'lasting' || token === provider.current
  if (!isCurrent && !(inGrace && token === provider.current - 1)) return [['taken for theft', theft]]
  const act = (next: State) => {
    if (kind === 'lasting' || token !== provider.current) return
    next.provider.current += 1
    next.inGrace = kind === 'grace'
  }
  const answered: Outcome = [
    'answered',
    (next, node) => {
      act(next)
      Object.assign(node, { at: 'answered', answer: { from, token: next.provider.current } })
    },
  ]
  if (left.losses === 0) return [answered]
  const lost = (hasEffect: boolean) => (next: State, node: Node) => {
    next.left = { ...next.left, losses: next.left.losses - 1 }
    if (hasEffect) act(next)
    next.mayBeLost ||= hasEffect
    fail(node, 'lost')
  }
  return [answered, ['answer lost', lost(true)], ['request lost', lost(false)]]
}

function theft(next: State, node: Node): void {
  next.provider.revoked = true
  fail(node, 'refused')
}

function fail(node: Node, failure: Node['failure']): void {
  Object.assign(node, { at: 'failed', failure })
}

function endAttempt(
  next: State,
  node: Node,
  how: { readonly index: number; readonly kind: SpendingProfile['kind']; readonly rules: Rules },
): void {
  const { failure, attempt, from } = node
  const after = how.rules.onFailure(failure, { attempt, kind: how.kind })
  const { intent, generation } = next.database
  const isOwn =
    intent?.node === how.index && intent.isOwnerAlive && intent.attempt === attempt && generation === from
  if (isOwn && after.intent === 'release') next.database.intent = undefined
  else if (isOwn) intent.state = 'no_answer'
  if (after.resend) next.left = { ...next.left, renewals: next.left.renewals + 1 }
  Object.assign(node, idle)
}

function unrecorded(next: State, node: Node): void {
  databaseFailed(next)
  Object.assign(node, idle)
}

function commit(next: State, node: Node, rules: Rules): void {
  if (node.answer) apply(next, node.answer, rules)
  Object.assign(node, idle, { at: 'committed' })
}

function apply(next: State, answer: Answer, rules: Rules): void {
  const { database } = next
  if (database.generation === answer.from) {
    Object.assign(database, { generation: answer.from + 1, token: answer.token, intent: undefined })
    next.accessTokenEnded = false
    return
  }
  const holdsIt = database.generation === answer.from + 1 && database.token === answer.token
  const verdict = rules.onSuperseded({ holdsIt, isDisconnected: false })
  // A token that goes back takes its family with it.
  if (verdict === 'give_back') next.provider.current += 1
}

function commitFails(next: State, node: Node): void {
  databaseFailed(next)
  if (node.at === 'answered') node.at = 'uncommitted'
}

function databaseFailed(next: State): void {
  next.left = { ...next.left, databaseFailures: next.left.databaseFailures - 1 }
}

function journal(node: Node): void {
  if (node.answer) node.journal.push(node.answer)
  node.at = 'journaled'
}

function finish(node: Node): void {
  Object.assign(node, idle, { journal: [] })
}

function crash(next: State, node: Node, index: number): void {
  next.left = { ...next.left, crashes: next.left.crashes - 1 }
  // Between reading and writing an answer: it dies with the process.
  next.mayBeLost ||= node.at === 'answered' || node.at === 'uncommitted'
  Object.assign(node, idle, { isRunning: false })
  if (next.database.intent?.node === index) next.database.intent.isOwnerAlive = false
}

function drain(next: State, node: Node, rules: Rules): void {
  for (const answer of node.journal) apply(next, answer, rules)
  node.journal = []
}
