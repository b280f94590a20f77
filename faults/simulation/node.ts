import { randomBytes } from 'node:crypto'
import { type Broker, createBroker, type OuterKeys, parseCidrs, type Store } from '@sallyport/core'
import type { Provider } from '@sallyport/emulator'
import type { Dice } from '@sallyport/testkit'
import { type ExchangeFate, simulatedExchange } from './exchange.ts'
import { Disk, simulatedJournal } from './journal.ts'
import type { Oracle } from './oracle.ts'
import { type StatementFate, simulatedStore } from './store.ts'
import type { Turns } from './turns.ts'
import type { VirtualTime } from './virtual-time.ts'

/** What all nodes of a schedule share. */
export interface World {
  readonly store: Store
  readonly outerKeys: OuterKeys
  readonly provider: Provider
  readonly time: VirtualTime
  readonly turns: Turns
  readonly oracle: Oracle
  readonly dice: Dice
  readonly isAlone: boolean
  /** What becomes of the next statement, exchange, and entry of a journal. */
  readonly statementFate: (statement: string) => StatementFate
  readonly exchangeFate: () => ExchangeFate
  readonly isDiskFull: () => boolean
}

/** A machine: its processes come and go, its disk stays. */
export class SimulatedNode {
  readonly #name: string
  readonly #world: World
  readonly #skewMilliseconds: number
  readonly disk = new Disk()
  #starts = 0
  /** Of the process that runs; undefined while there is none. */
  who: string | undefined
  /** Once it has started. */
  broker: Broker | undefined

  constructor(name: string, world: World, skewMilliseconds: number) {
    this.#name = name
    this.#world = world
    this.#skewMilliseconds = skewMilliseconds
  }

  start(): void {
    const { store, time, turns, oracle, provider, outerKeys, isAlone } = this.#world
    this.#starts += 1
    const who = `${this.#name}${this.#starts}`
    this.who = who
    oracle.note(`${who} starts`)
    const clock = time.clock(this.#skewMilliseconds)
    const now = () => time.now()
    const shared = { who, turns, oracle }
    const starting = createBroker({
      ...{ outerKeys, isAlone, clock, random: { bytes: randomBytes }, timers: time.timers() },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      store: simulatedStore(store, { ...shared, fate: this.#world.statementFate }),
      journal: simulatedJournal(this.disk, { ...shared, now, isFull: this.#world.isDiskFull }),
      send: simulatedExchange({ ...shared, provider, now, fate: this.#world.exchangeFate }),
      memory: this.disk.memory,
      publicUrl: 'http://127.0.0.1',
      egress: { allowedPrivate: parseCidrs('127.0.0.0/8').ranges, exemptOrigins: new Set() },
      adminKey: undefined,
      reached: (step) => {
        oracle.step(who, step)
        return turns.take(who, step)
      },
    })
    starting.then(
      (broker) => {
        if (this.who === who) this.broker = broker
      },
      // As a supervisor would have it: what could not start is started again.
      () => this.kill(),
    )
  }

  /** Ends it as SIGKILL does: nothing of it happens any more. */
  kill(): void {
    const { who } = this
    if (who === undefined) return
    const { turns, oracle, time } = this.#world
    oracle.note(`${who} dies`)
    oracle.lost(who, time.now())
    turns.end(who)
    this.who = undefined
    this.broker = undefined
  }
}
