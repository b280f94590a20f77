import type { Clock, Store } from '../ports.ts'
import { forgottenAfter } from './login-throttle.ts'
import { idleMilliseconds, longestMilliseconds } from './sessions.ts'

const betweenSweeps = 60_000

/** Takes away sessions that have ended, and attempts that count for nothing any more. */
export class LoginSweep {
  readonly #ports: { readonly store: Store; readonly clock: Clock }
  #sweptAt = 0

  constructor(ports: { readonly store: Store; readonly clock: Clock }) {
    this.#ports = ports
  }

  async runDue(): Promise<void> {
    const { store, clock } = this.#ports
    const now = clock.now()
    if (Math.abs(now - this.#sweptAt) < betweenSweeps) return
    this.#sweptAt = now
    await store.sessions.deleteExpired(now - idleMilliseconds, now - longestMilliseconds)
    await store.loginThrottles.deleteBefore(now - forgottenAfter)
  }
}
