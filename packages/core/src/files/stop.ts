import type { Readable } from 'node:stream'
import type { Caller } from '../call/caller.ts'
import type { SftpSession } from '../egress/sftp-session.ts'
import { SallyportError } from '../error.ts'

/** Ends a call whose caller has left, or who has waited long enough for the reply to begin. */
export class Stop {
  readonly #controller = new AbortController()
  readonly #caller: Caller
  readonly #milliseconds: number | undefined
  readonly #leave = () =>
    this.#controller.abort(new SallyportError('bad_request', { detail: 'the caller left' }))
  #timer: NodeJS.Timeout | undefined

  constructor(caller: Caller, milliseconds: number | undefined) {
    this.#caller = caller
    this.#milliseconds = milliseconds
    caller.onLeave(this.#leave)
    if (caller.isGone) this.#leave()
    this.#arm()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Why it was stopped, if it was. */
  get reason(): unknown {
    return this.signal.aborted ? this.signal.reason : undefined
  }

  /** The session whose questions are given up. An upload that breaks off is noticed by itself, and cleaned up. */
  stops(session: SftpSession): void {
    const end = () => session.end(this.signal.reason)
    if (this.signal.aborted) end()
    this.signal.addEventListener('abort', end, { once: true })
  }

  /** While the caller sends, nothing is awaited from the server; a caller who leaves is seen by who reads that. */
  pauseFor(content: Readable): void {
    this.disarm()
    this.#caller.forget(this.#leave)
    content.once('end', () => this.#arm())
  }

  /** The reply begins. */
  disarm(): void {
    clearTimeout(this.#timer)
  }

  end(): void {
    this.disarm()
    this.#caller.forget(this.#leave)
  }

  #arm(): void {
    if (this.#milliseconds === undefined || this.signal.aborted) return
    this.#timer = setTimeout(
      () => this.#controller.abort(new SallyportError('upstream_timeout')),
      this.#milliseconds,
    )
  }
}
