import * as zip from '@zip.js/zip.js'
import type { ZipSettings } from '../job.ts'
import { checkPaths } from './archive-paths.ts'
import { Refused } from './refused.ts'

const mostEntries = 10_000
/** Of what is larger than that, no more than so many times its compressed size. */
const alwaysBytes = 1024 * 1024
const highestRatio = 200

// Threads are forbidden to this process, and its streams are Node's.
zip.configure({ useWebWorkers: false })

/** An entry that is to be written, or was read. */
interface ArchiveEntry {
  readonly path: string
  readonly content: string
  readonly encoding: ZipSettings['encoding']
}

/** A zip archive in base64, the same for the same entries. */
export async function createArchive(entries: readonly ArchiveEntry[]): Promise<string> {
  checkPaths(entries.map(({ path }) => path))
  const written = new zip.Uint8ArrayWriter()
  const writer = new zip.ZipWriter(written, {
    ...{ lastModDate: new Date(1980, 0, 1), extendedTimestamp: false, dataDescriptor: false },
  })
  for (const { path, content, encoding } of entries) {
    const bytes = encoding === 'base64' ? fromBase64(content, path) : Buffer.from(content)
    await writer.add(path, new zip.Uint8ArrayReader(bytes))
  }
  return Buffer.from(await writer.close()).toString('base64')
}

/**
 * The files of a zip archive in base64.
 *
 * @throws Refused what is damaged, encrypted, ambiguous, or larger than `most` bytes together
 */
export async function readArchive(archive: string, { encoding }: ZipSettings, most: number): Promise<string> {
  const reader = new zip.ZipReader(new zip.Uint8ArrayReader(fromBase64(archive, 'The archive')), {
    ...{ strictness: 'strict', filenameValidation: 'tolerant' },
    ...{ checkCRC32: true, checkSignature: true, checkOverlappingEntry: true },
  })
  try {
    const files = await listed(reader, most)
    const contents = []
    for (const file of files) {
      // The library stops where there is more than the entry says.
      const bytes = await file.getData(new zip.Uint8ArrayWriter())
      contents.push({ path: file.filename, content: decoded(Buffer.from(bytes), file, encoding) })
    }
    return JSON.stringify(contents)
  } catch (error) {
    throw error instanceof Refused ? error : new Refused(whyNot(error))
  }
}

async function listed(reader: zip.ZipReader<unknown>, most: number): Promise<readonly zip.FileEntry[]> {
  const files: zip.FileEntry[] = []
  let entries = 0
  let bytes = 0
  for await (const entry of reader.getEntriesGenerator()) {
    if (++entries > mostEntries) throw new Refused(`The archive has more than ${mostEntries} entries.`)
    if (entry.directory) continue
    bytes += entry.uncompressedSize
    if (bytes > most) throw new Refused(`The archive holds more than ${most} bytes when it is unpacked.`)
    if (entry.uncompressedSize > Math.max(alwaysBytes, entry.compressedSize * highestRatio))
      throw new Refused(
        `The archive’s ${JSON.stringify(entry.filename)} is refused: it is more than ${highestRatio} times as large as it is packed.`,
      )
    files.push(entry)
  }
  checkPaths(files.map(({ filename }) => filename))
  return files
}

function decoded(bytes: Buffer, { filename }: zip.FileEntry, encoding: ZipSettings['encoding']): string {
  if (encoding === 'base64') return bytes.toString('base64')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Refused(
      `The archive’s ${JSON.stringify(filename)} is no text in UTF-8. Have the step read its entries as base64.`,
    )
  }
}

function fromBase64(text: string, what: string): Buffer {
  const compact = text.replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(compact)) throw new Refused(`${what} is not in base64.`)
  return Buffer.from(compact, 'base64')
}

function whyNot(error: unknown): string {
  const said = error instanceof Error ? error.message.slice(0, 200) : ''
  return `The archive cannot be read as zip: ${said || 'it is damaged'}.`
}
