import { SallyportError } from '../error.ts'

const tooMany = 'Too many calls of this account are under way. Try again when some have ended.'

interface Queue {
  running: number
  readonly waiting: (() => void)[]
}

/**
 * How many calls of one account may run at once: servers turn away whoever logs in often at the same moment
 * (OpenSSH's MaxStartups is ten). The others wait for their turn.
 */
export class Turns {
  readonly #queues = new Map<string, Queue>()
  readonly #atOnce: number
  readonly #mostWaiting: number

  constructor({ atOnce = 8, mostWaiting = 200 } = {}) {
    this.#atOnce = atOnce
    this.#mostWaiting = mostWaiting
  }

  /**
   * Waits for a turn; what it resolves to ends the turn.
   *
   * @throws SallyportError limit_reached; whatever aborts the signal
   */
  async take(account: string, signal: AbortSignal): Promise<() => void> {
    const queue = this.#queues.get(account) ?? { running: 0, waiting: [] }
    this.#queues.set(account, queue)
    if (queue.running >= this.#atOnce) await this.#wait(queue, signal)
    else queue.running += 1
    let ended = false
    return () => {
      if (!ended) this.#next(account, queue)
      ended = true
    }
  }

  #wait(queue: Queue, signal: AbortSignal): Promise<void> {
    if (queue.waiting.length >= this.#mostWaiting) {
      throw new SallyportError('limit_reached', { message: tooMany, retryAfterSeconds: 1 })
    }
    return new Promise((resolve, reject) => {
      const go = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const leave = () => {
        queue.waiting.splice(queue.waiting.indexOf(go), 1)
        reject(signal.reason)
      }
      signal.addEventListener('abort', leave, { once: true })
      queue.waiting.push(go)
    })
  }

  /** Whoever waits longest takes the turn over. */
  #next(account: string, queue: Queue): void {
    const next = queue.waiting.shift()
    if (next) next()
    else queue.running -= 1
    if (queue.running === 0) this.#queues.delete(account)
  }
}
