import { Readable } from 'node:stream'
import { SallyportError } from '../error.ts'

/** Longest body that is kept for the one retry after a renewal; longer ones stream and are not retried. */
export const longestReplayableBody = 1_048_576

/** How long a client that sends too much, or nothing more, has to read the reply before its connection is closed. */
const lingerMilliseconds = 1_000

/** A request's body: read once from its source, and kept as far as it may have to be sent again. */
export class Body {
  readonly #source: Readable
  readonly #length: number | undefined
  readonly #longest: number
  #kept: Buffer[] = []
  #receivedBytes = 0
  #overflowed = false
  #ended = false
  #listening = false
  #sending: Readable | undefined
  #arrived: (() => void) | undefined
  /** Why no more of it is taken. */
  #refused: SallyportError | undefined
  #discarded = false
  #wanted = false
  /** Called once, where the body is wanted before any of it has arrived: its client may wait to be told. */
  onWanted: (() => void) | undefined

  /** `length` in bytes where it was announced; more than `longest` is refused. */
  constructor(source: Readable, length: number | undefined, longest = Number.POSITIVE_INFINITY) {
    this.#source = source
    this.#length = length
    this.#longest = longest
  }

  /** Whether it is the client's move: more of the body could be taken at once, and does not come. */
  get isAwaited(): boolean {
    return this.#wanted && !this.#ended && !this.#source.isPaused()
  }

  /** @throws SallyportError body_too_large, where it announces that it will be */
  admit(): void {
    if (this.#length !== undefined && this.#length > this.#longest) {
      this.refuse(tooLarge(this.#longest))
      throw this.#refused
    }
  }

  /** Takes no more of it: what is being sent breaks off with this failure. */
  refuse(failure: SallyportError): void {
    this.#refused ??= failure
    this.#source.pause()
    this.#broken(this.#refused)
  }

  /** Whether everything that was read so far is still here. */
  get replayable(): boolean {
    return !this.#overflowed
  }

  /** The whole body, from its beginning each time: at once where it has arrived, else as it arrives. */
  send(): Buffer | Readable {
    this.#takeArrived()
    if (this.#ended && !this.#overflowed) return wholeOf(this.#kept)
    this.#sending?.destroy()
    const sending = new Readable({ highWaterMark: 65_536, read: () => this.#want() })
    // Where no connection came about, nobody else listens when the caller leaves.
    sending.on('error', () => undefined)
    this.#sending = sending
    for (const chunk of this.#kept) sending.push(chunk)
    if (this.#overflowed) this.#kept = []
    if (this.#ended) sending.push(null)
    this.#listen()
    // What broke off before anybody listened says so to nobody any more.
    if (this.#refused) sending.destroy(this.#refused)
    else if (this.#source.destroyed && !this.#ended) sending.destroy(this.#source.errored ?? brokenOff())
    return sending
  }

  /**
   * All of it where it ends within `longestReplayableBody`; undefined where not, and `send` still works.
   *
   * @throws SallyportError bad_request where it breaks off, or what it was refused with
   */
  async collected(): Promise<Buffer | undefined> {
    this.#takeArrived()
    this.#listen()
    while (!this.#ended && !this.#overflowed && !this.#refused) {
      if (this.#source.destroyed) {
        throw new SallyportError('bad_request', { cause: this.#source.errored ?? brokenOff() })
      }
      await new Promise<void>((resolve) => {
        this.#arrived = resolve
        this.#want()
      })
    }
    if (this.#refused) throw this.#refused
    this.#source.pause()
    return this.#overflowed ? undefined : Buffer.concat(this.#kept)
  }

  /**
   * Lets go of what is left: to be called when the reply is out. It is read and dropped, or the caller's next
   * request on the same connection would wait behind it for ever. What is refused is not read to its end.
   */
  discard(): void {
    this.#sending?.destroy()
    if (this.#discarded) return
    this.#discarded = true
    if (this.#refused) this.#linger()
    else if (!this.#ended) this.#listen()
    this.#source.resume()
  }

  /** A small body has arrived with its headers, and needs no stream. */
  #takeArrived(): void {
    if (this.#listening || this.#length === undefined || this.#source.readableLength < this.#length) return
    if (this.#length > longestReplayableBody) return
    const whole = this.#source.read() as Buffer | null
    this.#listening = true
    this.#ended = true
    if (whole) this.#kept = [whole]
  }

  #listen(): void {
    if (this.#listening) return
    this.#listening = true
    this.#source.on('data', (chunk: Buffer) => this.#receive(chunk))
    this.#source.on('end', () => {
      this.#ended = true
      this.#sending?.push(null)
      this.#arrived?.()
    })
    this.#source.on('error', (error) => this.#broken(error))
    this.#source.on('close', () => {
      if (!this.#ended) this.#broken(brokenOff())
    })
  }

  #want(): void {
    if (this.#refused) return
    this.#wanted = true
    const tell = this.onWanted
    this.onWanted = undefined
    tell?.()
    this.#source.resume()
  }

  #receive(chunk: Buffer): void {
    this.onWanted = undefined
    this.#receivedBytes += chunk.length
    if (this.#receivedBytes > this.#longest && !this.#refused) {
      this.refuse(tooLarge(this.#longest))
      if (this.#discarded) this.#linger()
    }
    if (this.#refused || this.#discarded) return
    if (this.#receivedBytes > longestReplayableBody) this.#overflowed = true
    if (this.#overflowed && this.#sending) this.#kept = []
    else this.#kept.push(chunk)
    const isFull = this.#sending ? !this.#sending.push(chunk) : this.#overflowed
    if (isFull && !this.#sending?.destroyed) this.#source.pause()
    this.#arrived?.()
  }

  /** Closing while bytes are still arriving would reset the connection, and the reply would be lost. */
  #linger(): void {
    this.#source.resume()
    const closing = setTimeout(() => this.#source.destroy(), lingerMilliseconds)
    closing.unref()
    this.#source.once('close', () => clearTimeout(closing))
  }

  #broken(error: Error): void {
    this.#sending?.destroy(error)
    this.#arrived?.()
  }
}

function wholeOf(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks
  return first && chunks.length === 1 ? first : Buffer.concat(chunks)
}

function tooLarge(longest: number): SallyportError {
  return new SallyportError('body_too_large', {
    message: `The body is longer than the ${longest} bytes that pass here. Send less, or have the operator raise SALLYPORT_MAX_REQUEST_BYTES.`,
  })
}

function brokenOff(): Error {
  return new Error('the body broke off')
}
