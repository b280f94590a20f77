import type { Clock } from '../ports.ts'

const firstMilliseconds = 1000
const longestMilliseconds = 30_000
const longestRetryAfterSeconds = 3600
const capacity = 100_000

/** When an account whose renewal failed may try again: doubling from a second, or as the provider asked. */
export class Backoff {
  readonly #failures = new Map<string, { readonly count: number; readonly until: number }>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Seconds until the next attempt may be made; 0 when it may be made now. */
  secondsLeft(accountId: string): number {
    const until = this.#failures.get(accountId)?.until ?? 0
    return Math.max(0, Math.ceil((until - this.#clock.now()) / 1000))
  }

  /** How often it has failed in a row by now. */
  failed(accountId: string, retryAfterSeconds: number | undefined): number {
    const count = (this.#failures.get(accountId)?.count ?? 0) + 1
    const own = Math.min(firstMilliseconds * 2 ** (count - 1), longestMilliseconds)
    const asked = Math.min(retryAfterSeconds ?? 0, longestRetryAfterSeconds) * 1000
    if (this.#failures.size >= capacity) this.#failures.clear()
    this.#failures.set(accountId, { count, until: this.#clock.now() + Math.max(own, asked) })
    return count
  }

  succeeded(accountId: string): void {
    this.#failures.delete(accountId)
  }
}
