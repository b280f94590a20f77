import { SallyportError } from '../../error.ts'
import type { Entry, Limiter, Obstacle } from '../../limiter-ports.ts'
import type { CallTarget } from '../call-target.ts'
import type { Caller } from '../caller.ts'
import { refused } from './refused.ts'
import { unlimitedEntry } from './traffic.ts'

/** What calls of this process met since its start, and what they hold now. Of several processes it can be added up. */
export interface LimitsSnapshot {
  /** Calls inside that a limit or a pause was asked about. */
  readonly inUse: number
  readonly waiting: number
  readonly entered: number
  /** How long those that entered have waited, all together. */
  readonly waitedMilliseconds: number
  readonly refused: Readonly<Record<`${Obstacle['of']}_${Obstacle['limit']}`, number>>
  /** Pauses that replies asked for. */
  readonly pauses: number
}

/** Lets calls in, and counts them. */
export class Limits {
  readonly #limiter: Limiter
  readonly #monotonic: () => number
  #inUse = 0
  #waiting = 0
  #entered = 0
  #waitedMilliseconds = 0
  #pauses = 0
  readonly #refused = {
    account_concurrency: 0,
    account_rate: 0,
    account_pause: 0,
    integration_concurrency: 0,
    integration_rate: 0,
    integration_pause: 0,
  }

  constructor({ limiter, monotonic }: { readonly limiter: Limiter; readonly monotonic: () => number }) {
    this.#limiter = limiter
    this.#monotonic = monotonic
  }

  /** Whether a call of an account without limits has to wait. Almost never, and then it costs one comparison. */
  isPaused({ integration, account }: CallTarget): boolean {
    return this.#limiter.isPausing && this.#limiter.isPaused(integration.id, account.id)
  }

  /**
   * Waits until the call may be sent, at most `patience` milliseconds; what it resolves to makes room for the next.
   *
   * @throws SallyportError limit_reached, bad_request when the caller has left
   */
  async enter(target: CallTarget, caller: Caller, patience: number): Promise<() => void> {
    const limited = target.traffic?.entry
    if (!limited && !this.isPaused(target)) return nothing
    const entry = patient(limited ?? unlimitedEntry(target), patience)
    const since = this.#monotonic()
    const place = this.#limiter.enter(entry)
    this.#waiting += 1
    caller.onLeave(place.leave)
    if (caller.isGone) place.leave()
    const refusal = await place.entered
    caller.forget(place.leave)
    this.#waiting -= 1
    if (caller.isGone) {
      place.leave()
      throw callerLeft()
    }
    if (refusal) {
      this.#refused[`${refusal.of}_${refusal.limit}`] += 1
      throw refused(refusal, entry, target.integration.key)
    }
    this.#entered += 1
    this.#waitedMilliseconds += this.#monotonic() - since
    return this.#inside(place.leave)
  }

  pause({ integration, account }: CallTarget, whose: 'account' | 'integration', milliseconds: number): void {
    this.#pauses += 1
    const accountId = whose === 'account' ? { account: account.id } : {}
    this.#limiter.pause({ integration: integration.id, ...accountId }, milliseconds)
  }

  snapshot(): LimitsSnapshot {
    return {
      inUse: this.#inUse,
      waiting: this.#waiting,
      entered: this.#entered,
      waitedMilliseconds: this.#waitedMilliseconds,
      refused: { ...this.#refused },
      pauses: this.#pauses,
    }
  }

  #inside(leave: () => void): () => void {
    let isInside = true
    this.#inUse += 1
    return () => {
      if (!isInside) return
      isInside = false
      this.#inUse -= 1
      leave()
    }
  }
}

const nothing = () => undefined

function patient(entry: Entry, milliseconds: number): Entry {
  if (milliseconds >= entry.queue.milliseconds) return entry
  return { ...entry, queue: { ...entry.queue, milliseconds } }
}

/** Nobody hears it. */
export function callerLeft(): SallyportError {
  return new SallyportError('bad_request', { detail: 'the caller left' })
}
