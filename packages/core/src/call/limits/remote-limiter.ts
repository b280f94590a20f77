import type { Entry, Limiter, Paused, Place, Refusal } from '../../limiter-ports.ts'
import type { Timers } from '../../ports.ts'
import { Pauses } from './pauses.ts'

/** What a process asks of the one that keeps the queues. Plain JSON. */
export type LimiterQuestion =
  | { readonly limiter: 'enter'; readonly place: number; readonly entry: Entry }
  | { readonly limiter: 'leave'; readonly place: number }
  | { readonly limiter: 'pause'; readonly whose: Paused; readonly milliseconds: number }

/** What it is told. */
export type LimiterAnswer =
  | { readonly limiter: 'entered'; readonly place: number; readonly refusal?: Refusal | undefined }
  | { readonly limiter: 'paused'; readonly whose: Paused; readonly milliseconds: number }

/** The limiter of another process, asked by messages. */
export class RemoteLimiter implements Limiter {
  readonly #ask: (question: LimiterQuestion) => void
  readonly #pauses: Pauses
  readonly #asked = new Map<number, (refusal: Refusal | undefined) => void>()
  #places = 0

  constructor({
    ask,
    timers,
  }: { readonly ask: (question: LimiterQuestion) => void; readonly timers: Timers }) {
    this.#ask = ask
    this.#pauses = new Pauses(timers)
  }

  get isPausing(): boolean {
    return this.#pauses.isAny
  }

  isPaused(integration: string, account: string): boolean {
    return this.#pauses.covers(integration, account)
  }

  enter(entry: Entry): Place {
    this.#places += 1
    const place = this.#places
    const entered = new Promise<Refusal | undefined>((resolve) => this.#asked.set(place, resolve))
    let isGone = false
    this.#ask({ limiter: 'enter', place, entry })
    return {
      entered,
      leave: () => {
        if (!isGone) this.#ask({ limiter: 'leave', place })
        isGone = true
      },
    }
  }

  pause(whose: Paused, milliseconds: number): void {
    if (this.#pauses.begin(whose, milliseconds) !== undefined)
      this.#ask({ limiter: 'pause', whose, milliseconds })
  }

  /** To be called with each answer. */
  receive(answer: LimiterAnswer): void {
    if (answer.limiter === 'paused') {
      this.#pauses.begin(answer.whose, answer.milliseconds)
      return
    }
    this.#asked.get(answer.place)?.(answer.refusal)
    this.#asked.delete(answer.place)
  }
}
