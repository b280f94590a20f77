import { loadTarget, type TargetPorts } from '../credentials/target.ts'
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

/** A question that is about to be put to the database, and grows until then. */
interface Question {
  readonly ids: Set<string>
  readonly answer: Promise<ReadonlyMap<string, string>>
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
  readonly #questions = new Map<string, Question>()

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
      const versions = await this.#ask(organizationId, id)
      const isSame = versions.get(id) === known.version && this.#known.get(id) === known
      if (!isSame) return await this.#load(organizationId, id)
      known.until = until
      return known.target
    } finally {
      known.confirming = undefined
    }
  }

  #ask(organizationId: string, id: string): Question['answer'] {
    const question = this.#questions.get(organizationId) ?? this.#newQuestion(organizationId)
    question.ids.add(id)
    return question.answer
  }

  /** Put once everything that has arrived by now had its turn. */
  #newQuestion(organizationId: string): Question {
    const ids = new Set<string>()
    const answer = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      this.#questions.delete(organizationId)
      return this.#ports.store.accounts.versions(organizationId, [...ids])
    })
    const question = { ids, answer }
    this.#questions.set(organizationId, question)
    return question
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
