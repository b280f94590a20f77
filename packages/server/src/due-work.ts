import { type Broker, traceOf } from '@sallyport/core'
import type { Logger } from 'pino'
import type { RealmHealth } from './endpoints/public.ts'

/** Has what is due done, and knows whether that went well. */
export class DueWork {
  readonly #broker: Broker
  readonly #log: Logger
  #hasFailed = false

  constructor(broker: Broker, log: Logger) {
    this.#broker = broker
    this.#log = log
  }

  /** To be called about once a second. */
  run(): void {
    void this.#broker.flush()
    const done = this.#broker.runDue().then(
      () => false,
      (error: unknown) => {
        this.#log.error({ cause: traceOf(error) }, 'due work could not be done')
        return true
      },
    )
    void done.then((hasFailed) => {
      this.#hasFailed = hasFailed
    })
  }

  /** What stands against it. */
  health(): RealmHealth {
    const closed = this.#broker.closed()
    return {
      ...(closed && { renewals: 'stopped', ...closed }),
      ...(this.#hasFailed && { dueWork: 'failing' }),
    }
  }
}
