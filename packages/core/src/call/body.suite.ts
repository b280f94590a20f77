import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'

/** What a client sends, piece by piece, as the test says. */
export function client() {
  const asked = { times: 0 }
  const source = new Readable({
    highWaterMark: 16_384,
    read() {
      asked.times += 1
    },
  })
  return { source, asked }
}

export function streamOf(sent: Buffer | Readable): Readable {
  if (Buffer.isBuffer(sent)) throw new TypeError('a buffer was sent')
  return sent
}

export async function contentOf(sent: Buffer | Readable): Promise<string> {
  return (Buffer.isBuffer(sent) ? sent : await buffer(sent)).toString()
}

/** Lets streams that have something to do do it. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Chunks of 64 KiB until it is `bytes` long, each asked for. */
export function largeSource(bytes: number): { source: Readable; produced: () => number } {
  let produced = 0
  const source = new Readable({
    highWaterMark: 65_536,
    read() {
      if (produced >= bytes) {
        this.push(null)
        return
      }
      const length = Math.min(65_536, bytes - produced)
      const chunk = Buffer.alloc(length, produced / 65_536 + 1)
      produced += length
      this.push(chunk)
    },
  })
  return { source, produced: () => produced }
}

/** A client that never stops. */
export function endlessSource(): { source: Readable; produced: () => number } {
  let produced = 0
  const source = new Readable({
    read() {
      setImmediate(() => {
        produced += 65_536
        this.push(Buffer.alloc(65_536))
      })
    },
  })
  return { source, produced: () => produced }
}
