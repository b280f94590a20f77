import type { Readable } from 'node:stream'
import type { ClientTls } from '../client-tls.ts'
import type { Egress } from '../egress/egress.ts'
import { egressFailure } from '../egress/failure.ts'
import type { AccountRecord } from '../ports.ts'
import type { Address } from './address.ts'
import type { Caller } from './caller.ts'
import { Attempt, type CallRecord } from './record.ts'

/** Where a reply's body is written: what Node's responses and streams have in common. */
export interface Sink {
  write(chunk: Buffer): boolean
  end(): void
  destroy(error?: Error): void
  once(event: 'drain', listener: () => void): unknown
}

/** An upstream's answer, its body still on the wire until it is piped or discarded. */
export interface UpstreamReply {
  readonly status: number
  readonly statusText: string
  readonly headers: readonly Buffer[]
  /**
   * The whole body, where it ends within so many bytes and so much time; undefined where it does not. What was
   * read is kept, and piped before the rest.
   */
  peek(bytes: number, milliseconds: number): Promise<Buffer | undefined>
  /** True when some of the body had arrived already, and was written. */
  pipe(sink: Sink): boolean
  /** Lets go of the connection without reading the rest. */
  discard(): void
}

export interface AttemptRequest {
  readonly method: string
  readonly address: Address
  readonly headers: readonly string[]
  readonly body: Buffer | Readable | undefined
  /** Milliseconds to the first byte of the reply. */
  readonly timeout: number | undefined
  /** The upstream request is given up when this one leaves. */
  readonly caller: Caller
  readonly tls: ClientTls | undefined
  readonly record?: CallRecord | undefined
}

/** Whose connections a request uses (C12). */
export type AttemptOwner = Pick<AccountRecord, 'organizationId' | 'id'>

/**
 * Sends a request once.
 *
 * @throws SallyportError address_blocked, upstream_unreachable, upstream_timeout
 */
export function attempt(
  egress: Egress,
  owner: AttemptOwner,
  request: AttemptRequest,
): Promise<UpstreamReply> {
  return new Promise((resolve, reject) => {
    const exchange = new Exchange(resolve, reject, request)
    egress.dispatch(
      {
        organization: owner.organizationId,
        account: owner.id,
        origin: request.address.origin,
        tls: request.tls,
      },
      {
        origin: request.address.origin,
        path: request.address.path,
        method: request.method,
        headers: request.headers as string[],
        body: request.body ?? null,
        ...(request.timeout !== undefined && { headersTimeout: request.timeout }),
      },
      exchange,
    )
  })
}

const noChunks: readonly Buffer[] = []

/** undici's raw handler: headers stay buffers, and nothing is read before the reply has a reader. */
class Exchange implements UpstreamReply {
  readonly #resolve: (reply: UpstreamReply) => void
  readonly #reject: (error: unknown) => void
  readonly #caller: Caller
  readonly #attempt: Attempt
  readonly #leave: () => void
  #abort: ((reason?: Error) => void) | undefined
  #resume: (() => void) | undefined
  #sink: Sink | undefined
  #answered = false
  #began = false
  /** How it ended, where it ended before the body had a reader: a reply to HEAD cannot be paused. */
  #ended: { readonly error: Error | undefined } | undefined
  /** What was read before there was a reader. */
  #held: readonly Buffer[] = noChunks
  #heldBytes = 0
  #peekedBytes = 0
  #peeked: (() => void) | undefined
  status = 0
  statusText = ''
  headers: readonly Buffer[] = []

  constructor(
    resolve: (reply: UpstreamReply) => void,
    reject: (error: unknown) => void,
    { caller, record, address }: AttemptRequest,
  ) {
    this.#resolve = resolve
    this.#reject = reject
    this.#caller = caller
    this.#attempt = new Attempt(address.origin)
    record?.begin(this.#attempt)
    // Without this a pooled connection stays taken for ever once the caller has gone away.
    this.#leave = () => this.#abort?.(new Error('the caller left'))
    caller.onLeave(this.#leave)
  }

  onConnect(abort: (reason?: Error) => void): void {
    this.#attempt.connectedAt = performance.now()
    this.#abort = abort
    if (this.#caller.isGone) abort(new Error('the caller left'))
  }

  onHeaders(status: number, headers: Buffer[], resume: () => void, statusText: string): boolean {
    if (status < 200) return true
    this.#attempt.answeredAt = performance.now()
    this.#attempt.status = status
    this.#answered = true
    this.status = status
    this.statusText = statusText
    this.headers = headers
    this.#resume = resume
    this.#resolve(this)
    return false
  }

  // undici's types say that a number comes; what comes is the chunk.
  onBodySent(chunk: number | Buffer): void {
    this.#attempt.bytesUp += typeof chunk === 'number' ? chunk : chunk.length
  }

  onData(chunk: Buffer): boolean {
    this.#attempt.bytesDown += chunk.length
    if (!this.#sink) return this.#hold(chunk)
    this.#began = true
    if (this.#sink.write(chunk)) return true
    this.#sink.once('drain', () => this.#resume?.())
    return false
  }

  onComplete(): void {
    this.#settle()
    this.#ended = { error: undefined }
    this.#peeked?.()
    this.#sink?.end()
  }

  onError(error: Error): void {
    this.#settle()
    if (!this.#answered) this.#reject(egressFailure(error, 'unknown'))
    else this.#sink?.destroy(error)
    this.#ended = { error }
    this.#peeked?.()
  }

  peek(bytes: number, milliseconds: number): Promise<Buffer | undefined> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.#peeked = undefined
        const isWhole = this.#ended !== undefined && !this.#ended.error && this.#heldBytes <= bytes
        resolve(isWhole ? Buffer.concat(this.#held) : undefined)
      }
      const timer = setTimeout(done, milliseconds)
      this.#peeked = done
      this.#peekedBytes = bytes
      if (this.#ended || this.#heldBytes > bytes) done()
      else this.#resume?.()
    })
  }

  pipe(sink: Sink): boolean {
    this.#sink = sink
    const isFull = this.#pipeHeld(sink)
    if (isFull && !this.#ended) sink.once('drain', () => this.#resume?.())
    else if (!this.#ended) this.#resume?.()
    else if (this.#ended.error) sink.destroy(this.#ended.error)
    else sink.end()
    return this.#began || this.#ended !== undefined
  }

  discard(): void {
    this.#sink = { write: () => true, end: () => undefined, destroy: () => undefined, once: () => undefined }
    this.#abort?.(new Error('not needed'))
  }

  /** Takes a chunk that nobody reads yet; false pauses the upstream. */
  #hold(chunk: Buffer): boolean {
    this.#held = [...this.#held, chunk]
    this.#heldBytes += chunk.length
    if (this.#peeked && this.#heldBytes <= this.#peekedBytes) return true
    this.#peeked?.()
    return false
  }

  /** True when the sink wants to be waited for. */
  #pipeHeld(sink: Sink): boolean {
    let isFull = false
    for (const chunk of this.#held) isFull = !sink.write(chunk)
    if (this.#held.length > 0) this.#began = true
    this.#held = noChunks
    return isFull
  }

  #settle(): void {
    this.#caller.forget(this.#leave)
  }
}
