import type { Bounds, Obstacle } from '../../limiter-ports.ts'
import { Window } from './window.ts'

/** What stands in the way, and until when; for ever where only somebody who leaves can make room. */
export interface Block {
  readonly limit: Obstacle['limit']
  readonly until: number
}

/** The bounds of an integration, or of one of its accounts, and how far they are used up. */
export class Gate {
  bounds: Bounds = {}
  inUse = 0
  pausedUntil = 0
  #window: Window | undefined

  /** What keeps the next call out longest; undefined where nothing does. */
  block(now: number): Block | undefined {
    const { concurrency, rate } = this.bounds
    if (concurrency !== undefined && this.inUse >= concurrency)
      return { limit: 'concurrency', until: Number.POSITIVE_INFINITY }
    const free = rate && this.#window ? this.#window.freeAt(rate, now) : now
    if (this.pausedUntil > now && this.pausedUntil >= free) return { limit: 'pause', until: this.pausedUntil }
    return free > now ? { limit: 'rate', until: free } : undefined
  }

  take(now: number): void {
    this.inUse += 1
    if (!this.bounds.rate) return
    this.#window ??= new Window()
    this.#window.note(now)
  }

  /** Nobody is inside, and nothing is remembered that could keep anybody out. */
  isIdle(now: number): boolean {
    if (this.inUse > 0 || this.pausedUntil > now) return false
    return !this.#window || this.#window.isEmpty(this.bounds.rate?.milliseconds ?? 0, now)
  }
}
