import type { Definition } from '@sallyport/contract'
import { SallyportError } from '../error.ts'
import type {
  AccountRecord,
  BreakerNews,
  Clock,
  IntegrationRecord,
  Log,
  News,
  Random,
  Store,
  Timers,
} from '../ports.ts'
import type { Scheme } from '../schemes/scheme.ts'
import { Breakers } from './breakers.ts'
import { retryDue } from './due.ts'
import { profileOf } from './in-doubt.ts'
import { outcomeOf } from './outcome.ts'
import { takeRate, usualPerSecond } from './rate.ts'
import type { Target } from './target.ts'

export interface AdmissionPorts {
  readonly clock: Clock
  readonly store: Pick<Store, 'schedule' | 'accounts'>
  readonly timers: Timers
  readonly random: Random
  readonly log: Log
  /** Tells the other processes of this node. */
  readonly tell?: ((news: News) => void) | undefined
}

/**
 * Who wants a renewal: a `call` that needs the token, a `person`, the `background`, which has its turn already, or
 * `again` the one whose answer has just been lost.
 */
export type Asker = 'call' | 'person' | 'background' | 'again'

/** A client, and what its definition says of renewal. */
export interface Client {
  readonly integration: IntegrationRecord
  readonly definition: Definition
  readonly scheme: Scheme
}

/** Less than callers wait, so that they hear how it stands. */
const longestWaitMilliseconds = 8_500
const pollMilliseconds = 100
const minute = 60_000

/** A renewal that has to wait for its client's turn: nothing was sent. */
export class NotAdmitted extends SallyportError {
  constructor(retryAfterSeconds: number) {
    super('renewal_unavailable', { retryAfterSeconds })
    this.name = 'NotAdmitted'
  }
}

/**
 * Which renewals may be sent now, so that no provider is asked more often than it bears, nor asked in vain; and when
 * those that failed come up again (docs/reliability.md).
 */
export class Admission {
  readonly #ports: AdmissionPorts
  readonly #breakers: Breakers

  constructor(ports: AdmissionPorts) {
    this.#ports = ports
    this.#breakers = new Breakers(ports)
  }

  /** Seconds for which nothing is sent for this client. */
  pauseSeconds(integration: IntegrationRecord): number {
    return Math.ceil(this.#breakers.of(integration).pauseLeft(this.#ports.clock.now()) / 1000)
  }

  /** Clients whose renewals are paused, as far as this process knows. */
  pausedClients(): number {
    return this.#breakers.open()
  }

  /** How many renewals the background may begin for a client now; one, as a probe, at the end of a pause. */
  async grant(client: Client, wanted: number): Promise<number> {
    const breaker = this.#breakers.of(client.integration)
    if (breaker.pauseLeft(this.#ports.clock.now()) > 0) return 0
    return this.#take(client, breaker.isOpen ? Math.min(wanted, 1) : wanted)
  }

  /**
   * Comes back when the renewal may be sent. What is still of use does not wait: it asks again with its next call.
   *
   * @throws NotAdmitted
   */
  async enter(target: Target, asker: Asker, isRejected: boolean): Promise<void> {
    const { clock, timers } = this.#ports
    const { id, expiresAt } = target.account
    if (asker !== 'again' && !this.#breakers.permit(target.integration, id, asker === 'person')) {
      throw new NotAdmitted(Math.max(1, this.pauseSeconds(target.integration)))
    }
    if (asker === 'background') return
    const isUseful = expiresAt !== undefined && expiresAt > clock.now() && !isRejected && asker === 'call'
    const until = timers.monotonic() + (isUseful ? 0 : longestWaitMilliseconds)
    while ((await this.#take(target, 1)) === 0) {
      if (timers.monotonic() >= until) {
        this.#breakers.release(target.integration, id)
        throw new NotAdmitted(1)
      }
      await timers.wait(pollMilliseconds)
    }
  }

  /** Nothing was sent by this process: another does so, or has done it, or the answer of an earlier attempt was lost. */
  async notSent({ integration, account }: Target, why: 'elsewhere' | 'unanswered' | 'gone'): Promise<void> {
    this.#breakers.release(integration, account.id)
    const now = this.#ports.clock.now()
    const { expiresAt = 0 } = account
    await this.#postpone(account, why === 'unanswered' && expiresAt > now ? expiresAt : now + minute)
  }

  /** What another process of this node has seen. */
  hear(news: BreakerNews): void {
    this.#breakers.hear(news)
  }

  answered({ integration, account }: Pick<Target, 'integration' | 'account'>): void {
    this.#breakers.ended(integration, account.id, { kind: 'answered' })
  }

  /** Notes a failure. True where it is the provider’s or the client’s, which was known: it is not told of the account. */
  failed(target: Target, failure: SallyportError): boolean {
    const { integration, account } = target
    const breaker = this.#breakers.of(integration)
    const isQuiet = breaker.isQuiet
    const outcome = outcomeOf(target, failure)
    if (!outcome) this.#breakers.release(integration, account.id)
    else this.#breakers.ended(integration, account.id, outcome, failure.code)
    return isQuiet && outcome !== undefined && outcome.kind !== 'answered'
  }

  /** When the background tries it again; never what needs a person. */
  async retry(
    target: Target,
    failure: SallyportError,
    how: { readonly failures: number; readonly inDoubt: boolean },
  ): Promise<void> {
    if (failure.code === 'account_needs_reconnect') return
    const { expiresAt } = target.account
    const waitsForEnd = how.inDoubt && profileOf(target).kind !== 'lasting'
    const { retryAfterSeconds } = failure
    const { clock, random } = this.#ports
    const failed = { failures: how.failures, retryAfterSeconds, expiresAt, waitsForEnd }
    await this.#postpone(target.account, retryDue(failed, clock.now(), random))
  }

  async #postpone({ organizationId, id, generation }: AccountRecord, dueAt: number): Promise<void> {
    await this.#ports.store.accounts.postpone(organizationId, id, generation, dueAt)
  }

  #take({ integration, definition, scheme }: Client, wanted: number): Promise<number> {
    const most = scheme.renewal(definition).perSecond ?? usualPerSecond
    const perSecond = this.#breakers.of(integration).perSecond(most, this.#ports.clock.now())
    return takeRate(this.#ports.store, integration, { wanted, perSecond })
  }
}
