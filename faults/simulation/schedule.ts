import { setImmediate as settled } from 'node:timers/promises'
import { type OuterKeys, SallyportError, type Store } from '@sallyport/core'
import type { Rotation } from '@sallyport/emulator'
import { type Dice, dice } from '@sallyport/testkit'
import { connect, everybody } from './account.ts'
import type { ExchangeFate } from './exchange.ts'
import { SimulatedNode, type World } from './node.ts'
import { Oracle } from './oracle.ts'
import { ask, simulatedProvider } from './provider.ts'
import type { StatementFate } from './store.ts'
import { Turns } from './turns.ts'
import { type Outcome, verdictOn } from './verdict.ts'
import type { VirtualTime } from './virtual-time.ts'

const minute = 60_000
/** How often each thing may be done in one schedule. */
const most = {
  calls: 12,
  kills: 4,
  holds: 2,
  jumps: 4,
  outages: 1,
  statements: 5,
  exchanges: 2,
  fullDisks: 1,
}
/** Of a thousand statements, entries and exchanges, how many go wrong while they may. */
const badStatements = 20
const badCommits = 400
const badExchanges = 250
const fullDisks = 300
const badFates: readonly ExchangeFate[] = [
  ...(['refused connection', 'lost request', 'lost answer', 'half an answer'] as const),
  ...(['gateway timeout', 'unavailable'] as const),
]
/** No process that lives, or is suspended, keeps an answer to itself for so long. */
const longestInFlight = 9 * minute

/** What all schedules of a run share. */
export interface Ground {
  readonly store: Store
  readonly outerKeys: OuterKeys
  readonly time: VirtualTime
}

/** A schedule: how many nodes, which provider; all else follows from the seed. */
export interface ScheduleOptions {
  readonly seed: number
  readonly nodes: number
  readonly kind: Rotation
}

/** Runs one, heals everything, and says how it ended. */
export async function runSchedule(ground: Ground, options: ScheduleOptions): Promise<Outcome> {
  const schedule = new Schedule(ground, options)
  await schedule.begin()
  await schedule.run()
  await schedule.heal()
  return schedule.end()
}

class Schedule {
  readonly #options: ScheduleOptions
  readonly #world: World
  readonly #nodes: SimulatedNode[]
  readonly #dice: Dice
  readonly #left = { ...most }
  readonly #open = new Set<string>()
  readonly #tokens: { readonly accessToken: string; readonly refreshToken: string }
  #isHealing = false
  #isDatabaseDown = false
  #account = ''

  constructor({ store, outerKeys, time }: Ground, options: ScheduleOptions) {
    this.#options = options
    this.#dice = dice(options.seed)
    const { provider, tokens } = simulatedProvider(options.kind, () => time.now())
    this.#tokens = tokens
    this.#world = {
      ...{ store, outerKeys, provider, time, turns: new Turns(), oracle: new Oracle(), dice: this.#dice },
      isAlone: options.nodes === 1,
      statementFate: (statement) => this.#statementFate(statement),
      exchangeFate: () => this.#exchangeFate(),
      isDiskFull: () => this.#spend('fullDisks', fullDisks),
    }
    const skew = () => (this.#dice.roll(3) === 0 ? (this.#dice.roll(11) - 5) * minute : 0)
    this.#nodes = Array.from(
      { length: options.nodes },
      (_, index) => new SimulatedNode('abc'.charAt(index), this.#world, options.nodes === 1 ? 0 : skew()),
    )
  }

  async begin(): Promise<void> {
    this.#isHealing = true
    for (const node of this.#nodes) node.start()
    await this.#untilQuiet()
    const { store, time } = this.#world
    const owner = await everybody(store)
    const broker = this.#nodes[0]?.broker
    if (!broker) throw new Error('Nothing keeps a node from starting yet.')
    const creating = connect(broker, owner, {
      kind: this.#options.kind,
      tokens: this.#tokens,
      now: time.now(),
    })
    await this.#untilQuiet()
    this.#account = await creating
    this.#isHealing = false
    // Due, and valid for the next half hour.
    time.pass((31 + this.#dice.roll(2) * 31) * minute)
  }

  /** Does what chance says, until everything that may be done has been done and has ended. */
  async run(): Promise<void> {
    const { turns, time } = this.#world
    while (true) {
      await settled()
      const actions = this.#actions()
      // Mostly what is under way goes on.
      if (!turns.isEmpty && (actions.length === 0 || this.#dice.roll(10) < 8)) turns.next(this.#dice)
      else if (actions.length > 0) this.#dice.pick(actions)?.()
      else if (time.untilNext !== undefined) time.pass(time.untilNext)
      else return
    }
  }

  /** Everything works again, all nodes run, and time goes on until nothing is due any more. */
  async heal(): Promise<void> {
    this.#isHealing = true
    this.#isDatabaseDown = false
    const { turns, time, oracle } = this.#world
    oracle.note('everything works again')
    for (const node of this.#nodes) {
      if (node.who !== undefined) turns.hold(node.who, false)
      else node.start()
    }
    await this.#untilQuiet()
    for (let round = 0; round < 4; round += 1) {
      for (const node of this.#nodes) {
        if (node.who === undefined) node.start()
        this.#due(node)
        await this.#untilQuiet()
        this.#call(node)
        await this.#untilQuiet()
      }
      time.pass(round === 0 ? 16 * minute : 61 * minute)
    }
  }

  async end(): Promise<Outcome> {
    const { store, provider, oracle } = this.#world
    const { organizationId } = await everybody(store)
    const account = await store.accounts.get(organizationId, this.#account)
    const intents = await store.renewalIntents.listSending({ exceptOwner: '' })
    const serves = await this.#serves()
    const disks = this.#nodes.flatMap(({ disk }) => [...disk.entries.values()])
    const ours = intents.filter(({ accountId }) => accountId === this.#account)
    for (const node of this.#nodes) node.kill()
    // Another generation by now, where the last call renewed it; what stays would be renewed in the next schedule.
    const latest = await store.accounts.get(organizationId, this.#account)
    await store.accounts.delete(organizationId, this.#account, latest?.generation ?? 0, undefined)
    return verdictOn({
      ...{ options: this.#options, oracle, account, serves, provider },
      open: [...this.#open],
      intents: ours.length,
      entries: disks.length,
    })
  }

  #actions(): (() => void)[] {
    const running = this.#nodes.filter(({ broker }) => broker)
    const alive = this.#nodes.filter(({ who }) => who !== undefined)
    const dead = this.#nodes.filter(({ who }) => who === undefined)
    const left = this.#left
    const one = (from: readonly SimulatedNode[], act: (node: SimulatedNode) => void) => () => {
      const node = this.#dice.pick(from)
      if (node) act(node)
    }
    return [
      ...(left.calls > 0 && running.length > 0 ? [one(running, (node) => this.#countedCall(node))] : []),
      ...(left.kills > 0 && alive.length > 0 ? [one(alive, (node) => this.#kill(node))] : []),
      ...(dead.length > 0 ? [one(dead, (node) => node.start())] : []),
      ...(left.holds > 0 && running.length > 0 ? [one(running, (node) => this.#hold(node))] : []),
      ...(left.jumps > 0 ? [() => this.#jump()] : []),
      ...(this.#isDatabaseDown || left.outages > 0 ? [() => this.#turnDatabase()] : []),
    ]
  }

  #countedCall(node: SimulatedNode): void {
    this.#left.calls -= 1
    if (this.#dice.roll(4) === 0) this.#due(node)
    else this.#call(node)
  }

  /** Somebody asks this node for a token. */
  #call(node: SimulatedNode): void {
    this.#watched(node, 'call', async (broker) => {
      const owner = await everybody(this.#world.store)
      const { generation } = await broker.accounts.token(owner, this.#account, undefined)
      return `generation ${generation}`
    })
  }

  #due(node: SimulatedNode): void {
    this.#watched(node, 'due work', async (broker) => {
      await broker.runDue()
      return 'done'
    })
  }

  #watched(
    node: SimulatedNode,
    what: string,
    work: (broker: NonNullable<SimulatedNode['broker']>) => Promise<string>,
  ): void {
    const { who, broker } = node
    if (who === undefined || !broker) return
    const name = `${who} ${what} ${this.#open.size}`
    this.#open.add(name)
    const ends = (how: string) => {
      this.#open.delete(name)
      this.#world.oracle.note(`${name}: ${how}`)
    }
    work(broker).then(ends, (error: unknown) =>
      ends(error instanceof SallyportError ? error.code : error instanceof Error ? error.message : 'failed'),
    )
  }

  #kill(node: SimulatedNode): void {
    this.#left.kills -= 1
    const { who } = node
    node.kill()
    for (const name of this.#open) if (name.startsWith(`${who} `)) this.#open.delete(name)
  }

  /** The machine stands still for a while, and the others go on. */
  #hold({ who }: SimulatedNode): void {
    if (who === undefined) return
    this.#left.holds -= 1
    const { turns, time, oracle } = this.#world
    const milliseconds = this.#dice.pick([5_000, 130_000, 14 * minute]) ?? 0
    oracle.note(`${who} stands still for ${milliseconds / 1000} s`)
    turns.hold(who, true)
    time.pass(this.#mostOf(milliseconds))
    if (this.#dice.roll(2) === 0) turns.hold(who, false)
    else
      void time
        .timers()
        .wait(1000)
        .then(() => turns.hold(who, false))
  }

  #turnDatabase(): void {
    if (!this.#isDatabaseDown) this.#left.outages -= 1
    this.#isDatabaseDown = !this.#isDatabaseDown
    this.#world.oracle.note(`the database ${this.#isDatabaseDown ? 'goes' : 'comes'}`)
  }

  #jump(): void {
    this.#left.jumps -= 1
    const milliseconds = this.#dice.pick([1_000, 31_000, 3 * minute, 14 * minute, 31 * minute]) ?? 0
    const passes = this.#mostOf(milliseconds)
    this.#world.oracle.note(`${passes / 1000} s pass`)
    this.#world.time.pass(passes)
  }

  /** While an answer is under way or in a journal, time goes on in small steps. */
  #mostOf(milliseconds: number): number {
    const { oracle } = this.#world
    const holds = this.#nodes.some(({ who, disk }) => disk.entries.size > 0 || (who && oracle.holds(who)))
    return holds ? Math.min(milliseconds, longestInFlight / (most.jumps + most.holds)) : milliseconds
  }

  #statementFate(statement: string): StatementFate {
    if (this.#isDatabaseDown) return 'refused'
    const bad = statement === 'accounts.commitCredential' ? badCommits : badStatements
    if (this.#isHealing || !this.#spend('statements', bad)) return 'done'
    return this.#dice.roll(2) === 0 ? 'refused' : 'unheard'
  }

  #exchangeFate(): ExchangeFate {
    if (this.#isHealing || !this.#spend('exchanges', badExchanges)) return 'answered'
    return this.#dice.pick(badFates) ?? 'answered'
  }

  #spend(what: keyof typeof most, ofThousand: number): boolean {
    if (this.#isHealing || this.#left[what] === 0 || this.#dice.roll(1000) >= ofThousand) return false
    this.#left[what] -= 1
    this.#world.oracle.note(`now goes wrong: ${what}`)
    return true
  }

  /** Whether the provider takes the token that a node gives out. */
  async #serves(): Promise<boolean> {
    const [node] = this.#nodes
    const owner = await everybody(this.#world.store)
    const asking = node?.broker?.accounts
      .token(owner, this.#account, undefined)
      .then(({ accessToken }) => accessToken)
      .catch(() => undefined)
    await this.#untilQuiet()
    const token = await asking
    return token !== undefined && this.#takes(token)
  }

  #takes(token: string): boolean {
    const headers = { authorization: `Bearer ${token}` }
    return ask(this.#world.provider, 'GET', '/api/me', { headers }).status === 200
  }

  async #untilQuiet(): Promise<void> {
    const { turns, time } = this.#world
    while (true) {
      await settled()
      if (!turns.isEmpty) turns.next(this.#dice)
      else if (time.untilNext !== undefined) time.pass(time.untilNext)
      else return
    }
  }
}
