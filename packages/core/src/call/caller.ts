/**
 * Whether the one who called is still there. An AbortController would make an exception with a stack for every
 * call that ends, also well, which costs more than all else that Sallyport does for it.
 */
export class Caller {
  #gone = false
  #listener: (() => void) | undefined

  get isGone(): boolean {
    return this.#gone
  }

  /** To be called once, when nobody waits for the reply any more. */
  leave(): void {
    this.#gone = true
    this.#listener?.()
  }

  /** Told of each interim reply (1xx) of the attempt under way. */
  interim(_status: number, _headers: readonly Buffer[]): void {}

  /** Whom to tell: one at a time, the attempt under way. */
  onLeave(listener: () => void): void {
    this.#listener = listener
  }

  /** Stops telling this one; another that came after it is still told. */
  forget(listener: () => void): void {
    if (this.#listener === listener) this.#listener = undefined
  }
}
