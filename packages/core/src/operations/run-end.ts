import { Caller } from '../call/caller.ts'
import { SallyportError } from '../error.ts'
import type { Timers } from '../ports.ts'

export interface RunEndOptions {
  readonly seconds: number
  /** Aborted when nobody waits for what comes of it any more. */
  readonly left: AbortSignal
  /** Throws where whoever asked may not any more. */
  readonly stillMay: () => Promise<void>
}

/** A key that was revoked ends what runs by it no later. */
const looksEveryMilliseconds = 1000

/** When a run is over, at the latest: its time is up, or whoever asked has left. Breaks off what is under way then. */
export class RunEnd {
  readonly #timers: Timers
  readonly #deadline: number
  readonly #seconds: number
  readonly #over = new AbortController()
  readonly #callers = new Set<Caller>()
  readonly #stillMay: () => Promise<void>
  #lookedAt: number
  #isLeft = false

  constructor(timers: Timers, { seconds, left, stillMay }: RunEndOptions) {
    this.#timers = timers
    this.#stillMay = stillMay
    this.#lookedAt = timers.monotonic()
    this.#seconds = seconds
    this.#deadline = timers.monotonic() + seconds * 1000
    const leave = () => {
      this.#isLeft = true
      this.#breakOff()
    }
    if (left.aborted) leave()
    left.addEventListener('abort', leave, { once: true, signal: this.#over.signal })
    void timers.wait(seconds * 1000, this.#over.signal).then(() => {
      if (!this.#over.signal.aborted) this.#breakOff()
    })
  }

  /** Aborted when it is over, for the reason that a step then fails with. */
  get signal(): AbortSignal {
    return this.#over.signal
  }

  /** Milliseconds that are left. */
  get left(): number {
    return Math.max(1, Math.ceil(this.#deadline - this.#timers.monotonic()))
  }

  /** Why a failure came, where the end of the run was the cause; undefined while it goes on. */
  get reason(): SallyportError | undefined {
    const isLate = this.#timers.monotonic() >= this.#deadline
    return isLate || this.#over.signal.aborted ? this.#failure() : undefined
  }

  #failure(): SallyportError {
    if (this.#isLeft)
      return new SallyportError('operation_timeout', { message: 'Whoever asked for this has left.' })
    const message = `The operation took longer than its ${this.#seconds} seconds (\`timeoutSeconds\`), and what was under way was broken off. Try again later, or allow it more time.`
    return new SallyportError('operation_timeout', { message })
  }

  /** @throws SallyportError operation_timeout */
  check(): void {
    const { reason } = this
    if (reason) throw reason
  }

  /** Before each call. @throws SallyportError operation_timeout, or what whoever asked would be told now */
  async mayCall(): Promise<void> {
    this.check()
    if (this.#timers.monotonic() - this.#lookedAt < looksEveryMilliseconds) return
    await this.#stillMay()
    this.#lookedAt = this.#timers.monotonic()
  }

  /** Of a call that is given up at the end; to be forgotten when the call has ended. */
  caller(): Caller {
    const caller = new Caller()
    this.#callers.add(caller)
    if (this.#over.signal.aborted) caller.leave()
    return caller
  }

  forget(caller: Caller): void {
    this.#callers.delete(caller)
  }

  /** To be called when all is done. */
  close(): void {
    if (!this.#over.signal.aborted) this.#over.abort()
  }

  #breakOff(): void {
    if (!this.#over.signal.aborted) this.#over.abort(this.#failure())
    for (const caller of this.#callers) caller.leave()
  }
}
