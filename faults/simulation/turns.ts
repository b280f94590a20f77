import type { Dice } from '@sallyport/testkit'

interface Waiting {
  readonly who: string
  readonly what: string
  readonly go: () => void
}

/**
 * Whatever may happen next waits here, and one thing happens at a time: which, chance says. So the same seed gives the
 * same order, whatever the machine does.
 */
export class Turns {
  #waiting: Waiting[] = []
  readonly #gone = new Set<string>()
  readonly #held = new Set<string>()

  /** Resolves when its turn comes; never, once whoever waits is gone. */
  take(who: string, what: string): Promise<void> {
    return new Promise((go) => {
      if (!this.#gone.has(who)) this.#waiting.push({ who, what, go })
    })
  }

  /** Nothing of theirs happens any more. */
  end(who: string): void {
    this.#gone.add(who)
    this.#waiting = this.#waiting.filter((each) => each.who !== who)
  }

  /** Nothing of theirs happens until they are let go, as if the machine had been suspended. */
  hold(who: string, isHeld: boolean): void {
    if (isHeld) this.#held.add(who)
    else this.#held.delete(who)
  }

  get isEmpty(): boolean {
    return this.#ready().length === 0
  }

  /** Lets one of those that wait have its turn. @returns what it is */
  next(dice: Dice): string | undefined {
    const chosen = dice.pick(this.#ready())
    if (!chosen) return undefined
    this.#waiting.splice(this.#waiting.indexOf(chosen), 1)
    chosen.go()
    return `${chosen.who} ${chosen.what}`
  }

  #ready(): Waiting[] {
    return this.#waiting.filter(({ who }) => !this.#held.has(who))
  }
}
