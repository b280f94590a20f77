import type { Clock, Timers } from '@sallyport/core/ports'

interface Timer {
  readonly at: number
  readonly go: () => void
}

/** Time that passes only when a schedule says so; the clocks of nodes may be off. */
export class VirtualTime {
  #now = Date.UTC(2026, 0, 1)
  #timers: Timer[] = []

  now(): number {
    return this.#now
  }

  /** A node's wall clock. */
  clock(skewMilliseconds: number): Clock {
    return { now: () => this.#now + skewMilliseconds }
  }

  timers(): Timers {
    return {
      monotonic: () => this.#now,
      wait: (milliseconds, signal) =>
        new Promise((resolve) => {
          const timer = { at: this.#now + milliseconds, go: resolve }
          if (signal?.aborted) return resolve()
          this.#timers.push(timer)
          signal?.addEventListener('abort', () => {
            this.#timers = this.#timers.filter((each) => each !== timer)
            resolve()
          })
        }),
    }
  }

  pass(milliseconds: number): void {
    this.#now += milliseconds
    const due = this.#timers.filter(({ at }) => at <= this.#now).sort((one, other) => one.at - other.at)
    this.#timers = this.#timers.filter((each) => !due.includes(each))
    for (const { go } of due) go()
  }

  /** Until the next timer; undefined where nobody waits. */
  get untilNext(): number | undefined {
    const [first] = this.#timers.map(({ at }) => at).sort((one, other) => one - other)
    return first === undefined ? undefined : Math.max(0, first - this.#now)
  }
}
