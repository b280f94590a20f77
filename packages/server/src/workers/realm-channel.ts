import { RemoteLimiter, systemTimers } from '@sallyport/core'
import type { Outside, Place, Sallyport } from '../compose.ts'
import type { FromRealm, Role, ToRealm, Wanted } from './messages.ts'
import { Others } from './others.ts'
import { Told } from './told.ts'

/** In a worker: how one realm hears from the other workers, and they from it. */
export class RealmChannel {
  readonly place: Place
  readonly #send: (message: FromRealm) => void
  readonly #told: Told
  readonly #limiter: RemoteLimiter
  readonly #others: Others

  constructor(
    role: Role,
    send: (message: FromRealm) => void,
    timers: NonNullable<Outside['timers']> = systemTimers,
  ) {
    const told = new Told((news, id) => send({ kind: 'news', news, ...(id !== undefined && { id }) }))
    const limiter = new RemoteLimiter({ ask: (question) => send({ kind: 'limiter', question }), timers })
    const others = new Others((what, id) => send({ kind: 'wanted', what, id }))
    this.#send = send
    this.#told = told
    this.#limiter = limiter
    this.#others = others
    const [tell, settled] = [told.tell.bind(told), told.settled.bind(told)]
    this.place = { ...role, limiter, others, tell, settled }
  }

  /** From the primary; comes back when it is answered. */
  async receive(message: ToRealm, sallyport: Sallyport | undefined): Promise<void> {
    if (message.kind === 'limiter') this.#limiter.receive(message.answer)
    else if (message.kind === 'heard_by_all') this.#told.heard(message.id)
    else if (message.kind === 'given_by_others') this.#others.given(message.id, message.given)
    else if (message.kind === 'wanted') await this.#give(sallyport, message.what, message.id)
    else {
      sallyport?.broker.hear(message.news)
      if (message.id !== undefined) this.#send({ kind: 'heard', id: message.id })
    }
  }

  async #give(sallyport: Sallyport | undefined, what: Wanted, id: number): Promise<void> {
    const given =
      what === 'metrics'
        ? await sallyport?.metricsSnapshot()
        : await sallyport?.broker.flush().then(() => undefined)
    this.#send({ kind: 'given', id, given })
  }
}
