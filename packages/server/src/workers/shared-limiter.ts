import type { Worker } from 'node:cluster'
import {
  type LimiterQuestion,
  QueueLimiter,
  type ServedProcess,
  serveLimiter,
  systemTimers,
} from '@sallyport/core'
import type { Tell } from './messages.ts'

/** The queues of calls, kept by the primary for all of its workers. */
export class SharedLimiter {
  readonly #limiter = new QueueLimiter({ timers: systemTimers })
  readonly #served = new Map<Worker, ServedProcess>()
  readonly #tell: Tell

  constructor(tell: Tell) {
    this.#tell = tell
  }

  /** From now on it hears of pauses, those that last first. */
  join(worker: Worker): ServedProcess {
    const known = this.#served.get(worker)
    if (known) return known
    const served = serveLimiter(this.#limiter, (answer) => {
      if (worker.isConnected()) this.#tell(worker, { kind: 'limiter', answer })
    })
    this.#served.set(worker, served)
    return served
  }

  asked(worker: Worker, question: LimiterQuestion): void {
    this.join(worker).receive(question)
  }

  /** All that it held is free. */
  leave(worker: Worker): void {
    this.#served.get(worker)?.close()
    this.#served.delete(worker)
  }
}
