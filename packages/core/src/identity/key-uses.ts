import { traceOf } from '../error.ts'
import type { Log, Store } from '../ports.ts'
import type { KnownKey } from './authenticate.ts'

/** When keys were last used, written down in batches, off the path of calls. */
export class KeyUses {
  #noted: KnownKey[] = []
  readonly #ports: { readonly store: Store; readonly log: Log }

  constructor(ports: { readonly store: Store; readonly log: Log }) {
    this.#ports = ports
  }

  /** For a call, two fields of what is at hand. */
  note(known: KnownKey, at: number): void {
    if (known.usedAt === undefined) this.#noted.push(known)
    known.usedAt = at
  }

  /** Writes what was noted since the last time. */
  async flush(): Promise<void> {
    if (this.#noted.length === 0) return
    const noted = this.#noted
    this.#noted = []
    const used = noted.map((known) => {
      const { organizationId, id } = known.record
      const at = known.usedAt ?? 0
      known.usedAt = undefined
      return { organizationId, id, at }
    })
    try {
      await this.#ports.store.apiKeys.touch(used)
    } catch (error) {
      this.#ports.log.error({ cause: traceOf(error) }, 'last use of keys could not be written')
    }
  }
}
