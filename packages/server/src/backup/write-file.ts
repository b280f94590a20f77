import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { writeWhole } from '../durable.ts'

/**
 * Writes text, packed, to a file for its owner alone, as it comes. Under its name the file is there whole or not at all, and
 * outlives a power cut.
 */
export function writeZipped(file: string, text: AsyncIterable<string>, signal: AbortSignal): Promise<void> {
  return writeWhole(file, async (handle) => {
    const write = async (packed: AsyncIterable<Buffer>) => {
      for await (const chunk of packed) await handle.appendFile(chunk)
    }
    await pipeline(Readable.from(text, { highWaterMark: 1 }), createGzip(), write, { signal })
  })
}
