/** What goes through a pipe at once: a small head, and a body that neither end has to read to pass it on. */
export interface Frame {
  readonly head: unknown
  /** Text, as UTF-8. */
  readonly body: Buffer
}

const lengths = 8

/** A frame as bytes: the lengths of head and body, 32 bits each, then both. */
export function encodeFrame(head: unknown, body: Buffer | string): Buffer {
  const first = Buffer.from(JSON.stringify(head))
  const second = typeof body === 'string' ? Buffer.from(body) : body
  const prefix = Buffer.alloc(lengths)
  prefix.writeUInt32BE(first.length, 0)
  prefix.writeUInt32BE(second.length, 4)
  return Buffer.concat([prefix, first, second])
}

/** Puts frames together from chunks as they come. */
export class FrameReader {
  readonly #longest: number
  #chunks: Buffer[] = []
  #held = 0
  #wanted = lengths

  /** @param longest bytes that a frame may have at most */
  constructor(longest = Number.POSITIVE_INFINITY) {
    this.#longest = longest
  }

  /**
   * The frames that a chunk completes.
   *
   * @throws RangeError when a frame is announced that is longer than may be; nothing of it is kept
   */
  read(chunk: Buffer): readonly Frame[] {
    this.#chunks.push(chunk)
    this.#held += chunk.length
    const frames: Frame[] = []
    while (this.#held >= this.#wanted) {
      const all = this.#chunks.length === 1 ? (this.#chunks[0] ?? chunk) : Buffer.concat(this.#chunks)
      this.#chunks = [all]
      const head = all.readUInt32BE(0)
      const end = lengths + head + all.readUInt32BE(4)
      if (end > this.#longest) throw new RangeError('A frame is longer than it may be.')
      this.#wanted = end
      if (all.length < end) break
      frames.push({
        head: JSON.parse(all.toString('utf8', lengths, lengths + head)),
        body: all.subarray(lengths + head, end),
      })
      this.#chunks = [all.subarray(end)]
      this.#held = all.length - end
      this.#wanted = lengths
    }
    return frames
  }
}
