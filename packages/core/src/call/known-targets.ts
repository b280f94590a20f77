import { loadTarget, type TargetPorts } from '../credentials/target.ts'
import { Gathered } from '../gathered.ts'
import type { AccountKey, Clock, Store } from '../ports.ts'
import { type CallTarget, withPrepared } from './call-target.ts'

export interface KnownTargetPorts extends TargetPorts {
  readonly store: Store
  readonly clock: Clock
}

const capacity = 20_000
const goodForMilliseconds = 1000

interface Known {
  readonly target: CallTarget
  readonly version: string
  until: number
  /** While the database is asked whether it is still so. */
  confirming: Promise<CallTarget> | undefined
}

/**
 * The accounts that are called, opened. Each is good for a second; after that the database is asked for its version
 * alone, once for all that are wanted at that moment. So a change on any node is seen within a second, and an account
 * costs little more when ten thousand others are called between two calls of it.
 */
export class KnownTargets {
  readonly #ports: KnownTargetPorts
  /** By account; those read longest ago first. */
  readonly #known = new Map<string, Known>()
  /** Reads under way that nothing has overtaken. */
  readonly #loads = new Map<string, symbol>()
  /** By organization. */
  readonly #versions = new Map<string, Gathered<string>>()

  constructor(ports: KnownTargetPorts) {
    this.#ports = ports
  }

  /** The account as it was within the last second. @throws SallyportError not_found */
  get(organizationId: string, id: string): CallTarget | Promise<CallTarget> {
    const known = this.#known.get(id)
    if (known?.target.account.organizationId !== organizationId) return this.#load(organizationId, id)
    if (this.#ports.clock.now() < known.until) return known.target
    known.confirming ??= this.#confirm(known)
    return known.confirming
  }

  /** What this process changes itself is read anew at once. */
  forget({ id }: AccountKey): void {
    this.#known.delete(id)
    this.#loads.delete(id)
  }

  forgetAll(): void {
    this.#known.clear()
    this.#loads.clear()
  }

  async #confirm(known: Known): Promise<CallTarget> {
    const { organizationId, id } = known.target.account
    try {
      const until = this.#ports.clock.now() + goodForMilliseconds
      const version = await this.#versionsOf(organizationId).get(id)
      const isSame = version === known.version && this.#known.get(id) === known
      if (!isSame) return await this.#load(organizationId, id)
      known.until = until
      return known.target
    } finally {
      known.confirming = undefined
    }
  }

  #versionsOf(organizationId: string): Gathered<string> {
    const known = this.#versions.get(organizationId)
    if (known) return known
    const versions = new Gathered<string>((ids) => {
      // Of an organization that is asked for no more nothing stays.
      this.#versions.delete(organizationId)
      return this.#ports.store.accounts.versions(organizationId, ids)
    })
    this.#versions.set(organizationId, versions)
    return versions
  }

  async #load(organizationId: string, id: string): Promise<CallTarget> {
    const mine = Symbol()
    this.#loads.set(id, mine)
    try {
      const until = this.#ports.clock.now() + goodForMilliseconds
      const target = withPrepared(await loadTarget(this.#ports, organizationId, id))
      // A change since the read began may not be in what was read.
      if (this.#loads.get(id) === mine) this.#remember({ target, version: versionOf(target), until })
      return target
    } finally {
      if (this.#loads.get(id) === mine) this.#loads.delete(id)
    }
  }

  #remember(known: Omit<Known, 'confirming'>): void {
    const { id } = known.target.account
    this.#known.delete(id)
    this.#known.set(id, { ...known, confirming: undefined })
    if (this.#known.size <= capacity) return
    const oldest = this.#known.keys().next()
    if (!oldest.done) this.#known.delete(oldest.value)
  }
}

/** As `Store.accounts.versions` tells it. */
function versionOf({ account, integration }: CallTarget): string {
  return [account.version, integration.version, integration.oauthClient?.version ?? ''].join(' ')
}
