import { type FileHandle, open, stat } from 'node:fs/promises'
import type { AuditSink } from '@sallyport/core'
import { systemCode } from './durable.ts'

/**
 * A file that lines are appended to, for its owner alone. Whoever moves it away, as logrotate does, finds the next
 * lines in a new one of its name.
 */
export function auditFile(path: string): AuditSink & { close(): Promise<void> } {
  let opened: FileHandle | undefined
  let turn: Promise<unknown> = Promise.resolve()

  async function current(): Promise<FileHandle> {
    if (opened && !(await isStill(path, opened))) {
      await opened.close()
      opened = undefined
    }
    opened ??= await openWhole(path)
    return opened
  }

  async function append(lines: readonly string[]): Promise<void> {
    const handle = await current()
    try {
      await handle.appendFile(lines.map((line) => `${line}\n`).join(''))
      await handle.datasync()
    } catch (error) {
      // Part of a line may be there: what comes next begins one of its own.
      opened = undefined
      await handle.close().catch(() => undefined)
      throw error
    }
  }

  return {
    append(lines) {
      const appended = turn.then(() => append(lines))
      turn = appended.catch(() => undefined)
      return appended
    },
    async close() {
      await turn
      await opened?.close()
      opened = undefined
    },
  }
}

async function isStill(path: string, handle: FileHandle): Promise<boolean> {
  try {
    const [there, held] = await Promise.all([stat(path), handle.stat()])
    return there.ino === held.ino && there.dev === held.dev
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false
    throw error
  }
}

/** A line that a process was killed in stays by itself: what it began comes again, whole. */
async function openWhole(path: string): Promise<FileHandle> {
  const handle = await open(path, 'a+', 0o600)
  const { size } = await handle.stat()
  if (size === 0) return handle
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
  if (buffer[0] !== 0x0a) await handle.appendFile('\n')
  return handle
}
