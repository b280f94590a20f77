import { SallyportError } from '../error.ts'

/** How many bytes of replies and of what steps put out a run may still keep in memory. */
export class Budget {
  readonly #most: number
  #left: number

  constructor(most: number) {
    this.#most = most
    this.#left = most
  }

  get left(): number {
    return this.#left
  }

  /** @throws SallyportError reply_too_large */
  take(bytes: number): void {
    this.#left -= bytes
    if (this.#left < 0) throw replyTooLarge(this.#most)
  }

  /** What was taken is in memory no more. */
  giveBack(bytes: number): void {
    this.#left = Math.min(this.#most, this.#left + bytes)
  }

  get tooLarge(): SallyportError {
    return replyTooLarge(this.#most)
  }
}

function replyTooLarge(most: number): SallyportError {
  return new SallyportError('reply_too_large', {
    message: `What the API answers, and what steps put out, is more than the ${most} bytes that a run keeps in memory. Ask the API for less, end with \`as: stream\`, or have SALLYPORT_OPERATION_REPLY_BYTES raised.`,
  })
}
