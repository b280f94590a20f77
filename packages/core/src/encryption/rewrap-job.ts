import { traceOf } from '../error.ts'
import type { DataKeyRecord, Log, Store } from '../ports.ts'
import { type OuterKeys, outerKeyIdOf } from '../vault/outer-keys.ts'
import { VaultError } from '../vault/vault-error.ts'

export interface RewrapPorts {
  readonly store: Pick<Store, 'dataKeys'>
  readonly outerKeys: OuterKeys
  readonly log: Log
}

const keysAtOnce = 100
const tryAgainMilliseconds = 30_000

/**
 * Wraps data keys anew that another outer key than the current one wraps: once after each start, and when it is asked
 * for. Where it has come to is told by what is wrapped, so that it goes on from there whoever does.
 */
export class RewrapJob {
  readonly #ports: RewrapPorts & { readonly clock: { now(): number } }
  #isWanted = true
  #isClosing = false
  #notBefore = 0
  #underWay: Promise<void> | undefined

  constructor(ports: RewrapPorts & { readonly clock: { now(): number } }) {
    this.#ports = ports
  }

  /** Begins it, where it is not under way. */
  begin(): void {
    this.#isWanted = true
    this.#notBefore = 0
    void this.runDue()
  }

  async runDue(): Promise<void> {
    const { clock, log } = this.#ports
    if (!this.#isWanted || this.#underWay || this.#isClosing || clock.now() < this.#notBefore) return
    this.#isWanted = false
    this.#underWay = this.#rewrap()
      .catch((cause: unknown) => {
        // As while a key service is down: what is done stays done.
        this.#isWanted = true
        this.#notBefore = clock.now() + tryAgainMilliseconds
        log.error({ cause: traceOf(cause) }, 'data keys could not be wrapped anew')
      })
      .finally(() => {
        this.#underWay = undefined
      })
  }

  async settled(): Promise<void> {
    this.#isClosing = true
    await this.#underWay
  }

  async #rewrap(): Promise<void> {
    const { store, outerKeys, log } = this.#ports
    const counts = { rewrapped: 0, failed: 0 }
    for await (const record of allDataKeys(store, () => this.#isClosing)) {
      if (outerKeyIdOf(record.wrapped) === outerKeys.currentId) continue
      counts[(await this.#one(record)) ? 'rewrapped' : 'failed'] += 1
    }
    if (counts.rewrapped + counts.failed > 0) {
      log.info({ outerKey: outerKeys.currentId, ...counts }, 'data keys wrapped anew')
    }
  }

  async #one(record: DataKeyRecord): Promise<boolean> {
    const { store, outerKeys, log } = this.#ports
    try {
      const bytes = (await outerKeys.unwrap(record, record.wrapped)).export()
      try {
        // Whoever was faster has wrapped it as well.
        await store.dataKeys.rewrap(record, await outerKeys.wrap(record, bytes))
      } finally {
        bytes.fill(0)
      }
      return true
    } catch (cause) {
      if (!(cause instanceof VaultError)) throw cause
      log.error({ dataKey: record.id, cause: traceOf(cause) }, 'a data key cannot be unwrapped')
      return false
    }
  }
}

/** Of all organizations, those of audits as well; not dead ones, of which nothing is left. */
export async function* allDataKeys(
  store: Pick<Store, 'dataKeys'>,
  isEnough = () => false,
): AsyncGenerator<DataKeyRecord> {
  let after: DataKeyRecord | undefined
  do {
    const page: readonly DataKeyRecord[] = await store.dataKeys.page(after, keysAtOnce)
    for (const record of page) {
      if (isEnough()) return
      yield record
    }
    after = page.length === keysAtOnce ? page.at(-1) : undefined
  } while (after)
}
