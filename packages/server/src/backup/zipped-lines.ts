import type { FileHandle } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { BackupRefused } from '@sallyport/store'
import { systemCode } from '../durable.ts'

export const damaged = new BackupRefused('It is damaged, or was cut off. Use another one.')
export const noBackup = new BackupRefused('It is no backup that `sallyport backup` wrote.')

const newline = 10
/** No row is as long: the file is not ours. */
const longestLine = 2 ** 28

/** The lines of a file that gzip has packed, from its beginning and without their ends. @throws BackupRefused */
export async function* zippedLines(file: FileHandle): AsyncGenerator<Buffer, undefined> {
  if (!(await isZipped(file))) throw noBackup
  const packed = file.createReadStream({ start: 0, autoClose: false })
  // Whoever reads hears of failures; this has them reach him.
  const text = pipeline(packed, createGunzip(), () => undefined)
  let pieces: Buffer[] = []
  let length = 0
  let isFirst = true
  try {
    for await (const chunk of text as AsyncIterable<Buffer>) {
      let from = 0
      for (let to = chunk.indexOf(newline); to >= 0; to = chunk.indexOf(newline, from)) {
        pieces.push(chunk.subarray(from, to))
        yield Buffer.concat(pieces)
        isFirst = false
        pieces = []
        length = 0
        from = to + 1
      }
      pieces.push(chunk.subarray(from))
      length += chunk.length - from
      if (length > longestLine) throw damaged
    }
  } catch (error) {
    throw ['Z_DATA_ERROR', 'Z_BUF_ERROR'].includes(systemCode(error) ?? '') ? damaged : error
  }
  if (length > 0) throw isFirst ? noBackup : damaged
}

async function isZipped(file: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0)
  return bytesRead === 2 && buffer.readUInt16BE() === 0x1f8b
}
