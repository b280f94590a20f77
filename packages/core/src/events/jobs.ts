import type { Clock, EventRetention, Store } from '../ports.ts'

const day = 86_400_000
const mostPerOrganization = 100_000
const betweenPrunings = 3_600_000
const betweenCallPrunings = 10_000
const mostStepsAtOnce = 20
const deliveryDays = 30
const mostAtOnce = 100

const usualRetention: EventRetention = { days: 30, callBytes: 256 * 1024 * 1024 }

export interface EventJobPorts {
  readonly store: Store
  readonly clock: Clock
  readonly retention?: EventRetention
}

/** Notices what only time brings about, and takes away what is old. */
export class EventJobs {
  readonly #ports: EventJobPorts
  readonly #retention: EventRetention
  #prunedAt = 0
  #callsPrunedAt = 0

  constructor(ports: EventJobPorts) {
    this.#ports = ports
    this.#retention = ports.retention ?? usualRetention
  }

  async runDue(): Promise<void> {
    const { store, clock } = this.#ports
    const now = clock.now()
    while ((await store.accounts.noteEnded(now, mostAtOnce)) === mostAtOnce);
    await this.#pruneCalls(now)
    if (Math.abs(now - this.#prunedAt) < betweenPrunings) return
    this.#prunedAt = now
    await store.events.prune(now - this.#retention.days * day, mostPerOrganization)
    await store.deliveries.prune(now - deliveryDays * day)
  }

  /** In steps, between which calls go on; what is left after many is for the next second. */
  async #pruneCalls(now: number): Promise<void> {
    if (Math.abs(now - this.#callsPrunedAt) < betweenCallPrunings) return
    const before = now - this.#retention.days * day
    for (let step = 0; step < mostStepsAtOnce; step += 1) {
      if (!(await this.#ports.store.calls.prune(before, this.#retention.callBytes))) {
        this.#callsPrunedAt = now
        return
      }
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
  }
}
