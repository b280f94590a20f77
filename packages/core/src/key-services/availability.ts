import type { Random, Timers } from '../ports.ts'
import { isOutOfReach, KeyServiceFailure } from '../vault/key-service-failure.ts'

const mostAtOnce = 16
const firstPauseMilliseconds = 500
const longestPauseMilliseconds = 30_000

export interface AvailabilityPorts {
  readonly timers: Timers
  readonly random: Random
}

/**
 * Keeps questions from a service that does not answer: from its first failure on one of them at a time is asked, after
 * pauses that grow, and all others fail at once. While it answers, so many are asked at once and the others wait.
 */
export class Availability {
  readonly #id: string
  readonly #ports: AvailabilityPorts
  readonly #waiting: (() => void)[] = []
  #underWay = 0
  #failures = 0
  #pauseEnds = 0
  #isTrying = false

  constructor(id: string, ports: AvailabilityPorts) {
    this.#id = id
    this.#ports = ports
  }

  isOutOfReach(): boolean {
    return this.#failures > 0
  }

  /** @throws KeyServiceFailure at once, while the service does not answer */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.isOutOfReach()) return this.#try(work)
    await this.#turn()
    try {
      if (this.isOutOfReach()) throw this.#failure()
      return await work()
    } catch (error) {
      if (isOutOfReach(error) && !this.isOutOfReach()) this.#failed()
      throw error
    } finally {
      this.#underWay -= 1
      this.#waiting.shift()?.()
    }
  }

  async #try<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#isTrying || this.#ports.timers.monotonic() < this.#pauseEnds) throw this.#failure()
    this.#isTrying = true
    try {
      const result = await work()
      this.#failures = 0
      return result
    } catch (error) {
      if (isOutOfReach(error)) this.#failed()
      else this.#failures = 0
      throw error
    } finally {
      this.#isTrying = false
    }
  }

  async #turn(): Promise<void> {
    this.#underWay += 1
    if (this.#underWay > mostAtOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /** Of the pause a random part is waited, half of it at least: many nodes do not come back in the same moment. */
  #failed(): void {
    const pause = Math.min(firstPauseMilliseconds * 2 ** this.#failures, longestPauseMilliseconds)
    this.#failures += 1
    const part = 0.5 + this.#ports.random.bytes(1).readUInt8(0) / 512
    this.#pauseEnds = this.#ports.timers.monotonic() + pause * part
  }

  #failure(): KeyServiceFailure {
    return new KeyServiceFailure({ isRefusal: false, detail: `${this.#id}: not asked, as it did not answer` })
  }
}
