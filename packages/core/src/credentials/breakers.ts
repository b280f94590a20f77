import type { BreakerNews, Clock, IntegrationRecord, Log, News, Outcome } from '../ports.ts'
import { Breaker } from './breaker.ts'

const capacity = 100_000

interface Known {
  readonly version: number
  readonly breaker: Breaker
}

export interface BreakerPorts {
  readonly clock: Clock
  readonly log: Log
  /** Tells the other processes of this node. */
  readonly tell?: ((news: News) => void) | undefined
}

/**
 * The breaker of each client. Processes of a node tell each other what they see, so that each has the same view. A
 * client whose definition changes begins anew.
 */
export class Breakers {
  readonly #known = new Map<string, Known>()
  readonly #ports: BreakerPorts

  constructor(ports: BreakerPorts) {
    this.#ports = ports
  }

  of(integration: IntegrationRecord): Breaker {
    return this.#of(clientOf(integration))
  }

  /** As `Breaker.permit`, of an account's renewal now. */
  permit(integration: IntegrationRecord, accountId: string, isPerson: boolean): boolean {
    const breaker = this.of(integration)
    const isPermitted = breaker.permit(accountId, this.#ports.clock.now(), isPerson)
    if (isPermitted && breaker.isOpen) this.#tell(integration, { accountId, event: 'probe' })
    return isPermitted
  }

  /** As `Breaker.release`. */
  release(integration: IntegrationRecord, accountId: string): void {
    const breaker = this.of(integration)
    breaker.release(accountId)
    if (breaker.isOpen) this.#tell(integration, { accountId, event: 'released' })
  }

  /** What another process of this node has seen. */
  hear({ client, accountId, event }: BreakerNews): void {
    const breaker = this.#of(client)
    const now = this.#ports.clock.now()
    if (event === 'probe') breaker.permit(accountId, now, true)
    else if (event === 'released') breaker.release(accountId)
    else breaker.ended(accountId, event, now)
  }

  #of({ organizationId, id, version }: BreakerNews['client']): Breaker {
    const key = `${organizationId}/${id}`
    const known = this.#known.get(key)
    // A renewal that began before the change says nothing of what holds now, nor does it bring the old back.
    if (known && known.version >= version) return known.breaker
    if (this.#known.size >= capacity) this.#known.clear()
    const breaker = new Breaker()
    this.#known.set(key, { version, breaker })
    return breaker
  }

  /** How many are open. */
  open(): number {
    let open = 0
    for (const { breaker } of this.#known.values()) if (breaker.isOpen) open += 1
    return open
  }

  /** Notes how a renewal ended, and says so where that opens or closes the breaker. */
  ended(integration: IntegrationRecord, accountId: string, outcome: Outcome, reason?: string): void {
    const now = this.#ports.clock.now()
    const breaker = this.of(integration)
    const change = breaker.ended(accountId, outcome, now)
    this.#tell(integration, { accountId, event: outcome })
    const whose = { integration: integration.key, client: integration.oauthClient?.key }
    if (change === 'opened') {
      const seconds = Math.ceil(breaker.pauseLeft(now) / 1000)
      this.#ports.log.warn({ ...whose, reason, seconds }, 'renewals of this client are paused')
    }
    if (change === 'closed') this.#ports.log.info(whose, 'renewals of this client go on')
  }

  #tell(integration: IntegrationRecord, what: Pick<BreakerNews, 'accountId' | 'event'>): void {
    this.#ports.tell?.({ kind: 'breaker', client: clientOf(integration), ...what })
  }
}

function clientOf({ oauthClient, ...integration }: IntegrationRecord): BreakerNews['client'] {
  const { organizationId, id, version } = oauthClient ?? integration
  return { organizationId, id, version }
}
