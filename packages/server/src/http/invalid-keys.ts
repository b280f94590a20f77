import type { IncomingMessage } from 'node:http'
import { SallyportError } from '@sallyport/core'
import { clientAddress, clientNetwork, type TrustsAddress } from './client-address.ts'

const minute = 60_000

export interface InvalidKeysOptions {
  /** So many from one address in a minute are told what is wrong. */
  readonly perMinute: number
  readonly trusts: TrustsAddress
  readonly now: () => number
  /** How many addresses are remembered. */
  readonly capacity?: number
}

interface Count {
  failures: number
  readonly since: number
}

/**
 * Counts requests without a valid key by the address that they come from. It is asked only when one has failed, so a valid
 * key is served whoever else tries from the same address, and costs nothing.
 */
export class InvalidKeys {
  /** Of the two, the older is forgotten whole when the other is full: no entry is ever looked for to be deleted. */
  #counts = new Map<string, Count>()
  #older: ReadonlyMap<string, Count> = new Map()
  readonly #options: InvalidKeysOptions

  constructor(options: InvalidKeysOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#counts.size + this.#older.size
  }

  /** The failure as its sender is told it: once there were too many, when to come back. */
  answer(error: unknown, request: IncomingMessage): unknown {
    if (!(error instanceof SallyportError)) return error
    if (error.code !== 'key_invalid' && error.code !== 'setup_token_invalid') return error
    const seconds = this.note(clientAddress(request, this.#options.trusts))
    return seconds === undefined ? error : tooMany(seconds)
  }

  /** Seconds until failures of this address are told again; undefined while they are. */
  note(address: string): number | undefined {
    const { perMinute, capacity = 10_000, now } = this.#options
    const network = clientNetwork(address)
    const at = now()
    const known = this.#counts.get(network) ?? this.#older.get(network)
    const count = known && at - known.since < minute ? known : { failures: 0, since: at }
    count.failures += 1
    this.#counts.set(network, count)
    if (this.#counts.size >= capacity / 2) {
      this.#older = this.#counts
      this.#counts = new Map()
    }
    return count.failures > perMinute ? Math.ceil((count.since + minute - at) / 1000) : undefined
  }
}

function tooMany(seconds: number): SallyportError {
  return new SallyportError('limit_reached', {
    message:
      'Too many requests without a valid key came from your address (SALLYPORT_INVALID_KEYS_PER_MINUTE). Send a valid key, which is served at once, or try again after the time in Retry-After.',
    retryAfterSeconds: seconds,
  })
}
