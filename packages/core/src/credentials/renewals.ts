import type { ErrorCode } from '@sallyport/contract'
import { SallyportError, traceOf } from '../error.ts'
import type { Log } from '../ports.ts'
import type { SchemePorts, Tokens } from '../schemes/scheme.ts'
import type { Recorder } from '../traces/recorder.ts'
import { Backoff } from './backoff.ts'
import { type CommitPorts, commit } from './commit.ts'
import { ForcedRenewals, type Rejection } from './forced-renewals.ts'
import type { Revocations } from './revocations.ts'
import { loadTarget, type Target, type TargetPorts, targetWith } from './target.ts'

export interface RenewalPorts extends CommitPorts, TargetPorts, SchemePorts {
  readonly log: Log
  /** Called when an account's credential or status has changed. */
  readonly changed: () => void
  readonly revocations: Pick<Revocations, 'discard'>
  readonly recorder: Recorder
}

const passing = new Set<ErrorCode>(['upstream_unreachable', 'upstream_timeout', 'internal'])

/** The one place that renews tokens: one renewal of an account at a time, whoever asks. */
export class Renewals {
  readonly #ports: RenewalPorts
  readonly #underWay = new Map<string, Promise<Target>>()
  readonly #backoff: Backoff
  readonly #forced: ForcedRenewals

  constructor(ports: RenewalPorts) {
    this.#ports = ports
    this.#backoff = new Backoff(ports.clock)
    this.#forced = new ForcedRenewals(ports.clock)
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
  renew(target: Target, from = target.account.generation): Promise<Target> {
    const { id, organizationId } = target.account
    const underWay = this.#underWay.get(id)
    if (underWay) return underWay
    const renewal = this.#renew(organizationId, id, from).finally(() => this.#underWay.delete(id))
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
    if (this.#forced.permit(id, rejection)) return this.renew(current, generation)
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
      this.#ports.log.error(
        { account: target.account.id, cause: traceOf(cause) },
        'status could not be written',
      )
    }
  }

  /** Waits for the renewals that are under way, for shutting down. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay.values())
  }

  async #renew(organizationId: string, id: string, from: number): Promise<Target> {
    const current = await loadTarget(this.#ports, organizationId, id)
    if (current.account.generation > from) return current
    if (!current.scheme.renew || !current.scheme.renewable(current.definition, current.credential.tokens)) {
      throw new SallyportError('renewal_unsupported')
    }
    const tokens = await this.#ask(current)
    return this.#store(current, tokens)
  }

  async #ask(target: Target): Promise<Tokens> {
    const { scheme, connection, credential, account } = target
    try {
      if (!scheme.renew) throw new SallyportError('renewal_unsupported')
      const renew = scheme.renew.bind(scheme)
      return await this.#ports.recorder.record('refresh', target, this.#ports, (ports) =>
        renew(ports, connection, credential),
      )
    } catch (cause) {
      const failure = cause instanceof SallyportError ? cause : new SallyportError('internal', { cause })
      this.#backoff.failed(account.id, failure.retryAfterSeconds)
      await this.#recordFailure(target, failure)
      throw passing.has(failure.code)
        ? new SallyportError('renewal_unavailable', { cause: failure, ...retryIn(failure) })
        : failure
    }
  }

  async #store(target: Target, tokens: Tokens): Promise<Target> {
    const credential = { ...target.credential, tokens }
    const account = await commit(this.#ports, target, credential)
    this.#backoff.succeeded(target.account.id)
    this.#ports.changed()
    if (!account) {
      // Another generation came first (a reconnect, most likely): that one holds.
      this.#ports.log.warn({ account: target.account.id }, 'a renewed token was superseded')
      await this.#discardUnlessConnected(target, tokens)
      return loadTarget(this.#ports, target.account.organizationId, target.account.id)
    }
    this.#ports.log.info({ account: account.id, generation: account.generation }, 'token renewed')
    return targetWith(this.#ports, account, target.integration, credential)
  }

  /** What arrived for an account that was disconnected meanwhile is nobody's: it goes back to the provider. */
  async #discardUnlessConnected(target: Target, tokens: Tokens): Promise<void> {
    const { organizationId, id } = target.account
    const now = await this.#ports.store.accounts.get(organizationId, id)
    if (!now || now.status === 'revoked') await this.#ports.revocations.discard(target, tokens)
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
}

/** What an account's `reason` says after this failure: the provider's word, or ours. */
export function reasonOf(failure: SallyportError): string {
  return 'reason' in failure && typeof failure.reason === 'string' ? failure.reason : failure.code
}

function retryIn(failure: SallyportError): { retryAfterSeconds: number } {
  return { retryAfterSeconds: failure.retryAfterSeconds ?? 1 }
}
