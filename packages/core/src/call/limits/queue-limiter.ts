import type { Entry, Limiter, Paused, Place } from '../../limiter-ports.ts'
import type { Timers } from '../../ports.ts'
import { Lane } from './lane.ts'
import { Pauses } from './pauses.ts'

/** Told of each pause that lasts, begins or grows. */
export type PauseListener = (whose: Paused, milliseconds: number) => void

/** Keeps the queues of all integrations in this process. */
export class QueueLimiter implements Limiter {
  readonly #lanes = new Map<string, Lane>()
  readonly #pauses: Pauses
  readonly #timers: Timers
  readonly #listeners = new Set<PauseListener>()
  /** How many accounts there may be before those that need not be remembered are looked for. */
  #sweepAt = 1000
  #accounts = 0

  constructor({ timers }: { readonly timers: Timers }) {
    this.#timers = timers
    this.#pauses = new Pauses(timers)
  }

  get isPausing(): boolean {
    return this.#pauses.isAny
  }

  /** Integrations and accounts of which anything is remembered. */
  get size(): number {
    return this.#lanes.size + this.#accounts
  }

  isPaused(integration: string, account: string): boolean {
    return this.#pauses.covers(integration, account)
  }

  enter(entry: Entry): Place {
    return this.#lane(entry.integration).enter(entry)
  }

  pause(whose: Paused, milliseconds: number): void {
    const until = this.#pauses.begin(whose, milliseconds)
    if (until === undefined) return
    this.#lane(whose.integration).pause(whose.account, until)
    for (const listener of this.#listeners) listener(whose, milliseconds)
  }

  /** What it returns ends it. */
  onPause(listener: PauseListener): () => void {
    this.#listeners.add(listener)
    for (const [whose, milliseconds] of this.#pauses.left()) listener(whose, milliseconds)
    return () => this.#listeners.delete(listener)
  }

  #lane(integration: string): Lane {
    this.#sweep()
    const known = this.#lanes.get(integration)
    if (known) return known
    const lane = new Lane(this.#timers, (change) => {
      this.#accounts += change
    })
    this.#lanes.set(integration, lane)
    return lane
  }

  /** Looks through all only when there are twice as many as the last time, so that it costs nothing on the whole. */
  #sweep(): void {
    if (this.size < this.#sweepAt) return
    for (const [integration, lane] of this.#lanes) {
      if (lane.forgetIdle()) this.#lanes.delete(integration)
    }
    this.#sweepAt = 1000 + 2 * this.size
  }
}
