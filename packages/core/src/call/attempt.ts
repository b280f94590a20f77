import type { Duplex, Readable } from 'node:stream'
import type { Egress } from '../egress/egress.ts'
import { EgressError } from '../egress/failure.ts'
import type { PoolKey } from '../egress/pools.ts'
import type { Address } from './address.ts'
import type { Caller } from './caller.ts'
import { attemptFailure, connectTimeout, type Waits } from './phase-timeout.ts'
import { Attempt, type CallRecord } from './record.ts'
import { rawHeader } from './reply-headers.ts'
import { isStale } from './stale.ts'
import { passedBackTrailers } from './trailers.ts'

/** Where a reply's body is written: what Node's responses and streams have in common. */
export interface Sink {
  write(chunk: Buffer): boolean
  /** With its last chunk: then it is on the wire with one write and not two. */
  end(last?: Buffer): void
  /** To be sent behind the body, by a sink that can. */
  addTrailers?(trailers: [name: string, value: string][]): void
  destroy(error?: Error): void
  once(event: 'drain', listener: () => void): unknown
}

/** An upstream's answer, its body still on the wire until it is piped or discarded. */
export interface UpstreamReply {
  readonly status: number
  readonly statusText: string
  readonly headers: readonly Buffer[]
  /** The connection itself, where it was handed over with this reply; then there is no body. */
  readonly upgraded: Duplex | undefined
  /**
   * The whole body, where it ends within so many bytes and so much time; undefined where it does not. What was
   * read is kept, and piped before the rest.
   */
  peek(bytes: number, milliseconds: number): Promise<Buffer | undefined>
  /** True when some of the body had arrived already, and was written. */
  pipe(sink: Sink): boolean
  /** Lets go of the connection without reading the rest. */
  discard(): void
  /** Told once, when nothing more comes, however it ends; at once where it has ended. */
  whenEnded(listener: () => void): void
}

export interface AttemptRequest extends Waits {
  readonly method: string
  readonly address: Address
  readonly headers: readonly string[]
  readonly body: Buffer | Readable | undefined
  /** The upstream request is given up when this one leaves. */
  readonly caller: Caller
  /** Whose connections it uses (C12). */
  readonly pool: PoolKey
  readonly upgrade?: 'websocket' | undefined
  readonly record?: CallRecord | undefined
}

/**
 * Sends a request once.
 *
 * @throws SallyportError address_blocked, upstream_unreachable, upstream_timeout
 */
export function attempt(egress: Egress, request: AttemptRequest): Promise<UpstreamReply> {
  return new Promise((resolve, reject) => {
    new Exchange(resolve, reject, request).send(egress, request.pool, dispatchOptions(request))
  })
}

function dispatchOptions(request: AttemptRequest): DispatchOptions {
  const { address, method, timeout, timeouts } = request
  const options: DispatchOptions = {
    origin: address.origin,
    path: address.path,
    method,
    headers: request.headers as string[],
    body: request.body ?? null,
    upgrade: request.upgrade ?? null,
  }
  const headersTimeout = timeout ?? timeouts?.headers
  if (headersTimeout !== undefined) options.headersTimeout = headersTimeout
  if (timeouts?.idle !== undefined) options.bodyTimeout = timeouts.idle
  return options
}

type DispatchOptions = Parameters<Egress['dispatch']>[1]

/** Of a reply that nobody reads yet, so much is taken: then most are whole when their reader comes. */
const mostHeldBytes = 65_536
const noChunks: readonly Buffer[] = []

/** Each is bounded in size and may keep the call waiting: without a number, a server could do so for ever. */
const mostInterims = 1_000

const neverReplied =
  'The server sent a thousand interim replies and no reply. Its operator finds out what it is working on.'

const otherCoding =
  'The server encoded the transfer in a way that it was not asked for, so that nobody could tell what the body is. Its operator mends it.'

const otherProtocol =
  'The server switched to a protocol that it was not asked for. Ask its operator; WebSocket is what was asked for.'

/** undici's raw handler: headers stay buffers, and nothing is read before the reply has a reader. */
class Exchange implements UpstreamReply {
  readonly #resolve: (reply: UpstreamReply) => void
  readonly #reject: (error: unknown) => void
  readonly #caller: Caller
  readonly #waits: Waits
  readonly #attempt: Attempt
  readonly #leave: () => void
  #egress: Egress | undefined
  #key: PoolKey | undefined
  #options: DispatchOptions | undefined
  #isRepeated = false
  #connecting: NodeJS.Timeout | undefined
  #isGivenUp = false
  #abort: ((reason?: Error) => void) | undefined
  #resume: (() => void) | undefined
  #sink: Sink | undefined
  #interims = 0
  #responded = false
  #answered = false
  #began = false
  /** How it ended, where it ended before the body had a reader: a reply to HEAD cannot be paused. */
  #ended: { readonly error: Error | undefined } | undefined
  /** What was read before there was a reader. */
  #held: Buffer[] | undefined
  #heldBytes = 0
  #isPaused = false
  #peekedBytes = 0
  #peeked: (() => void) | undefined
  #whenEnded: (() => void) | undefined
  status = 0
  statusText = ''
  headers: readonly Buffer[] = []
  upgraded: Duplex | undefined
  #trailers: readonly (Buffer | string)[] = noChunks

  constructor(
    resolve: (reply: UpstreamReply) => void,
    reject: (error: unknown) => void,
    request: AttemptRequest,
  ) {
    const { caller, record, address } = request
    this.#resolve = resolve
    this.#reject = reject
    this.#caller = caller
    this.#waits = request
    this.#attempt = new Attempt(address.origin)
    record?.begin(this.#attempt)
    // Without this a pooled connection stays taken for ever once the caller has gone away.
    this.#leave = () => this.#abort?.(new Error('the caller left'))
    caller.onLeave(this.#leave)
  }

  send(egress: Egress, key: PoolKey, options: DispatchOptions): void {
    this.#egress = egress
    this.#key = key
    this.#options = options
    const { timeout } = this.#waits
    if (timeout !== undefined) this.#connecting = setTimeout(() => this.#giveUp(timeout), timeout)
    egress.dispatch(key, options, this)
  }

  onConnect(abort: (reason?: Error) => void): void {
    this.#attempt.connectedAt = performance.now()
    this.#abort = abort
    if (this.#connecting) clearTimeout(this.#connecting)
    if (this.#caller.isGone || this.#isGivenUp) abort(new Error('the caller left'))
  }

  onResponseStarted(): void {
    this.#responded = true
  }

  onHeaders(status: number, headers: Buffer[], resume: () => void, statusText: string): boolean {
    if (status < 200) {
      this.#interims += 1
      if (this.#interims <= mostInterims) this.#caller.interim(status, headers)
      else this.#abort?.(new EgressError('upstream_unreachable', 'unknown', { message: neverReplied }))
      return true
    }
    const coding = rawHeader(headers, 'transfer-encoding')
    if (coding !== undefined && !/^(chunked|identity)$/i.test(coding)) {
      this.#abort?.(new EgressError('upstream_unreachable', 'unknown', { message: otherCoding }))
      return true
    }
    this.#attempt.answeredAt = performance.now()
    this.#attempt.status = status
    this.#answered = true
    this.status = status
    this.statusText = statusText
    this.headers = headers
    this.#resume = resume
    this.#resolve(this)
    return true
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

  /** From here on nobody else looks after the connection: undici has let go of it. */
  onUpgrade(status: number, headers: Buffer[], socket: Duplex): void {
    this.#settle()
    socket.on('error', () => undefined)
    if (this.#caller.isGone || rawHeader(headers, 'upgrade')?.toLowerCase() !== 'websocket') {
      socket.destroy()
      this.#reject(new EgressError('upstream_unreachable', 'unknown', { message: otherProtocol }))
      return
    }
    this.#attempt.answeredAt = performance.now()
    this.#attempt.status = status
    this.status = status
    this.headers = headers
    this.upgraded = socket
    socket.once('close', () => {
      this.#ended = { error: undefined }
      this.#whenEnded?.()
    })
    this.#resolve(this)
  }

  /** Of a raw handler the trailers are raw, too, whatever undici's type says. */
  onComplete(trailers: readonly (Buffer | string)[] | null): void {
    this.#settle()
    this.#ended = { error: undefined }
    if (trailers) this.#trailers = trailers
    this.#peeked?.()
    if (this.#sink) this.#finish(this.#sink)
    this.#whenEnded?.()
  }

  onError(error: Error): void {
    if (!this.#responded && this.#sendAgain(error)) return
    this.#settle()
    if (!this.#answered) this.#reject(attemptFailure(error, this.#abort ? 'unknown' : 'no', this.#waits))
    else this.#sink?.destroy(error)
    this.#ended = { error }
    this.#peeked?.()
    this.#whenEnded?.()
  }

  whenEnded(listener: () => void): void {
    if (this.#ended) listener()
    else this.#whenEnded = listener
  }

  peek(bytes: number, milliseconds: number): Promise<Buffer | undefined> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.#peeked = undefined
        const isWhole = this.#ended !== undefined && !this.#ended.error && this.#heldBytes <= bytes
        resolve(isWhole ? Buffer.concat(this.#held ?? []) : undefined)
      }
      const timer = setTimeout(done, milliseconds)
      this.#peeked = done
      this.#peekedBytes = bytes
      if (this.#ended || this.#heldBytes > bytes) done()
      else this.#goOn()
    })
  }

  pipe(sink: Sink): boolean {
    this.#sink = sink
    const whole = this.#wholeBody()
    if (whole) {
      this.#held = undefined
      sink.end(whole)
      return true
    }
    const isFull = this.#pipeHeld(sink)
    if (isFull && !this.#ended) sink.once('drain', () => this.#goOn())
    else if (!this.#ended) this.#goOn()
    else if (this.#ended.error) sink.destroy(this.#ended.error)
    else this.#finish(sink)
    return this.#began || this.#ended !== undefined
  }

  discard(): void {
    this.#sink = { write: () => true, end: () => undefined, destroy: () => undefined, once: () => undefined }
    this.#abort?.(new Error('not needed'))
    this.upgraded?.destroy()
  }

  /** The one chunk of a body that has arrived whole. */
  #wholeBody(): Buffer | undefined {
    const isWhole = this.#ended !== undefined && !this.#ended.error && this.#trailers.length === 0
    return isWhole && this.#held?.length === 1 ? this.#held[0] : undefined
  }

  #finish(sink: Sink): void {
    if (this.#trailers.length > 0) sink.addTrailers?.(passedBackTrailers(this.#trailers))
    sink.end()
  }

  /** Takes a chunk that nobody reads yet; false pauses the upstream. */
  #hold(chunk: Buffer): boolean {
    this.#held ??= []
    this.#held.push(chunk)
    this.#heldBytes += chunk.length
    const isPeeking = this.#peeked !== undefined
    if (isPeeking && this.#heldBytes > this.#peekedBytes) this.#peeked?.()
    this.#isPaused =
      this.#heldBytes >= (isPeeking ? Math.max(mostHeldBytes, this.#peekedBytes + 1) : mostHeldBytes)
    return !this.#isPaused
  }

  #goOn(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#resume?.()
  }

  /** True when the sink wants to be waited for. */
  #pipeHeld(sink: Sink): boolean {
    if (!this.#held) return false
    let isFull = false
    for (const chunk of this.#held) isFull = !sink.write(chunk)
    this.#began = true
    this.#held = undefined
    return isFull
  }

  /** Once more, where the connection had been closed while nobody used it (RFC 9112 §9.3.1). */
  #sendAgain(error: Error): boolean {
    const [egress, key, options] = [this.#egress, this.#key, this.#options]
    if (this.#isRepeated || this.#caller.isGone || !egress || !key || !options) return false
    if (!isStale(error, options)) return false
    this.#isRepeated = true
    this.#abort = undefined
    // The client that told us has not yet tidied up.
    setImmediate(() => egress.dispatch(key, options, this))
    return true
  }

  /** The caller waits no longer for a connection; when it comes about after all, it is not used. */
  #giveUp(milliseconds: number): void {
    this.#isGivenUp = true
    this.#reject(connectTimeout(milliseconds))
  }

  #settle(): void {
    if (this.#connecting) clearTimeout(this.#connecting)
    this.#caller.forget(this.#leave)
  }
}
