import { Readable } from 'node:stream'

/** Longest body that is kept for the one retry after a renewal; longer ones stream and are not retried. */
export const longestReplayableBody = 1_048_576

/** A request's body: read once from its source, and kept as far as it may have to be sent again. */
export class Body {
  readonly #source: Readable
  readonly #length: number | undefined
  #kept: Buffer[] = []
  #keptBytes = 0
  #overflowed = false
  #ended = false
  #listening = false
  #sending: Readable | undefined
  #arrived: (() => void) | undefined

  /** `length` in bytes where it was announced. */
  constructor(source: Readable, length: number | undefined) {
    this.#source = source
    this.#length = length
  }

  /** Whether everything that was read so far is still here. */
  get replayable(): boolean {
    return !this.#overflowed
  }

  /** The whole body, from its beginning each time: at once where it has arrived, else as it arrives. */
  send(): Buffer | Readable {
    this.#takeArrived()
    const [first, ...more] = this.#kept
    if (this.#ended && !this.#overflowed)
      return first && more.length === 0 ? first : Buffer.concat(this.#kept)
    this.#sending?.destroy()
    const sending = new Readable({ highWaterMark: 65_536, read: () => void this.#source.resume() })
    // Where no connection came about, nobody else listens when the caller leaves.
    sending.on('error', () => undefined)
    this.#sending = sending
    for (const chunk of this.#kept) sending.push(chunk)
    if (this.#overflowed) this.#kept = []
    if (this.#ended) sending.push(null)
    this.#listen()
    // What broke off before anybody listened says so to nobody any more.
    if (this.#source.destroyed && !this.#ended) sending.destroy(this.#source.errored ?? brokenOff())
    return sending
  }

  /** All of it where it ends within `longestReplayableBody`; undefined where not, and `send` still works. */
  async collected(): Promise<Buffer | undefined> {
    this.#takeArrived()
    this.#listen()
    while (!this.#ended && !this.#overflowed) {
      if (this.#source.destroyed) throw this.#source.errored ?? brokenOff()
      await new Promise<void>((resolve) => {
        this.#arrived = resolve
        this.#source.resume()
      })
    }
    this.#source.pause()
    return this.#overflowed ? undefined : Buffer.concat(this.#kept)
  }

  /**
   * Lets go of what is left: to be called when the reply is out. It is read and dropped, or the caller's next
   * request on the same connection would wait behind it for ever.
   */
  discard(): void {
    this.#sending?.destroy()
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

  #receive(chunk: Buffer): void {
    this.#keptBytes += chunk.length
    if (this.#keptBytes > longestReplayableBody) this.#overflowed = true
    if (this.#overflowed && this.#sending) this.#kept = []
    else this.#kept.push(chunk)
    const isFull = this.#sending ? !this.#sending.push(chunk) : this.#overflowed
    if (isFull && !this.#sending?.destroyed) this.#source.pause()
    this.#arrived?.()
  }

  #broken(error: Error): void {
    this.#sending?.destroy(error)
    this.#arrived?.()
  }
}

function brokenOff(): Error {
  return new Error('the body broke off')
}
