import { flowMilliseconds } from '../accounts/flow-secrets.ts'
import { traceOf } from '../error.ts'
import type { AccountRecord, AuditEntry, Clock, ConnectLinkRecord, Log, Store } from '../ports.ts'

const betweenSweeps = 60_000
/** So long somebody with an old link is told that it has expired, and a result may wait. */
const toldMilliseconds = 86_400_000
const mostAtOnce = 100

export interface SweepPorts {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
}

/** Takes away links that are over, and the accounts that they made for somebody who never came back. */
export class ConnectLinkSweep {
  readonly #ports: SweepPorts
  #sweptAt = 0

  constructor(ports: SweepPorts) {
    this.#ports = ports
  }

  async runDue(): Promise<void> {
    const { store, clock, log } = this.#ports
    const now = clock.now()
    if (Math.abs(now - this.#sweptAt) < betweenSweeps) return
    this.#sweptAt = now
    const before = now - toldMilliseconds
    await store.flows.deleteExpired(now - flowMilliseconds)
    await store.connectLinks.deleteExpired(before)
    for (const link of await store.connectLinks.abandoned(before, mostAtOnce)) {
      await this.#remove(link).catch((error: unknown) =>
        log.error({ link: link.id, cause: traceOf(error) }, 'a connect link was not taken away'),
      )
    }
  }

  async #remove(link: ConnectLinkRecord): Promise<void> {
    const { store } = this.#ports
    const { organizationId, accountId = '' } = link
    const account = await store.accounts.get(organizationId, accountId)
    const isUnused = account?.generation === 0 && account.status === 'pending'
    await store.recorded(
      organizationId,
      async (within) => {
        await within.connectLinks.delete(link)
        return isUnused && (await within.accounts.delete(organizationId, accountId, 0, undefined))
      },
      (isGone) => (isGone && account ? entryOf(account) : undefined),
    )
  }
}

function entryOf({ id, name }: AccountRecord): AuditEntry {
  return {
    actor: { kind: 'system', id: undefined },
    address: undefined,
    action: 'account.deleted',
    target: { kind: 'account', id, name },
    changes: [],
  }
}
