import { SallyportError, traceOf } from '../error.ts'
import type { AccountRecord, Changed, RenewalIntentRecord } from '../ports.ts'
import { answerIsLost } from '../schemes/lost-answer.ts'
import type { SchemePorts, Tokens } from '../schemes/scheme.ts'
import type { Recorder } from '../traces/recorder.ts'
import type { Vault } from '../vault/vault.ts'
import type { Admission, Asker } from './admission.ts'
import { Backoff } from './backoff.ts'
import type { Fence } from './fence.ts'
import { ForcedRenewals, type Rejection } from './forced-renewals.ts'
import { mayResend, profileOf } from './in-doubt.ts'
import { type Claim, Intents } from './intent.ts'
import { commitAnswer, drainJournal, type JournalPorts } from './journal.ts'
import { onDeath, onFailure } from './protocol.ts'
import {
  doubted,
  heard,
  lostAnswer,
  reasonOf,
  refusedAfterRestore,
  refusedBefore,
} from './renewal-failure.ts'
import { loadTarget, openTarget, type Target, targetWith } from './target.ts'

export interface RenewalPorts extends JournalPorts, SchemePorts {
  /** Called when an account's credential or status has changed. */
  readonly changed: Changed
  readonly recorder: Recorder
  /** Throws what stands against any renewal, or this one's, as things are. */
  readonly mayRenew: (target: Target) => Promise<void>
  readonly admission: Admission
  readonly fence: Pick<Fence, 'adoptedAt'>
}

/** Less than callers wait, so that they hear how it stands. */
const longestWaitMilliseconds = 9_000
const longestPollMilliseconds = 500
const drainAgainMilliseconds = 5_000

type Mine = Extract<Claim, { kind: 'mine' }>

/** A renewal that is to be made: what it starts from, and why. */
interface Wanted {
  readonly organizationId: string
  readonly id: string
  readonly from: number
  /** The access token was rejected (401). */
  readonly isRejected: boolean
  /** Whoever asks knows that the account needs somebody, and wants it tried all the same. */
  readonly isRefused: boolean
  readonly asker: Asker
  /** As they were read a moment ago, where they were. */
  readonly read?: Pick<Target, 'account' | 'integration'> | undefined
}

/** An account that is to be renewed, as far as that is known before it is read. */
export type Renewable = Pick<AccountRecord, 'organizationId' | 'id' | 'generation'> &
  Partial<Pick<AccountRecord, 'status'>> &
  Pick<Wanted, 'read'>

/** How renewals ended, in this process. */
export interface RenewalCounts {
  renewed: number
  /** The provider does not accept the account any more. */
  refused: number
  /** The answer was lost, and with it maybe the token. */
  lost: number
  /** Nothing was used up: tried again. */
  failed: number
}

/**
 * The one place that renews tokens: one renewal of a generation at a time, whoever asks, in whatever process
 * (docs/reliability.md).
 */
export class Renewals {
  readonly counts: RenewalCounts = { renewed: 0, refused: 0, lost: 0, failed: 0 }
  readonly #ports: RenewalPorts
  readonly #intents: Intents
  readonly #underWay = new Map<string, Promise<Target>>()
  readonly #backoff: Backoff
  readonly #forced: ForcedRenewals
  readonly #closing = new AbortController()
  /** Accounts whose answers an earlier process left, and the database does not take yet. */
  #inJournal: ReadonlySet<string> = new Set()
  #drainAt = 0
  #draining: Promise<ReadonlySet<string>> | undefined

  constructor(ports: RenewalPorts) {
    this.#ports = ports
    this.#intents = new Intents(ports)
    this.#backoff = new Backoff(ports.clock)
    this.#forced = new ForcedRenewals(ports.clock)
  }

  /**
   * Ends what earlier processes left: first their answers, then their attempts, which have none any more. To be called
   * before anything is renewed. Where others use the database (`isAlone` is false), only those are known to have ended
   * that had this process's journal before it.
   */
  async recover({ isAlone }: { readonly isAlone: boolean }): Promise<void> {
    const { journal, store } = this.#ports
    const { owner } = this.#intents
    const left = await this.#drain()
    const owners = await journal.enter(owner)
    if (!isAlone && owners.length === 0) return
    const whose = isAlone ? { exceptOwner: owner } : { owners }
    const unsettled = new Set(left)
    for (const intent of await store.renewalIntents.listSending(whose)) {
      const { accountId } = intent
      await this.#abandoned(intent, left.has(accountId)).catch((cause: unknown) => {
        unsettled.add(accountId)
        this.#notRecorded(accountId, cause)
      })
    }
    if (unsettled.size === 0) await journal.settle(owner)
  }

  /** Brings home what the journal still holds, and ends what was never sent. To be called about once a second. */
  async runDue(): Promise<void> {
    await this.#intents.runDue()
    if (this.#inJournal.size > 0 && this.#ports.clock.now() >= this.#drainAt) await this.#drain()
  }

  /** Seconds before a failed renewal may be repeated by a call. */
  pauseSeconds({ account, integration }: Target): number {
    if (this.#underWay.has(account.id)) return 0
    return Math.max(this.#backoff.secondsLeft(account.id), this.#ports.admission.pauseSeconds(integration))
  }

  /**
   * Renews the token of `from`, unless somebody has done so already. The renewal goes on when its callers
   * leave: an answer that arrives must be stored.
   *
   * @throws SallyportError account_needs_reconnect, renewal_unavailable, renewal_unsupported, token_refused…
   */
  renew(account: Renewable, asker: Asker = 'call', isRejected = false): Promise<Target> {
    const { id, organizationId, generation: from, read } = account
    const underWay = this.#underWay.get(id)
    if (underWay) return underWay
    const isRefused = account.status === 'needs_reconnect'
    const wanted = { organizationId, id, from, isRejected, isRefused, asker, read }
    const renewal = this.#renew(wanted).finally(() => this.#underWay.delete(id))
    this.#underWay.set(id, renewal)
    // Each caller waits on its own; without one the failure is still recorded on the account.
    renewal.catch(() => undefined)
    return renewal
  }

  /** After a rejected call: a newer token, or undefined where the rejection is to be passed through. */
  async afterRejection(target: Target, rejection: Rejection): Promise<Target | undefined> {
    const { id, organizationId, generation } = target.account
    const current = await loadTarget(this.#ports, organizationId, id)
    if (current.account.generation > generation) return current
    if (!current.account.renewable || current.account.status === 'needs_reconnect') return undefined
    // Calls are rejected in crowds: while this one read the account, another may have begun a renewal,
    const underWay = this.#underWay.get(id)
    if (underWay) return underWay
    if (this.#forced.permit(id, rejection)) {
      return this.renew({ ...current.account, generation }, 'call', rejection === 'unauthorized')
    }
    // or begun it and ended it.
    const latest = await loadTarget(this.#ports, organizationId, id)
    return latest.account.generation > generation ? latest : undefined
  }

  /** After a reply that says that access is gone for good: only a person can help. */
  async revokedByProvider(target: Target): Promise<void> {
    const message = 'The API says that access was revoked. Connect the account again.'
    const failure = new SallyportError('account_needs_reconnect', { message })
    try {
      await this.#recordFailure(target, Object.assign(failure, { reason: 'revoked' }), 'access was revoked')
    } catch (cause) {
      // The caller still gets the reply; the next one will say the same.
      this.#notRecorded(target.account.id, cause)
    }
  }

  /** Waits for the renewals that are under way, for shutting down: answers are committed, or left in the journal. */
  async settled(): Promise<void> {
    this.#closing.abort()
    await Promise.allSettled(this.#underWay.values())
  }

  async #drain(): Promise<ReadonlySet<string>> {
    this.#drainAt = this.#ports.clock.now() + drainAgainMilliseconds
    this.#draining ??= drainJournal(this.#ports).finally(() => {
      this.#draining = undefined
    })
    this.#inJournal = await this.#draining
    return this.#inJournal
  }

  async #renew(wanted: Wanted): Promise<Target> {
    const { organizationId, id, from, isRejected } = wanted
    // Its successor is known already (G3).
    if (this.#inJournal.has(id)) throw new SallyportError('renewal_unavailable', { retryAfterSeconds: 1 })
    const { read } = wanted
    const current = await (read
      ? openTarget(this.#ports, read.account, read.integration)
      : loadTarget(this.#ports, organizationId, id))
    if (current.account.generation > from) return current
    if (current.account.status === 'needs_reconnect' && !wanted.isRefused)
      throw refusedBefore(current.account)
    if (!current.scheme.renew || !current.scheme.renewable(current.definition, current.credential.tokens)) {
      throw new SallyportError('renewal_unsupported')
    }
    await this.#ports.mayRenew(current)
    await this.#ports.admission.enter(current, wanted.asker, isRejected)
    // Without what seals it, no answer is asked for.
    await this.#ports.vault.holding(organizationId)
    const { clock } = this.#ports
    const { expiresAt } = current.account
    const profile = profileOf(current)
    const claim = await this.#intents.claim(current, (intent) =>
      mayResend(intent, { profile, expiresAt, now: clock.now(), isRejected }),
    )
    if (claim.kind === 'mine') return this.#send(current, claim, wanted)
    await this.#ports.admission.notSent(current, claim.kind)
    if (claim.kind === 'unanswered') return this.#stillInDoubt(current)
    return this.#awaitOthers(current)
  }

  async #send(target: Target, { intent, gate }: Mine, wanted: Wanted): Promise<Target> {
    let wasSent = false
    const mayBeSent = () => {
      wasSent = gate()
      return wasSent
    }
    const { reached } = this.#ports
    const send: SchemePorts['send'] = (request) =>
      this.#ports.send({
        ...request,
        mayBeSent,
        ...(reached && { reached: (step) => void reached(step, target.account.id) }),
      })
    let vault: Vault
    let tokens: Tokens
    try {
      // An answer must be sealed also when the database is gone by then. Asked for once the intent stands: while it
      // does, no key dies that its answer may be sealed with.
      vault = await this.#ports.vault.holding(target.account.organizationId)
      tokens = await this.#ask(target, send)
    } catch (cause) {
      const failure = cause instanceof SallyportError ? cause : new SallyportError('internal', { cause })
      return this.#failed(target, intent, { failure, isLost: answerIsLost(cause, wasSent), wanted })
    }
    await reached?.('answered', target.account.id)
    return this.#store(target, tokens, vault)
  }

  async #ask(target: Target, send: SchemePorts['send']): Promise<Tokens> {
    const { scheme, connection, credential } = target
    const { recorder } = this.#ports
    return recorder.record('refresh', target, { ...this.#ports, send }, async (ports) => {
      if (!scheme.renew) throw new SallyportError('renewal_unsupported')
      return scheme.renew(ports, connection, credential)
    })
  }

  async #failed(
    target: Target,
    intent: RenewalIntentRecord,
    how: { readonly failure: SallyportError; readonly isLost: boolean; readonly wanted: Wanted },
  ): Promise<Target> {
    const { failure, isLost, wanted } = how
    const isRefused = failure.code === 'account_needs_reconnect'
    this.counts[isLost ? 'lost' : isRefused ? 'refused' : 'failed'] += 1
    const isKnown = this.#ports.admission.failed(target, failure)
    const after = onFailure(isLost ? 'lost' : isRefused ? 'refused' : 'unspent', {
      attempt: intent.attempt,
      kind: profileOf(target).kind,
    })
    // Told before the attempt ends: nobody is to send again what was refused. What cannot be told stays in doubt.
    const isTold =
      after.resend || isKnown || (await this.#tellFailure(target, this.#told(target, failure, after.inDoubt)))
    await this.#intents.end(intent, isTold ? after.intent : 'no_answer')
    if (after.resend) return this.#renew({ ...wanted, asker: 'again', read: undefined })
    if (isRefused) {
      // Another process may have known better.
      const latest = await loadTarget(this.#ports, wanted.organizationId, wanted.id)
      if (latest.account.generation > target.account.generation) return latest
    }
    const failures = this.#backoff.failed(target.account.id, failure.retryAfterSeconds)
    // What is the provider's failure makes the account wait no longer than the provider does.
    const inRow = isKnown ? 1 : failures
    await this.#ports.admission.retry(target, failure, { failures: inRow, inDoubt: after.inDoubt })
    if (after.isLost) this.#untilExpiry(target)
    throw heard(failure)
  }

  async #store(target: Target, tokens: Tokens, vault: Vault): Promise<Target> {
    this.counts.renewed += 1
    const account = await commitAnswer({ ...this.#ports, vault }, target, tokens, this.#closing.signal)
    this.#backoff.succeeded(target.account.id)
    this.#ports.admission.answered(target)
    this.#ports.changed(target.account)
    if (!account) return loadTarget(this.#ports, target.account.organizationId, target.account.id)
    this.#ports.log.info({ account: account.id, generation: account.generation }, 'token renewed')
    return targetWith(this.#ports, account, target.integration, { ...target.credential, tokens })
  }

  /** Another process sends: its result, or what its failure left. */
  async #awaitOthers(target: Target): Promise<Target> {
    const { organizationId, id, generation } = target.account
    const key = { organizationId, accountId: id, generation }
    const { timers } = this.#ports
    const until = timers.monotonic() + longestWaitMilliseconds
    for (let pause = 20; timers.monotonic() < until; pause = Math.min(pause * 2, longestPollMilliseconds)) {
      // Asked first: what it has committed is there once it has ended.
      const isUnderWay = await this.#intents.isUnderWay(key)
      const latest = await loadTarget(this.#ports, organizationId, id)
      if (latest.account.generation > generation) {
        this.#ports.changed(target.account)
        return latest
      }
      if (!isUnderWay) {
        const { status, reasonDetail: message } = latest.account
        this.#ports.changed(target.account)
        if (status === 'needs_reconnect') throw refusedBefore(latest.account)
        throw new SallyportError('renewal_unavailable', { ...(message && { message }), retryAfterSeconds: 1 })
      }
      await timers.wait(pause)
    }
    throw new SallyportError('renewal_unavailable', { retryAfterSeconds: 1 })
  }

  async #stillInDoubt(target: Target): Promise<never> {
    const failure = lostAnswer()
    await this.#recordFailure(target, failure)
    this.#untilExpiry(target)
    throw failure
  }

  /** What is in doubt is not asked for again with every call. */
  #untilExpiry({ account }: Target): void {
    const left = (account.expiresAt ?? 0) - this.#ports.clock.now()
    if (left > 0) this.#backoff.failed(account.id, Math.ceil(left / 1000))
  }

  /** A process has died while it sent. */
  async #abandoned(intent: RenewalIntentRecord, isInJournal: boolean): Promise<void> {
    const { renewalIntents } = this.#ports.store
    const target = await loadTarget(this.#ports, intent.organizationId, intent.accountId)
    const { kind } = profileOf(target)
    const isRefused = target.account.status === 'needs_reconnect'
    const verdict = onDeath({ kind, isInJournal, isRefused })
    if (verdict === 'leave') return
    if (verdict === 'release') return renewalIntents.release(intent)
    await renewalIntents.loseAnswer(intent)
    await this.#recordFailure(target, lostAnswer())
    if (kind === 'grace') void this.renew(target.account)
  }

  /** What the account says of it. */
  #told(target: Target, failure: SallyportError, inDoubt: boolean): SallyportError {
    if (inDoubt) return doubted(failure)
    const { issuedAt, createdAt } = target.account
    const isOfBefore = (issuedAt ?? createdAt) <= (this.#ports.fence.adoptedAt ?? 0)
    return isOfBefore && profileOf(target).kind !== 'lasting' ? refusedAfterRestore(failure) : failure
  }

  async #tellFailure(target: Target, failure: SallyportError): Promise<boolean> {
    try {
      await this.#recordFailure(target, failure)
      return true
    } catch (cause) {
      this.#notRecorded(target.account.id, cause)
      return false
    }
  }

  async #recordFailure(
    { account }: Target,
    failure: SallyportError,
    event = 'renewal failed',
  ): Promise<void> {
    const reason = reasonOf(failure)
    const status = failure.code === 'account_needs_reconnect' ? 'needs_reconnect' : 'failing'
    this.#ports.log.warn({ account: account.id, reason, detail: failure.detail }, event)
    if (account.status === status && account.reason === reason) return
    const { organizationId, id, generation } = account
    await this.#ports.store.accounts.setStatus(
      organizationId,
      id,
      generation,
      status,
      reason,
      failure.message,
    )
    this.#ports.changed(account)
  }

  #notRecorded(accountId: string, cause: unknown): void {
    this.#ports.log.error({ account: accountId, cause: traceOf(cause) }, 'status could not be written')
  }
}
