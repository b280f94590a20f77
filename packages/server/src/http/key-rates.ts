import { type Principal, SallyportError } from '@sallyport/core'

export interface KeyRatesOptions {
  /** Requests of one key in a second; undefined: as many as come. */
  readonly perSecond: number | undefined
  readonly now: () => number
  /** How many keys are remembered. */
  readonly capacity?: number
}

/**
 * How often each key may ask for anything. For each it remembers one moment: until when what came so far would take, sent
 * evenly. A second's worth may come at once.
 */
export class KeyRates {
  /** Of the two, the older is forgotten whole when the other is full. */
  #paid = new Map<string, number>()
  #older: ReadonlyMap<string, number> = new Map()
  readonly #options: KeyRatesOptions

  constructor(options: KeyRatesOptions) {
    this.#options = options
  }

  /** Counts a request. The operator's own key is not held up. @throws SallyportError limit_reached */
  take({ keyId }: Principal): void {
    const { perSecond, now, capacity = 10_000 } = this.#options
    if (perSecond === undefined || keyId === undefined) return
    const at = now()
    const paid = Math.max(at, this.#paid.get(keyId) ?? this.#older.get(keyId) ?? 0)
    const each = 1000 / perSecond
    const isTooMuch = paid + each > at + 1000
    this.#remember(keyId, isTooMuch ? paid : paid + each, capacity)
    if (isTooMuch) throw tooOften(perSecond)
  }

  #remember(keyId: string, paid: number, capacity: number): void {
    this.#paid.set(keyId, paid)
    if (this.#paid.size < capacity / 2) return
    this.#older = this.#paid
    this.#paid = new Map()
  }
}

function tooOften(perSecond: number): SallyportError {
  return new SallyportError('limit_reached', {
    message: `No more than ${perSecond} requests of this key are taken in a second (SALLYPORT_KEY_REQUESTS_PER_SECOND). Nothing was done. Send fewer, or have the limit raised.`,
    retryAfterSeconds: 1,
  })
}
