import { newId } from '../id.ts'
import type { Clock, Random, RenewalIntentRecord, RenewalKey, Store } from '../ports.ts'
import type { Target } from './target.ts'

/** Requests may begin for so long after the claim. */
const sendingMilliseconds = 120_000
/** The longest that one request takes. */
const requestMilliseconds = 30_000
const leaseMilliseconds = 30_000
/** How long a process that fell silent may still bring an answer from its journal. */
const silenceMilliseconds = 600_000

export interface IntentPorts {
  readonly store: Pick<Store, 'renewalIntents'>
  readonly clock: Clock
  readonly random: Random
}

/**
 * What became of a claim: `mine` to send; `elsewhere`, where another process sends; `unanswered`, which is not to be
 * sent now; `gone`, where the generation has been renewed, or the other process has just given up.
 */
export type Claim =
  | { readonly kind: 'mine'; readonly intent: RenewalIntentRecord; readonly gate: () => boolean }
  | { readonly kind: 'elsewhere' | 'unanswered' | 'gone' }

/** The renewals that this process may send: each stands in the database before its first byte goes out. */
export class Intents {
  /** From start to end of this process; another start has another. */
  readonly owner: string
  readonly #ports: IntentPorts

  constructor(ports: IntentPorts) {
    this.#ports = ports
    this.owner = newId('run', ports)
  }

  /** Of all who claim a generation, in whatever process, one gets it. */
  async claim(
    { account }: Pick<Target, 'account'>,
    mayResend: (intent: RenewalIntentRecord) => boolean,
  ): Promise<Claim> {
    const { renewalIntents } = this.#ports.store
    const key = { organizationId: account.organizationId, accountId: account.id }
    const { intent, gate } = this.#begun({ ...key, generation: account.generation }, 1)
    if (await renewalIntents.claim(intent)) return { kind: 'mine', intent, gate }
    const other = await renewalIntents.get(intent)
    if (!other) return { kind: 'gone' }
    if (!this.#isUnanswered(other)) return { kind: 'elsewhere' }
    if (!mayResend(other)) return { kind: 'unanswered' }
    const again = this.#begun(intent, other.attempt + 1)
    const resent = { ...again.intent, since: other.since }
    if (!(await renewalIntents.takeOver(other, resent))) return { kind: 'gone' }
    return { kind: 'mine', intent: resent, gate: again.gate }
  }

  /** Whether somebody is still sending for this generation. */
  async isUnderWay(key: RenewalKey): Promise<boolean> {
    const intent = await this.#ports.store.renewalIntents.get(key)
    return intent !== undefined && !this.#isUnanswered(intent)
  }

  /** Ends an attempt that used nothing up; what was in doubt before it still is. */
  async unspent(intent: RenewalIntentRecord): Promise<void> {
    const { renewalIntents } = this.#ports.store
    await (intent.attempt === 1 ? renewalIntents.release(intent) : renewalIntents.loseAnswer(intent))
  }

  #isUnanswered({ state, owner, leaseUntil }: RenewalIntentRecord): boolean {
    // This process renews an account once at a time: an older attempt of its own has ended, and could not say how.
    if (state === 'no_answer' || owner === this.owner) return true
    // Whoever lives ends its attempt itself, long before this.
    return this.#ports.clock.now() > leaseUntil + silenceMilliseconds
  }

  #begun(key: RenewalKey, attempt: number) {
    const since = this.#ports.clock.now()
    const began = performance.now()
    const deadline = since + sendingMilliseconds + requestMilliseconds
    const intent: RenewalIntentRecord = {
      ...{ organizationId: key.organizationId, accountId: key.accountId, generation: key.generation },
      ...{ attempt, owner: this.owner, state: 'sending', since, deadline },
      leaseUntil: deadline + leaseMilliseconds,
    }
    // Both clocks: a machine that was suspended stops the one, somebody may set the other back.
    const gate = () =>
      performance.now() - began < sendingMilliseconds && this.#ports.clock.now() - since < sendingMilliseconds
    return { intent, gate }
  }
}
