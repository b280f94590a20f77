import type { Outcome } from '../ports.ts'

const second = 1000
const minute = 60 * second
const windowMilliseconds = 30 * second
/** Fewer say nothing of a provider. So many in a row, without an answer between, say it however long they take. */
const fewest = 20
/** Enough to see that a provider which seemed to be back is not. */
const fewestAgain = 5
const firstPause = { outage: 5 * second, refusal: second }
const longestPause = 5 * minute
const longestRetryAfter = 60 * minute
/** After which nobody waits for the outcome of a probe: longer than a renewal can take. */
const longestProbe = 3 * minute
/** In which the rate doubles once the provider is back. */
const stepMilliseconds = 30 * second

interface Pause {
  readonly cause: 'outage' | 'refusal'
  readonly until: number
  readonly milliseconds: number
}

interface Probe {
  readonly accountId: string
  readonly until: number
}

/**
 * Whether renewals of one client are sent: not while its provider fails, or refuses the client itself. Then one at a
 * time finds out whether that is over, and after an outage the rate comes back step by step. Times are epoch
 * milliseconds.
 */
export class Breaker {
  #pause: Pause | undefined
  #probe: Probe | undefined
  /** Since when the rate comes back, and the pause that it came from. */
  #recovery: { readonly since: number; readonly milliseconds: number } | undefined
  /** Failures since the last answer. */
  #inRow = 0
  /** Renewals by the second in which they ended. */
  readonly #seconds = new Map<number, { ended: number; failed: number }>()

  get isOpen(): boolean {
    return this.#pause !== undefined
  }

  /** How long nothing is sent; 0 where everything, or a probe, may be. */
  pauseLeft(now: number): number {
    if (!this.#pause) return 0
    if (this.#probe && now < this.#probe.until) return second
    return Math.max(0, this.#pause.until - now)
  }

  /** Whether the renewal of this account may be sent; while it is open, as the probe. A person need not wait for one. */
  permit(accountId: string, now: number, isPerson = false): boolean {
    if (!this.#pause) return true
    if (this.#probe && now < this.#probe.until) return false
    if (now < this.#pause.until && !isPerson) return false
    this.#probe = { accountId, until: now + longestProbe }
    return true
  }

  /** Gives the turn back where nothing was sent. */
  release(accountId: string): void {
    if (this.#probe?.accountId === accountId) this.#probe = undefined
  }

  /** Renewals of the client in a second, of the `most` that its definition allows. */
  perSecond(most: number, now: number): number {
    if (this.#pause) return 1
    const rate = this.#recovery
      ? 2 ** Math.min(20, Math.floor((now - this.#recovery.since) / stepMilliseconds))
      : most
    if (rate >= most) this.#recovery = undefined
    return Math.min(most, rate)
  }

  /** Whether a failure now says nothing of the account: it is not written there. */
  get isQuiet(): boolean {
    return this.#pause !== undefined || this.#recovery !== undefined
  }

  /** Notes how a renewal ended, and says what that changed. */
  ended(accountId: string, outcome: Outcome, now: number): 'opened' | 'closed' | undefined {
    if (!this.#pause) return this.#endedWhileClosed(outcome, now)
    if (this.#probe?.accountId !== accountId) return undefined
    this.#probe = undefined
    if (outcome.kind === 'answered') return this.#close(now)
    this.#open(outcome, now, Math.min(this.#pause.milliseconds * 2, longestPause))
    return undefined
  }

  #endedWhileClosed(outcome: Outcome, now: number): 'opened' | undefined {
    const { ended, failed } = this.#count(outcome, now)
    const enough = this.#recovery ? fewestAgain : fewest
    this.#inRow = outcome.kind === 'failed' ? this.#inRow + 1 : 0
    const isMostly = ended >= enough && failed * 2 >= ended
    const isDown = outcome.kind === 'failed' && (isMostly || this.#inRow >= enough)
    if (!isDown && outcome.kind !== 'refused') return undefined
    const before = this.#recovery?.milliseconds
    const first = firstPause[outcome.kind === 'refused' ? 'refusal' : 'outage']
    this.#open(outcome, now, before === undefined ? first : Math.min(before * 2, longestPause))
    return 'opened'
  }

  #open(outcome: Outcome, now: number, milliseconds: number): void {
    const asked = outcome.kind === 'failed' ? (outcome.retryAfterSeconds ?? 0) * second : 0
    const until = now + Math.max(milliseconds, Math.min(asked, longestRetryAfter))
    this.#pause = { cause: outcome.kind === 'refused' ? 'refusal' : 'outage', until, milliseconds }
    this.#recovery = undefined
    this.#inRow = 0
    this.#seconds.clear()
  }

  #close(now: number): 'closed' {
    // Who mended a client's secret need not wait for more than the cap.
    const milliseconds = this.#pause?.cause === 'outage' ? this.#pause.milliseconds : undefined
    this.#recovery = milliseconds === undefined ? undefined : { since: now, milliseconds }
    this.#pause = undefined
    return 'closed'
  }

  #count(outcome: Outcome, now: number): { readonly ended: number; readonly failed: number } {
    const current = Math.floor(now / second)
    const entry = this.#seconds.get(current) ?? { ended: 0, failed: 0 }
    entry.ended += 1
    if (outcome.kind === 'failed') entry.failed += 1
    this.#seconds.set(current, entry)
    const total = { ended: 0, failed: 0 }
    for (const [at, { ended, failed }] of this.#seconds) {
      // A clock that went back leaves nothing behind for ever.
      if (Math.abs(now - at * second) > windowMilliseconds) this.#seconds.delete(at)
      else {
        total.ended += ended
        total.failed += failed
      }
    }
    return total
  }
}
