import { randomBytes } from 'node:crypto'
import { open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { syncFolder, unfinished } from '../durable.ts'

/**
 * Writes text, packed, to a file for its owner alone, as it comes. Under its name the file is there whole or not at all, and
 * outlives a power cut.
 */
export async function writeZipped(
  file: string,
  text: AsyncIterable<string>,
  signal: AbortSignal,
): Promise<void> {
  const part = `${file}.${randomBytes(6).toString('hex')}${unfinished}`
  const handle = await open(part, 'wx', 0o600)
  try {
    try {
      const write = async (packed: AsyncIterable<Buffer>) => {
        for await (const chunk of packed) await handle.appendFile(chunk)
      }
      await pipeline(Readable.from(text, { highWaterMark: 1 }), createGzip(), write, { signal })
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(part, file)
  } catch (error) {
    await unlink(part).catch(() => undefined)
    throw error
  }
  await syncFolder(dirname(file))
}
