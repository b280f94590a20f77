import type { Worker } from 'node:cluster'
import { Gathering } from './gathering.ts'
import type { FromRealm, Tell, ToWorker } from './messages.ts'
import { Relay } from './relay.ts'
import { SharedLimiter } from './shared-limiter.ts'

/** In the primary: what the workers have in common of one realm. Another realm has another. */
export class RealmExchange {
  readonly #relay: Relay
  readonly #limiter: SharedLimiter
  readonly #gathering: Gathering

  constructor(realm: string) {
    const tell: Tell = (worker, message) => void worker.send({ realm, ...message } satisfies ToWorker)
    this.#relay = new Relay(tell)
    this.#limiter = new SharedLimiter(tell)
    this.#gathering = new Gathering(tell)
  }

  join(worker: Worker): void {
    this.#relay.join(worker)
    this.#limiter.join(worker)
    this.#gathering.join(worker)
  }

  leave(worker: Worker): void {
    this.#relay.leave(worker)
    this.#limiter.leave(worker)
    this.#gathering.leave(worker)
  }

  receive(worker: Worker, message: FromRealm): void {
    if (message.kind === 'news') this.#relay.news(worker, message)
    else if (message.kind === 'heard') this.#relay.heard(worker, message.id)
    else if (message.kind === 'limiter') this.#limiter.asked(worker, message.question)
    else if (message.kind === 'wanted') this.#gathering.wanted(worker, message.what, message.id)
    else this.#gathering.given(worker, message.id, message.given)
  }
}
