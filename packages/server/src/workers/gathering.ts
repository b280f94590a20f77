import type { Worker } from 'node:cluster'
import type { Given, Tell, Wanted } from './messages.ts'

/** What one worker asked for, and who has not answered yet. */
interface Asked {
  readonly from: Worker
  readonly id: number
  readonly by: Set<Worker>
  readonly given: Given[]
}

/** In the primary: asks all other workers for something where one needs it of the whole node. */
export class Gathering {
  readonly #workers = new Set<Worker>()
  readonly #asked = new Map<number, Asked>()
  readonly #tell: Tell
  #count = 0

  constructor(tell: Tell) {
    this.#tell = tell
  }

  join(worker: Worker): void {
    this.#workers.add(worker)
  }

  /** Who is gone is not waited for. */
  leave(worker: Worker): void {
    this.#workers.delete(worker)
    for (const number of this.#asked.keys()) this.given(worker, number, undefined)
  }

  wanted(from: Worker, what: Wanted, id: number): void {
    this.#count += 1
    const number = this.#count
    const others = [...this.#workers].filter((worker) => worker !== from && worker.isConnected())
    this.#asked.set(number, { from, id, by: new Set(others), given: [] })
    for (const worker of others) this.#tell(worker, { kind: 'wanted', what, id: number })
    this.#settle(number)
  }

  given(worker: Worker, number: number, given: Given): void {
    const asked = this.#asked.get(number)
    if (asked?.by.delete(worker)) asked.given.push(given)
    this.#settle(number)
  }

  #settle(number: number): void {
    const asked = this.#asked.get(number)
    if (!asked || asked.by.size > 0) return
    this.#asked.delete(number)
    const { from, id, given } = asked
    if (from.isConnected()) this.#tell(from, { kind: 'given_by_others', id, given })
  }
}
