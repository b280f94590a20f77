import { SallyportError, traceOf } from '../error.ts'
import type { Clock, Log, Store } from '../ports.ts'
import type { OuterKeys } from '../vault/outer-keys.ts'

const betweenLooks = 1_000
const afterRefusal = 60_000
const mostAtOnce = 100

export interface ShreddingPorts {
  readonly store: Store
  readonly outerKeys: OuterKeys
  readonly clock: Clock
  readonly log: Log
}

/** Destroys the outer keys of organizations that were deleted, until each is gone; and what the database's files still hold. */
export class Shredding {
  readonly #ports: ShreddingPorts
  #next = 0
  #underWay: Promise<void> | undefined

  constructor(ports: ShreddingPorts) {
    this.#ports = ports
  }

  async runDue(): Promise<void> {
    const now = this.#ports.clock.now()
    if (this.#underWay || (now < this.#next && this.#next - now <= afterRefusal)) return
    this.#next = now + betweenLooks
    // A key service may take its time, and nothing else is to wait for that.
    this.#underWay = this.#shred().finally(() => {
      this.#underWay = undefined
    })
  }

  async settled(): Promise<void> {
    await this.#underWay
  }

  async #shred(): Promise<void> {
    const { store, outerKeys, clock, log } = this.#ports
    try {
      for (const id of await store.shreddings.pending(mostAtOnce)) {
        await outerKeys.shred(id)
        await store.shreddings.finish(id)
        log.info({ organization: id }, 'what only a deleted organization’s key opens is gone for good')
      }
    } catch (error) {
      this.#next = clock.now() + afterRefusal
      const detail = error instanceof SallyportError ? error.detail : undefined
      log.warn({ detail, cause: traceOf(error) }, 'a deleted organization’s key could not be destroyed yet')
    }
  }
}
