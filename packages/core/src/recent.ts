import type { Clock } from './ports.ts'

/**
 * Remembers what was read for at most a second, so that a change on any node is seen within one, and
 * forgets all at once when this process changes something itself.
 */
export class Recent<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly until: number }>()
  readonly #clock: Clock
  readonly #capacity: number
  readonly #milliseconds: number
  #epoch = 0

  constructor(clock: Clock, capacity = 10_000, milliseconds = 1000) {
    this.#clock = clock
    this.#capacity = capacity
    this.#milliseconds = milliseconds
  }

  /** The remembered value, or what `load` reads now. */
  get(key: string, load: () => Promise<Value>): Value | Promise<Value> {
    const entry = this.#entries.get(key)
    if (entry && this.#clock.now() < entry.until) return entry.value
    return this.#load(key, load)
  }

  /** The remembered value; undefined where nothing would be answered without reading. */
  peek(key: string): Value | undefined {
    const entry = this.#entries.get(key)
    return entry && this.#clock.now() < entry.until ? entry.value : undefined
  }

  /** Until when a value is remembered: the epoch's beginning where it is not. */
  until(key: string): number {
    return this.#entries.get(key)?.until ?? 0
  }

  /** Remembers what follows from another value, as long as that. */
  keep(key: string, value: Value, until: number): void {
    if (until > this.#clock.now()) this.#remember(key, { value, until })
  }

  clear(): void {
    this.#epoch += 1
    this.#entries.clear()
  }

  async #load(key: string, load: () => Promise<Value>): Promise<Value> {
    const epoch = this.#epoch
    const until = this.#clock.now() + this.#milliseconds
    const value = await load()
    // A change since the read began may not be in what was read.
    if (epoch === this.#epoch) this.#remember(key, { value, until })
    return value
  }

  #remember(key: string, entry: { readonly value: Value; readonly until: number }): void {
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    if (this.#entries.size <= this.#capacity) return
    const oldest = this.#entries.keys().next()
    if (!oldest.done) this.#entries.delete(oldest.value)
  }
}
