import type { News } from '@sallyport/core'

/** The most that a reply waits for: what was not heard until then is found out by itself. */
const longestWaitMilliseconds = 1000

/** What this worker tells the others, and whether they have heard it. */
export class Told {
  readonly #send: (news: News, id: number | undefined) => void
  readonly #unheard = new Map<number, () => void>()
  readonly #pending = new Set<Promise<void>>()
  #count = 0

  constructor(send: (news: News, id: number | undefined) => void) {
    this.#send = send
  }

  tell(news: News): void {
    // Nobody waits for what others see of providers.
    if (news.kind === 'changed') this.#tellAndWait(news)
    else this.#send(news, undefined)
  }

  #tellAndWait(news: News): void {
    this.#count += 1
    const id = this.#count
    const heard = new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.heard(id), longestWaitMilliseconds)
      this.#unheard.set(id, () => {
        clearTimeout(timer)
        resolve()
      })
    }).finally(() => this.#pending.delete(heard))
    this.#pending.add(heard)
    this.#send(news, id)
  }

  /** By all others. */
  heard(id: number): void {
    this.#unheard.get(id)?.()
    this.#unheard.delete(id)
  }

  /** Comes back when what was told so far has been heard, so that whoever changed something finds it changed everywhere. */
  async settled(): Promise<void> {
    if (this.#pending.size > 0) await Promise.all(this.#pending)
  }
}
