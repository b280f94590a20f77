import { randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'

/** How files are named that are not whole yet. */
export const unfinished = '.part'

/** Writes a file for its owner alone, which is there whole or not at all, and outlives a power cut. */
export async function writeDurably(file: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeWhole(file, (handle) => handle.writeFile(content))
}

/** The same of what `write` writes, in a folder that is there. */
export async function writeWhole(file: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  // A name of its own: others may write the same file at this moment.
  const part = `${file}.${randomBytes(6).toString('hex')}${unfinished}`
  try {
    const handle = await open(part, 'wx', 0o600)
    try {
      await write(handle)
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

/** A rename is durable once its folder is. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** What the system calls a failure: `ENOENT`, `ENOSPC`… */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
