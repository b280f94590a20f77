import type { Clock } from '../ports.ts'

const rememberedMilliseconds = 3_600_000
const capacity = 100_000

/**
 * The latest generation of each account that this process has read or committed in the last hour: once a successor is
 * known, its predecessor is never sent again (G3).
 */
export class Generations {
  /** By account, whoever was noted last at the end. */
  readonly #latest = new Map<string, { readonly generation: number; readonly at: number }>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  of(accountId: string): number | undefined {
    return this.#latest.get(accountId)?.generation
  }

  note(accountId: string, generation: number): void {
    const at = this.#clock.now()
    const latest = Math.max(generation, this.of(accountId) ?? generation)
    this.#latest.delete(accountId)
    this.#latest.set(accountId, { generation: latest, at })
    for (const [oldest, noted] of this.#latest) {
      if (this.#latest.size <= capacity && at - noted.at < rememberedMilliseconds) return
      this.#latest.delete(oldest)
    }
  }

  /** The database was taken as it is. */
  forget(): void {
    this.#latest.clear()
  }
}
