import { traceOf } from '../error.ts'
import type { AccountRecord, Clock, Log, Store } from '../ports.ts'

/** Notes when accounts were last used, and writes it down in batches, off the path of calls. */
export class LastUsed {
  readonly #noted = new Map<string, { organizationId: string; id: string; at: number }>()
  readonly #ports: { readonly store: Store; readonly clock: Clock; readonly log: Log }

  constructor(ports: { readonly store: Store; readonly clock: Clock; readonly log: Log }) {
    this.#ports = ports
  }

  note(account: Pick<AccountRecord, 'organizationId' | 'id'>): void {
    const noted = this.#noted.get(account.id)
    const at = this.#ports.clock.now()
    if (noted) noted.at = at
    else this.#noted.set(account.id, { organizationId: account.organizationId, id: account.id, at })
  }

  /** Writes what was noted since the last time. */
  async flush(): Promise<void> {
    if (this.#noted.size === 0) return
    const batch = [...this.#noted.values()]
    this.#noted.clear()
    try {
      await this.#ports.store.accounts.touch(batch)
    } catch (error) {
      this.#ports.log.error({ cause: traceOf(error) }, 'last use could not be written')
    }
  }
}
