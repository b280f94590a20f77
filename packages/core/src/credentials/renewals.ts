import { setTimeout as delay } from 'node:timers/promises'
import type { ErrorCode } from '@sallyport/contract'
import { SallyportError, traceOf } from '../error.ts'
import type { RenewalIntentRecord } from '../ports.ts'
import { answerIsLost } from '../schemes/lost-answer.ts'
import type { SchemePorts, Tokens } from '../schemes/scheme.ts'
import type { Recorder } from '../traces/recorder.ts'
import { Backoff } from './backoff.ts'
import { ForcedRenewals, type Rejection } from './forced-renewals.ts'
import { mayResend, profileOf } from './in-doubt.ts'
import { type Claim, Intents } from './intent.ts'
import { commitAnswer, drainJournal, type JournalPorts } from './journal.ts'
import { loadTarget, type Target, targetWith } from './target.ts'

export interface RenewalPorts extends JournalPorts, SchemePorts {
  /** Called when an account's credential or status has changed. */
  readonly changed: () => void
  readonly recorder: Recorder
  /** Throws what stands against any renewal, or this one's, as things are. */
  readonly mayRenew: (target: Target) => Promise<void>
}

const passing = new Set<ErrorCode>(['upstream_unreachable', 'upstream_timeout', 'internal'])
/** Less than callers wait, so that they hear how it stands. */
const longestWaitMilliseconds = 9_000
const longestPollMilliseconds = 500

type Mine = Extract<Claim, { kind: 'mine' }>

/** A renewal that is to be made: what it starts from, and why. */
interface Wanted {
  readonly organizationId: string
  readonly id: string
  readonly from: number
  /** The access token was rejected (401). */
  readonly isRejected: boolean
}

/**
 * The one place that renews tokens: one renewal of a generation at a time, whoever asks, in whatever process
 * (docs/reliability.md).
 */
export class Renewals {
  readonly #ports: RenewalPorts
  readonly #intents: Intents
  readonly #underWay = new Map<string, Promise<Target>>()
  readonly #backoff: Backoff
  readonly #forced: ForcedRenewals
  readonly #closing = new AbortController()

  constructor(ports: RenewalPorts) {
    this.#ports = ports
    this.#intents = new Intents(ports)
    this.#backoff = new Backoff(ports.clock)
    this.#forced = new ForcedRenewals(ports.clock)
  }

  /**
   * Ends what earlier processes left: first their answers, then their attempts, which have none any more. To be called
   * before anything is renewed. Where others use the database (`isAlone` is false), theirs may be alive.
   */
  async recover({ isAlone }: { readonly isAlone: boolean }): Promise<void> {
    const left = await drainJournal(this.#ports)
    if (!isAlone) return
    for (const intent of await this.#ports.store.renewalIntents.listSending(this.#intents.owner)) {
      // Whose answer is in the journal yet has not lost it: nobody may ask again.
      if (left.has(intent.accountId)) continue
      await this.#abandoned(intent).catch((cause: unknown) => this.#notRecorded(intent.accountId, cause))
    }
  }

  /** Seconds before a failed renewal may be repeated by a call. */
  pauseSeconds(accountId: string): number {
    return this.#underWay.has(accountId) ? 0 : this.#backoff.secondsLeft(accountId)
  }

  /**
   * Renews the token of `from`, unless somebody has done so already. The renewal goes on when its callers
   * leave: an answer that arrives must be stored.
   *
   * @throws SallyportError account_needs_reconnect, renewal_unavailable, renewal_unsupported, token_refused…
   */
  renew(target: Target, from = target.account.generation, isRejected = false): Promise<Target> {
    const { id, organizationId } = target.account
    const underWay = this.#underWay.get(id)
    if (underWay) return underWay
    const renewal = this.#renew({ organizationId, id, from, isRejected }).finally(() =>
      this.#underWay.delete(id),
    )
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
    if (!current.account.renewable) return undefined
    // Calls are rejected in crowds: while this one read the account, another may have begun a renewal,
    const underWay = this.#underWay.get(id)
    if (underWay) return underWay
    if (this.#forced.permit(id, rejection)) {
      return this.renew(current, generation, rejection === 'unauthorized')
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

  async #renew(wanted: Wanted): Promise<Target> {
    const { organizationId, id, from, isRejected } = wanted
    const current = await loadTarget(this.#ports, organizationId, id)
    if (current.account.generation > from) return current
    if (!current.scheme.renew || !current.scheme.renewable(current.definition, current.credential.tokens)) {
      throw new SallyportError('renewal_unsupported')
    }
    await this.#ports.mayRenew(current)
    // An answer must be sealed also when the database is gone by then.
    await this.#ports.vault.ready(organizationId)
    const { clock } = this.#ports
    const { expiresAt } = current.account
    const profile = profileOf(current)
    const claim = await this.#intents.claim(current, (intent) =>
      mayResend(intent, { profile, expiresAt, now: clock.now(), isRejected }),
    )
    if (claim.kind === 'mine') return this.#send(current, claim, wanted)
    if (claim.kind === 'unanswered') return this.#stillInDoubt(current)
    return this.#awaitOthers(current)
  }

  async #send(target: Target, { intent, gate }: Mine, wanted: Wanted): Promise<Target> {
    let wasSent = false
    const mayBeSent = () => {
      wasSent = gate()
      return wasSent
    }
    const send: SchemePorts['send'] = (request) => this.#ports.send({ ...request, mayBeSent })
    let tokens: Tokens
    try {
      tokens = await this.#ask(target, send)
    } catch (cause) {
      const failure = cause instanceof SallyportError ? cause : new SallyportError('internal', { cause })
      const isLost = answerIsLost(cause, wasSent) && profileOf(target).kind !== 'lasting'
      return this.#failed(target, intent, { failure, isLost, wanted })
    }
    return this.#store(target, tokens)
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
    const { renewalIntents } = this.#ports.store
    const isRefused = failure.code === 'account_needs_reconnect'
    if (isLost) await renewalIntents.loseAnswer(intent)
    else if (isRefused) await renewalIntents.release(intent)
    else await this.#intents.unspent(intent)

    const inDoubt = isLost || intent.attempt > 1
    // Within its grace the provider gives the same answer once more.
    const isFirst = isLost && intent.attempt === 1
    if (isFirst && profileOf(target).kind === 'grace') return this.#renew(wanted)
    if (isRefused) {
      // Another process may have known better.
      const latest = await loadTarget(this.#ports, wanted.organizationId, wanted.id)
      if (latest.account.generation > target.account.generation) return latest
    }
    this.#backoff.failed(target.account.id, failure.retryAfterSeconds)
    await this.#recordFailure(target, inDoubt ? doubted(failure) : failure)
    if (isLost) this.#untilExpiry(target)
    throw passing.has(failure.code)
      ? new SallyportError('renewal_unavailable', { cause: failure, ...retryIn(failure) })
      : failure
  }

  async #store(target: Target, tokens: Tokens): Promise<Target> {
    const account = await commitAnswer(this.#ports, target, tokens, this.#closing.signal)
    this.#backoff.succeeded(target.account.id)
    this.#ports.changed()
    if (!account) return loadTarget(this.#ports, target.account.organizationId, target.account.id)
    this.#ports.log.info({ account: account.id, generation: account.generation }, 'token renewed')
    return targetWith(this.#ports, account, target.integration, { ...target.credential, tokens })
  }

  /** Another process sends: its result, or what its failure left. */
  async #awaitOthers(target: Target): Promise<Target> {
    const { organizationId, id, generation } = target.account
    const key = { organizationId, accountId: id, generation }
    const until = performance.now() + longestWaitMilliseconds
    for (let pause = 20; performance.now() < until; pause = Math.min(pause * 2, longestPollMilliseconds)) {
      // Asked first: what it has committed is there once it has ended.
      const isUnderWay = await this.#intents.isUnderWay(key)
      const latest = await loadTarget(this.#ports, organizationId, id)
      if (latest.account.generation > generation) {
        this.#ports.changed()
        return latest
      }
      if (!isUnderWay) {
        const { status, reasonDetail: message } = latest.account
        const code = status === 'needs_reconnect' ? 'account_needs_reconnect' : 'renewal_unavailable'
        this.#ports.changed()
        throw new SallyportError(code, { ...(message && { message }), retryAfterSeconds: 1 })
      }
      await delay(pause)
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

  /** A process has died while it sent: an answer, if there was one, died with it. */
  async #abandoned(intent: RenewalIntentRecord): Promise<void> {
    const { renewalIntents } = this.#ports.store
    const target = await loadTarget(this.#ports, intent.organizationId, intent.accountId)
    const profile = profileOf(target)
    if (profile.kind === 'lasting') return renewalIntents.release(intent)
    await renewalIntents.loseAnswer(intent)
    await this.#recordFailure(target, lostAnswer())
    if (profile.kind === 'grace') void this.renew(target)
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
    this.#ports.changed()
  }

  #notRecorded(accountId: string, cause: unknown): void {
    this.#ports.log.error({ account: accountId, cause: traceOf(cause) }, 'status could not be written')
  }
}

/** What an account's `reason` says after this failure: the provider's word, or ours. */
export function reasonOf(failure: SallyportError): string {
  return 'reason' in failure && typeof failure.reason === 'string' ? failure.reason : failure.code
}

function lostAnswer(cause?: SallyportError): SallyportError & { readonly reason: string } {
  const message = `The provider’s answer to a renewal was lost, so its refresh token may have been used up. The token is used for as long as it works; then the renewal is tried once more. ${cause?.message ?? ''}`
  const detail = cause?.detail
  const failure = new SallyportError('renewal_unavailable', {
    message: message.trimEnd(),
    retryAfterSeconds: 1,
    cause,
    ...(detail !== undefined && { detail }),
  })
  return Object.assign(failure, { reason: 'in_doubt' })
}

/** The same, of an account whose refresh token may have been used up by an attempt before. */
function doubted(failure: SallyportError): SallyportError {
  if (failure.code !== 'account_needs_reconnect') return lostAnswer(failure)
  const message =
    'The provider’s answer to a renewal was lost, and it does not take the refresh token any more. Connect the account again.'
  return Object.assign(new SallyportError('account_needs_reconnect', { message }), { reason: 'in_doubt' })
}

function retryIn(failure: SallyportError): { retryAfterSeconds: number } {
  return { retryAfterSeconds: failure.retryAfterSeconds ?? 1 }
}
