import type { Clock, Store } from '../ports.ts'

const day = 86_400_000
const keptMilliseconds = 30 * day
const mostPerOrganization = 100_000
const betweenPrunings = 3_600_000
const mostAtOnce = 100

/** Notices what only time brings about, and takes away what is old. */
export class EventJobs {
  readonly #ports: { readonly store: Store; readonly clock: Clock }
  #prunedAt = 0

  constructor(ports: { readonly store: Store; readonly clock: Clock }) {
    this.#ports = ports
  }

  async runDue(): Promise<void> {
    const { store, clock } = this.#ports
    const now = clock.now()
    while ((await store.accounts.noteEnded(now, mostAtOnce)) === mostAtOnce);
    if (Math.abs(now - this.#prunedAt) < betweenPrunings) return
    this.#prunedAt = now
    await store.events.prune(now - keptMilliseconds, mostPerOrganization)
    await store.deliveries.prune(now - keptMilliseconds)
  }
}
