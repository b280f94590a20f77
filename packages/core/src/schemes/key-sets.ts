import type { Clock } from '../ports.ts'

/** Public keys of a server, as JWKs. */
export type PublicKeys = readonly Readonly<Record<string, unknown>>[]

interface Entry {
  readonly keys: Promise<PublicKeys>
  readonly asked: number
}

const goodMilliseconds = 3_600_000
/** Whoever makes up key ids has nobody asked more often (B24). */
const pauseMilliseconds = 60_000

/** What servers publish to verify their signatures by: read once, and again for a key that is not among them. */
export class KeySets {
  readonly #entries = new Map<string, Entry>()
  readonly #clock: Clock
  readonly #capacity: number

  constructor(clock: Clock, capacity = 1000) {
    this.#clock = clock
    this.#capacity = capacity
  }

  /** The keys of `name`, read now where they are not known, or too old. */
  get(name: string, read: () => Promise<PublicKeys>): Promise<PublicKeys> {
    const entry = this.#entries.get(name)
    const isGood = entry && this.#clock.now() - entry.asked < goodMilliseconds
    return isGood ? entry.keys : this.#read(name, read)
  }

  /** The same because one was not found; undefined where that was asked less than a minute ago. */
  again(name: string, read: () => Promise<PublicKeys>): Promise<PublicKeys> | undefined {
    const entry = this.#entries.get(name)
    if (entry && this.#clock.now() - entry.asked < pauseMilliseconds) return undefined
    return this.#read(name, read)
  }

  #read(name: string, read: () => Promise<PublicKeys>): Promise<PublicKeys> {
    const before = this.#entries.get(name)
    const entry: Entry = { keys: read(), asked: this.#clock.now() }
    this.#remember(name, entry)
    entry.keys.catch(() => {
      if (this.#entries.get(name) !== entry) return
      // A failure is nothing to remember; keys that were good still are.
      if (before) this.#remember(name, { ...before, asked: entry.asked })
      else this.#entries.delete(name)
    })
    return entry.keys
  }

  #remember(name: string, entry: Entry): void {
    this.#entries.delete(name)
    this.#entries.set(name, entry)
    if (this.#entries.size <= this.#capacity) return
    const oldest = this.#entries.keys().next()
    if (!oldest.done) this.#entries.delete(oldest.value)
  }
}
