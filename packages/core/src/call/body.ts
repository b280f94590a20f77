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
    if (this.#ended && !this.#overflowed) return Buffer.concat(this.#kept)
    this.#sending?.destroy()
    const sending = new Readable({ highWaterMark: 65_536, read: () => void this.#source.resume() })
    this.#sending = sending
    for (const chunk of this.#kept) sending.push(chunk)
    if (this.#overflowed) this.#kept = []
    if (this.#ended) sending.push(null)
    this.#listen()
    return sending
  }

  /** All of it where it ends within `longestReplayableBody`; undefined where not, and `send` still works. */
  async collected(): Promise<Buffer | undefined> {
    this.#takeArrived()
    this.#listen()
    while (!this.#ended && !this.#overflowed) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve
        this.#source.resume()
      })
      if (this.#source.destroyed && !this.#ended) throw this.#source.errored ?? new Error('the body broke off')
    }
    this.#source.pause()
    return this.#overflowed ? undefined : Buffer.concat(this.#kept)
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
      if (!this.#ended) this.#broken(new Error('the body broke off'))
    })
  }

  #receive(chunk: Buffer): void {
    this.#keptBytes += chunk.length
    if (this.#keptBytes > longestReplayableBody) this.#overflowed = true
    if (this.#overflowed && this.#sending) this.#kept = []
    else this.#kept.push(chunk)
    if (this.#sending ? !this.#sending.push(chunk) : this.#overflowed) this.#source.pause()
    this.#arrived?.()
  }

  #broken(error: Error): void {
    this.#sending?.destroy(error)
    this.#arrived?.()
  }
}
