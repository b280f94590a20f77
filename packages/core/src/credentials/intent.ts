import { newId } from '../id.ts'
import type {
  Clock,
  Random,
  RenewalIntentRecord,
  RenewalKey,
  RenewalLease,
  RenewalStep,
  Store,
  Timers,
} from '../ports.ts'
import { isUnanswered, onTaken } from './protocol.ts'
import type { Target } from './target.ts'

/** Requests may begin for so long after the claim. */
const sendingMilliseconds = 120_000
/** The longest that one request takes. */
const requestMilliseconds = 30_000
const deadlineMilliseconds = sendingMilliseconds + requestMilliseconds
const leaseMilliseconds = deadlineMilliseconds + 30_000

type Attempt = RenewalKey & Pick<RenewalIntentRecord, 'attempt'>

export interface IntentPorts {
  readonly store: Pick<Store, 'renewalIntents'>
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  /** Told of each step that is reached. */
  readonly reached?: ((step: RenewalStep, accountId: string) => void | Promise<void>) | undefined
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
  readonly #lease: RenewalLease
  /** Claims that the database may have taken although it said nothing: they were never sent. */
  readonly #unheard = new Map<string, Attempt>()

  constructor(ports: IntentPorts) {
    this.#ports = ports
    this.owner = newId('run', ports)
    this.#lease = { owner: this.owner, deadlineMilliseconds, leaseMilliseconds }
  }

  /** Of all who claim a generation, in whatever process, one gets it. */
  async claim(
    { account }: Pick<Target, 'account'>,
    mayResend: (intent: RenewalIntentRecord) => boolean,
  ): Promise<Claim> {
    const { store, reached } = this.#ports
    const { organizationId, id: accountId, generation } = account
    await reached?.('claim', accountId)
    await this.#settle(accountId)
    const gate = this.#gate()
    const key = { organizationId, accountId, generation }
    const intent =
      (await this.#heard(
        { ...key, attempt: 1 },
        store.renewalIntents.claim({ ...key, status: account.status }, this.#lease),
      )) ?? (await this.#insteadOf(key, mayResend))
    if (typeof intent === 'string') return { kind: intent }
    await reached?.('claimed', accountId)
    return { kind: 'mine', intent, gate }
  }

  /** Ends the claims of which nothing was heard. To be called about once a second. */
  async runDue(): Promise<void> {
    for (const accountId of this.#unheard.keys()) await this.#settle(accountId)
  }

  /** Whether somebody is still sending for this generation. */
  async isUnderWay(key: RenewalKey): Promise<boolean> {
    const intent = await this.#ports.store.renewalIntents.get(key)
    return intent !== undefined && !isUnanswered(intent, this.owner)
  }

  async #insteadOf(
    key: RenewalKey,
    mayResend: (intent: RenewalIntentRecord) => boolean,
  ): Promise<RenewalIntentRecord | 'elsewhere' | 'unanswered' | 'gone'> {
    const { renewalIntents } = this.#ports.store
    const other = await renewalIntents.get(key)
    if (!other) return 'gone'
    const verdict = onTaken(other, { me: this.owner, mayResend: mayResend(other) })
    if (verdict === 'wait') return 'elsewhere'
    if (verdict === 'leave') return 'unanswered'
    const next = { ...key, attempt: other.attempt + 1 }
    return (await this.#heard(next, renewalIntents.takeOver(other, this.#lease))) ?? 'gone'
  }

  async #heard<Answer>(attempt: Attempt, claim: Promise<Answer>): Promise<Answer> {
    try {
      return await claim
    } catch (cause) {
      this.#unheard.set(attempt.accountId, attempt)
      throw cause
    }
  }

  async #settle(accountId: string): Promise<void> {
    const attempt = this.#unheard.get(accountId)
    if (!attempt) return
    const { renewalIntents } = this.#ports.store
    const own = { ...attempt, owner: this.owner }
    // What was in doubt before it still is.
    await (attempt.attempt === 1 ? renewalIntents.release(own) : renewalIntents.loseAnswer(own))
    this.#unheard.delete(accountId)
  }

  /** Whether it is still early enough to send, asked just before the first byte. */
  #gate(): () => boolean {
    const { clock, timers } = this.#ports
    const [wall, monotonic] = [clock.now(), timers.monotonic()]
    // Both clocks: a machine that was suspended stops the one, somebody may set the other back.
    return () =>
      timers.monotonic() - monotonic < sendingMilliseconds && clock.now() - wall < sendingMilliseconds
  }
}
