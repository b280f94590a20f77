import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { SallyportError } from '../error.ts'

/** OWASP's Password Storage Cheat Sheet: argon2id with 19 MiB, two passes and one lane. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

export interface PasswordHashingOptions {
  /** So many are computed at once: each takes a core for a while, and 19 MiB. */
  readonly atOnce?: number
  /** So many wait for their turn at most. */
  readonly mostWaiting?: number
}

/**
 * Computes hashes of passwords beside the event loop, few at a time: whoever floods a log-in takes neither the memory nor
 * the cores of this process.
 */
export class PasswordHashing {
  readonly #atOnce: number
  readonly #mostWaiting: number
  readonly #waiting: (() => void)[] = []
  /** Takes as long as any other, and no password has it. */
  readonly #nobodys = `$argon2id$v=19$m=19456,t=2,p=1$${unpadded(16)}$${unpadded(32)}`
  #running = 0
  #computed = 0

  constructor({ atOnce = 2, mostWaiting = 64 }: PasswordHashingOptions = {}) {
    this.#atOnce = atOnce
    this.#mostWaiting = mostWaiting
  }

  /** How many were computed so far. */
  get computed(): number {
    return this.#computed
  }

  /** In the PHC string format. @throws SallyportError limit_reached */
  hash(password: string): Promise<string> {
    return this.#inTurn(() => hash(normalPassword(password), parameters))
  }

  /**
   * Whether a password is the one that was hashed. Without a hash the same work is done, for nothing: how long it takes
   * tells nobody whether there is one (D5).
   *
   * @throws SallyportError limit_reached
   */
  async verify(stored: string | undefined, password: string): Promise<boolean> {
    const isRight = await this.#inTurn(() => verify(stored ?? this.#nobodys, normalPassword(password)))
    return stored !== undefined && isRight
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#turn()
    try {
      this.#computed += 1
      return await work()
    } finally {
      const next = this.#waiting.shift()
      // The place goes to the next one as it is: nobody who comes in between takes it.
      if (next) next()
      else this.#running -= 1
    }
  }

  async #turn(): Promise<void> {
    if (this.#running < this.#atOnce) {
      this.#running += 1
      return
    }
    if (this.#waiting.length >= this.#mostWaiting) {
      throw new SallyportError('limit_reached', {
        message:
          'Too many people are logging in at this moment. Nothing was tried. Try again in a few seconds.',
        retryAfterSeconds: 5,
      })
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }
}

/** The same password, however the keyboard composes its characters. */
export function normalPassword(password: string): string {
  return password.normalize('NFC')
}

function unpadded(bytes: number): string {
  return randomBytes(bytes).toString('base64').replaceAll('=', '')
}
