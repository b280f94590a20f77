import { SallyportError } from '@sallyport/core'
import type { MetricsSnapshot } from '../telemetry/metrics.ts'
import type { Given, Wanted } from './messages.ts'

/** The most that is waited for: for a sum that must be whole, and for what is there within a second anyhow. */
const waits: Readonly<Record<Wanted, number>> = { metrics: 5000, flush: 1000 }

/** In a worker: what is to be had of the others of its node. */
export class Others {
  readonly #ask: (what: Wanted, id: number) => void
  readonly #waiting = new Map<number, (given: readonly Given[] | undefined) => void>()
  #count = 0

  constructor(ask: (what: Wanted, id: number) => void) {
    this.#ask = ask
  }

  /** What they have counted. @throws SallyportError not_ready: a sum without one of them would look like a new beginning */
  async metrics(): Promise<readonly MetricsSnapshot[]> {
    const given = await this.#wanted('metrics')
    if (!given) throw new SallyportError('not_ready', { detail: 'a worker does not tell its metrics' })
    return given.flatMap((snapshot) => (snapshot ? [snapshot] : []))
  }

  /** Has them write down what they keep in memory for a moment; who does not answer does so within the second. */
  async flush(): Promise<void> {
    await this.#wanted('flush')
  }

  /** From the primary. */
  given(id: number, given: readonly Given[]): void {
    this.#waiting.get(id)?.(given)
  }

  #wanted(what: Wanted): Promise<readonly Given[] | undefined> {
    this.#count += 1
    const id = this.#count
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#waiting.get(id)?.(undefined), waits[what])
      this.#waiting.set(id, (given) => {
        clearTimeout(timer)
        this.#waiting.delete(id)
        resolve(given)
      })
      this.#ask(what, id)
    })
  }
}
