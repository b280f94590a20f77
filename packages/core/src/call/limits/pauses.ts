import type { Paused } from '../../limiter-ports.ts'
import type { Timers } from '../../ports.ts'

/** Which accounts and integrations nothing is sent for at the moment. Empty almost always. */
export class Pauses {
  readonly #pauses = new Map<string, { readonly whose: Paused; readonly until: number }>()
  readonly #timers: Timers

  constructor(timers: Timers) {
    this.#timers = timers
  }

  get isAny(): boolean {
    return this.#pauses.size > 0
  }

  /** Undefined where one lasts longer already; else when it ends. */
  begin(whose: Paused, milliseconds: number): number | undefined {
    const key = keyOf(whose)
    const until = this.#timers.monotonic() + milliseconds
    const known = this.#pauses.get(key)
    if (known && known.until >= until) return undefined
    this.#pauses.set(key, { whose, until })
    if (!known) void this.#end(key, until)
    return until
  }

  covers(integration: string, account: string): boolean {
    const now = this.#timers.monotonic()
    return (
      (this.#pauses.get(keyOf({ integration, account }))?.until ?? 0) > now ||
      (this.#pauses.get(keyOf({ integration }))?.until ?? 0) > now
    )
  }

  /** All that last, and for how many milliseconds. */
  left(): readonly (readonly [whose: Paused, milliseconds: number])[] {
    const now = this.#timers.monotonic()
    return [...this.#pauses.values()].map(({ whose, until }) => [whose, until - now])
  }

  async #end(key: string, first: number): Promise<void> {
    let until: number | undefined = first
    for (let now = this.#timers.monotonic(); until !== undefined && until > now; ) {
      await this.#timers.wait(until - now)
      now = this.#timers.monotonic()
      until = this.#pauses.get(key)?.until
    }
    this.#pauses.delete(key)
  }
}

function keyOf({ integration, account }: Paused): string {
  return account === undefined ? integration : `${integration} ${account}`
}
