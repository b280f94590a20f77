/** Follows the frames of a WebSocket in one direction (RFC 6455 §5.2), to know where something can be put between. */
export class Frames {
  /** What has come of a header that is not whole yet. */
  readonly #header: number[] = []
  /** Bytes of the payload that are still to come. */
  #left = 0

  get isBetween(): boolean {
    return this.#left === 0 && this.#header.length === 0
  }

  pass(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, chunk.length - at)
        this.#left -= taken
        at += taken
        continue
      }
      this.#header.push(chunk[at] as number)
      at += 1
      if (this.#header.length === headerLength(this.#header[1])) {
        this.#left = payloadLength(this.#header)
        this.#header.length = 0
      }
    }
  }
}

/** The close frame of a side that goes away; a client's is masked, for which zeros will do where nothing is secret. */
export function goingAway({ masked }: { readonly masked: boolean }): Buffer {
  return Buffer.from(masked ? [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9] : [0x88, 0x02, 0x03, 0xe9])
}

/** Known from the second byte on. */
function headerLength(second: number | undefined): number {
  if (second === undefined) return 2
  const length = second & 0x7f
  return 2 + (length === 126 ? 2 : length === 127 ? 8 : 0) + (second & 0x80 ? 4 : 0)
}

function payloadLength(header: readonly number[]): number {
  const length = (header[1] as number) & 0x7f
  if (length < 126) return length
  const bytes = header.slice(2, length === 126 ? 4 : 10)
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0)
}
