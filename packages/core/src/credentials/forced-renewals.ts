import type { Clock } from '../ports.ts'

const minute = 60_000
const capacity = 100_000
const never = Number.NEGATIVE_INFINITY

/** What a rejected reply says: `forbidden` is a 403 that does not name the token as the cause. */
export type Rejection = 'unauthorized' | 'forbidden'

/**
 * How often rejected calls may force a renewal: once a minute after a 401, once in 15 minutes after a bare
 * 403, which more often means no permission. Further rejections pass through to the caller.
 */
export class ForcedRenewals {
  readonly #last = new Map<string, Readonly<Record<Rejection, number>>>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** True at most as often as allowed; asking counts as doing. */
  permit(accountId: string, rejection: Rejection): boolean {
    const now = this.#clock.now()
    const last = this.#last.get(accountId) ?? { unauthorized: never, forbidden: never }
    const pause = rejection === 'forbidden' ? 15 * minute : minute
    if (now - last[rejection] < pause) return false
    if (this.#last.size >= capacity) this.#last.clear()
    this.#last.set(accountId, { ...last, [rejection]: now })
    return true
  }
}
