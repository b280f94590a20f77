const usualMilliseconds = 30_000
const shortestMilliseconds = 1_000
const mostOrigins = 10_000

/**
 * How long a connection may wait for its next request. Servers close those that wait too long, and a request that is on
 * its way at that moment is lost; so a connection to an origin that was seen to close one is let go well before that.
 * Servers that say how long they wait (`Keep-Alive: timeout=5`) are believed by undici itself.
 */
export class KeepAlive {
  readonly #learned = new Map<string, number>()

  /** Milliseconds. */
  of(origin: string): number {
    return this.#learned.get(origin) ?? usualMilliseconds
  }

  /** An origin closed a connection that had been idle for so long; whether that is news. */
  closed(origin: string, idleMilliseconds: number): boolean {
    const next = Math.max(shortestMilliseconds, Math.floor(idleMilliseconds * 0.8))
    if (next >= this.of(origin)) return false
    this.#learned.delete(origin)
    this.#learned.set(origin, next)
    const [oldest] = this.#learned.keys()
    if (this.#learned.size > mostOrigins && oldest !== undefined) this.#learned.delete(oldest)
    return true
  }
}
