/**
 * Splits what arrives on a connection into HTTP/1.1 messages that are framed by Content-Length. Bodies are
 * counted and dropped: upstream and load share a core, and must not become what is measured.
 */
export class MessageReader {
  readonly #onMessage: (head: string, bodyBytes: number) => void
  #begun: Buffer | undefined
  #head: string | undefined
  #bodyBytes = 0
  #left = 0

  constructor(onMessage: (head: string, bodyBytes: number) => void) {
    this.#onMessage = onMessage
  }

  /** @throws TypeError for a message that is framed in another way */
  push(chunk: Buffer): void {
    const bytes = this.#begun ? Buffer.concat([this.#begun, chunk]) : chunk
    this.#begun = undefined
    let at = 0
    while (at < bytes.length) {
      if (this.#head === undefined) {
        const end = bytes.indexOf('\r\n\r\n', at, 'latin1')
        if (end === -1) {
          this.#begun = bytes.subarray(at)
          return
        }
        this.#startBody(bytes.toString('latin1', at, end))
        at = end + 4
      }
      const taken = Math.min(this.#left, bytes.length - at)
      at += taken
      this.#left -= taken
      if (this.#left === 0) this.#finish()
    }
  }

  #startBody(head: string): void {
    if (/\r\ntransfer-encoding:/i.test(head))
      throw new TypeError('a chunked message, where none was expected')
    this.#head = head
    this.#bodyBytes = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
    this.#left = this.#bodyBytes
  }

  #finish(): void {
    const head = this.#head ?? ''
    this.#head = undefined
    this.#onMessage(head, this.#bodyBytes)
  }
}
