import type { AccountKey } from '../ports.ts'

const entriesPerAccount = 100

/** What signing remembers of accounts between their calls; those that were not used for longest are forgotten. */
export class SigningMemory {
  readonly #accounts = new Map<string, Map<string, string>>()
  readonly #capacity: number

  constructor(capacity = 10_000) {
    this.#capacity = capacity
  }

  /** The account's own, and no other's: a nonce of one tells nothing of another. */
  of({ organizationId, id }: AccountKey): Map<string, string> {
    const key = `${organizationId} ${id}`
    const known = this.#accounts.get(key)
    // An account that calls ever new origins must not fill the memory.
    const memory = known && known.size <= entriesPerAccount ? known : new Map<string, string>()
    this.#accounts.delete(key)
    this.#accounts.set(key, memory)
    if (this.#accounts.size > this.#capacity) {
      const oldest = this.#accounts.keys().next()
      if (!oldest.done) this.#accounts.delete(oldest.value)
    }
    return memory
  }
}
