import type { Clock, IntegrationRecord, Log } from '../ports.ts'
import { Breaker, type Outcome } from './breaker.ts'

const capacity = 100_000

interface Known {
  readonly version: number
  readonly breaker: Breaker
}

/** The breaker of each client, in this process. A client whose definition changes begins anew. */
export class Breakers {
  readonly #known = new Map<string, Known>()
  readonly #ports: { readonly clock: Clock; readonly log: Log }

  constructor(ports: { readonly clock: Clock; readonly log: Log }) {
    this.#ports = ports
  }

  of({ oauthClient, ...integration }: IntegrationRecord): Breaker {
    const { organizationId, id, version } = oauthClient ?? integration
    const key = `${organizationId}/${id}`
    const known = this.#known.get(key)
    // A renewal that began before the change says nothing of what holds now, nor does it bring the old back.
    if (known && known.version >= version) return known.breaker
    if (this.#known.size >= capacity) this.#known.clear()
    const breaker = new Breaker()
    this.#known.set(key, { version, breaker })
    return breaker
  }

  /** Notes how a renewal ended, and says so where that opens or closes the breaker. */
  ended(integration: IntegrationRecord, accountId: string, outcome: Outcome, reason?: string): void {
    const now = this.#ports.clock.now()
    const breaker = this.of(integration)
    const change = breaker.ended(accountId, outcome, now)
    const whose = { integration: integration.key, client: integration.oauthClient?.key }
    if (change === 'opened') {
      const seconds = Math.ceil(breaker.pauseLeft(now) / 1000)
      this.#ports.log.warn({ ...whose, reason, seconds }, 'renewals of this client are paused')
    }
    if (change === 'closed') this.#ports.log.info(whose, 'renewals of this client go on')
  }
}
