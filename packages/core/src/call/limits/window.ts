import type { Rate } from '../../limiter-ports.ts'

/** When requests were let in lately: a log and no bucket, so that no window of time ever holds too many. */
export class Window {
  #times: number[] = []
  /** Where the log begins; what is before it has passed. */
  #first = 0

  /** When there is room for the next: a time that has come, or one that will. */
  freeAt({ requests, milliseconds }: Rate, now: number): number {
    this.#forget(now - milliseconds)
    const held = this.#times.length - this.#first
    if (held < requests) return now
    return (this.#times[this.#times.length - requests] as number) + milliseconds
  }

  note(now: number): void {
    this.#times.push(now)
  }

  isEmpty(milliseconds: number, now: number): boolean {
    this.#forget(now - milliseconds)
    return this.#first === this.#times.length
  }

  #forget(until: number): void {
    const times = this.#times
    while (this.#first < times.length && (times[this.#first] as number) <= until) this.#first += 1
    if (this.#first > 64 && this.#first * 2 > times.length) {
      this.#times = times.slice(this.#first)
      this.#first = 0
    }
  }
}
