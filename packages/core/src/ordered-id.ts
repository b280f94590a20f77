import { randomText } from './id.ts'
import type { Clock, Random } from './ports.ts'

/** Events, deliveries of them, and entries of an audit. */
type Prefix = 'evt' | 'dlv' | 'aud'

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz'

/** Ids that sort by age, also of those made within a millisecond; of several processes, by their clocks. */
export class OrderedIds {
  readonly #ports: { readonly clock: Clock; readonly random: Random }
  #last = 0
  #count = 0

  constructor(ports: { readonly clock: Clock; readonly random: Random }) {
    this.#ports = ports
  }

  next(prefix: Prefix): string {
    const now = this.#ports.clock.now()
    // A clock that goes back does not make what happens now older.
    this.#count = now > this.#last ? 0 : this.#count + 1
    this.#last = Math.max(now, this.#last)
    const count = this.#count.toString(36).padStart(4, '0')
    return `${orderedIdAt(prefix, this.#last)}${count}${randomText(this.#ports.random, 12, alphabet)}`
  }
}

/** Ids of what happens from then on are greater, and those of what happened before are less. */
export function orderedIdAt(prefix: Prefix, milliseconds: number): string {
  return `${prefix}_${Math.max(0, Math.floor(milliseconds)).toString(36).padStart(9, '0')}`
}

/** The moment that an ordered id tells, in milliseconds. */
export function timeOfId(id: string): number {
  return Number.parseInt(id.slice(4, 13), 36)
}
