/** Nonces that servers gave, the latest of each name; the ones not renewed for longest are forgotten. */
export class Nonces {
  readonly #nonces = new Map<string, string>()
  readonly #capacity: number

  constructor(capacity = 10_000) {
    this.#capacity = capacity
  }

  get(name: string): string | undefined {
    return this.#nonces.get(name)
  }

  set(name: string, nonce: string): void {
    this.#nonces.delete(name)
    this.#nonces.set(name, nonce)
    if (this.#nonces.size <= this.#capacity) return
    const oldest = this.#nonces.keys().next()
    if (!oldest.done) this.#nonces.delete(oldest.value)
  }
}
