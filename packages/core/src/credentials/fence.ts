import { SallyportError, traceOf } from '../error.ts'
import { newId } from '../id.ts'
import type { InstanceRecord, InstanceSeen, Log, Store } from '../ports.ts'
import { type Closed, causeOf, closedBy, type FenceCause } from './fence-cause.ts'
import { Generations } from './generations.ts'
import { epochLeap, type InstancePorts } from './instance.ts'
import { watchedStore } from './watched-store.ts'

export interface FencePorts extends InstancePorts {
  readonly store: Store
  readonly log: Log
}

const lookMilliseconds = 3_000
const advanceMilliseconds = 60_000
const never = Number.NEGATIVE_INFINITY

/**
 * Keeps a database that was copied, restored or set back from renewing tokens, which would end those of the one in
 * production. While it is closed nothing is renewed and nothing is done in the background (docs/reliability.md).
 */
export class Fence {
  /** The store, watched for accounts of an earlier generation than is known. */
  readonly store: Store
  readonly #ports: FencePorts
  readonly #generations: Generations
  #cause: FenceCause | undefined
  #seen: InstanceSeen | undefined
  #found: InstanceRecord | undefined
  /** By what this process knows of accounts. */
  #isSetBack = false
  #looking: Promise<void> | undefined
  #lookedAt = never
  /** Never: at the next chance, so that what was found is remembered. */
  #advancedAt = never
  #isRemembered = true
  #recover: (() => Promise<void>) | undefined
  #recovering: Promise<void> | undefined

  constructor(ports: FencePorts) {
    this.#ports = ports
    this.#generations = new Generations(ports.clock)
    this.store = watchedStore(ports.store, this.#generations, () => {
      this.#isSetBack = true
      this.#become(this.#cause ?? 'rolled_back')
    })
  }

  /** Why nothing is renewed; undefined while the fence is open. */
  get closed(): Closed | undefined {
    return this.#cause && closedBy(this.#cause)
  }

  /** When an operator said last that the database goes on, although something stood against it. */
  get adoptedAt(): number | undefined {
    return this.#found?.adoptedAt
  }

  /** To be called first of all, as a new database is known by its being empty. */
  async begin(): Promise<void> {
    const { store, memory } = this.#ports
    // Whatever the data folder remembers was another one.
    const isNew = (await store.organizations.first()) === undefined
    this.#seen = isNew ? undefined : await memory.read()
    if (!(await store.instance.read())) await store.instance.create(newId('ins', this.#ports))
    await this.look()
    if (!this.#cause) await this.#advance()
  }

  /** What comes before the first renewal: at once where the fence is open, otherwise when it opens. */
  async beforeRenewals(recover: () => Promise<void>): Promise<void> {
    if (this.#cause) this.#recover = recover
    else await recover()
  }

  /** Looks again where it is time to; whether the fence is open. */
  async runDue(): Promise<boolean> {
    const now = this.#ports.clock.now()
    if (Math.abs(now - this.#lookedAt) >= lookMilliseconds) await this.look()
    if (!this.#cause && Math.abs(now - this.#advancedAt) >= advanceMilliseconds) await this.#advance()
    await this.#recovering
    return this.#cause === undefined
  }

  /** Before each renewal: looks, as a moment ago the database may have been another. @throws SallyportError renewal_unavailable */
  async pass(): Promise<void> {
    if (!this.#cause) await this.look()
    await this.#recovering
    const { closed } = this
    if (closed) {
      const { message } = closed
      throw new SallyportError('renewal_unavailable', { message, retryAfterSeconds: lookMilliseconds / 1000 })
    }
  }

  /** Those who want to look while somebody does share what he finds. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async #look(): Promise<void> {
    const { instance } = this.#ports.store
    // Asked before: a read may well be older than what was advanced while it was under way.
    const before = this.#seen
    const found = await instance.read()
    this.#lookedAt = this.#ports.clock.now()
    const isSettled = found !== undefined && this.#isSettled(found)
    if (isSettled) {
      this.#isSetBack = false
      this.#generations.forget()
      this.#advancedAt = never
    }
    const seen = isSettled ? undefined : before
    const cause = causeOf(found, seen) ?? (this.#isSetBack ? 'rolled_back' : undefined)
    this.#found = found ?? this.#found
    this.#become(cause)
    if (found && !cause) this.#see(found, isSettled)
    const isNews = found && cause === 'rolled_back' && seen && (found.rolledBackFrom ?? 0) < seen.epoch
    if (isNews) await instance.noteRollback({ id: found.id, epoch: seen.epoch })
  }

  #see({ id, epoch }: InstanceSeen, isSettled: boolean): void {
    const isOlder = !isSettled && this.#seen?.id === id && this.#seen.epoch > epoch
    if (!isOlder) this.#seen = { id, epoch }
  }

  /** Whether an operator has spoken since the last look: nothing else takes the epoch so far. */
  #isSettled({ id, epoch }: InstanceRecord): boolean {
    const seen = this.#seen
    const hasLeapt = this.#found !== undefined && epoch >= this.#found.epoch + epochLeap
    return hasLeapt && (id !== seen?.id || epoch >= seen.epoch)
  }

  async #advance(): Promise<void> {
    if (!this.#seen) return
    this.#advancedAt = this.#ports.clock.now()
    const epoch = await this.#ports.store.instance.advance(this.#seen)
    // It has become another meanwhile.
    if (epoch === undefined) return this.look()
    this.#seen = { id: this.#seen.id, epoch }
    await this.#remember(this.#seen)
  }

  async #remember(seen: InstanceSeen): Promise<void> {
    try {
      await this.#ports.memory.write(seen)
      this.#isRemembered = true
    } catch (error) {
      // This process goes on to know it; once is enough to say so.
      if (this.#isRemembered) {
        this.#ports.log.error({ cause: traceOf(error) }, 'what was seen of the database cannot be remembered')
      }
      this.#isRemembered = false
    }
  }

  #become(cause: FenceCause | undefined): void {
    if (cause === this.#cause) return
    this.#cause = cause
    const { log } = this.#ports
    if (cause) log.error({ cause, detail: closedBy(cause).message }, 'renewals stopped')
    else this.#goOn()
  }

  #goOn(): void {
    const { log } = this.#ports
    log.info({ instance: this.#found?.id }, 'renewals go on')
    this.#advancedAt = never
    const recover = this.#recover
    this.#recover = undefined
    this.#recovering = recover?.().catch((error: unknown) => {
      log.error({ cause: traceOf(error) }, 'what earlier processes left could not be ended')
    })
  }
}
