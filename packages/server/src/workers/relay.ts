import type { Worker } from 'node:cluster'
import type { FromRealm, Tell } from './messages.ts'

type NewsMessage = Extract<FromRealm, { kind: 'news' }>

/** What is waited for before a worker hears that all others have heard it. */
interface Waiting {
  readonly from: Worker
  readonly id: number
  readonly by: Set<Worker>
}

/** Passes what workers tell on to the others, and tells when they have heard it. */
export class Relay {
  readonly #workers = new Set<Worker>()
  readonly #waiting = new Map<number, Waiting>()
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
    for (const number of this.#waiting.keys()) this.heard(worker, number)
  }

  news(from: Worker, { news, id }: NewsMessage): void {
    const others = [...this.#workers].filter((worker) => worker !== from && worker.isConnected())
    if (id === undefined) {
      for (const worker of others) this.#tell(worker, { kind: 'news', news })
      return
    }
    this.#count += 1
    const number = this.#count
    this.#waiting.set(number, { from, id, by: new Set(others) })
    for (const worker of others) this.#tell(worker, { kind: 'news', news, id: number })
    this.#settle(number)
  }

  heard(worker: Worker, number: number): void {
    this.#waiting.get(number)?.by.delete(worker)
    this.#settle(number)
  }

  #settle(number: number): void {
    const waiting = this.#waiting.get(number)
    if (!waiting || waiting.by.size > 0) return
    this.#waiting.delete(number)
    if (waiting.from.isConnected()) this.#tell(waiting.from, { kind: 'heard_by_all', id: waiting.id })
  }
}
