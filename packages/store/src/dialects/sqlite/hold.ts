import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { createFile } from './file.ts'

/** Another process serves from the folder. */
export class FolderInUse extends Error {
  constructor() {
    super('Another process uses the folder.')
    this.name = 'FolderInUse'
  }
}

/**
 * Keeps a data folder to one process: whoever has it may take it that those before have ended, with the renewals that
 * they had begun. It is a lock of SQLite's, on a file of its own, which the kernel takes back when the process ends,
 * however it ends.
 *
 * @throws FolderInUse
 */
export function holdFolder(folder: string): { close(): void } {
  const file = join(folder, 'in-use.lock')
  createFile(file)
  const lock = new DatabaseSync(file, { timeout: 0 })
  try {
    lock.exec('begin exclusive')
    return lock
  } catch (error) {
    lock.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === 5) throw new FolderInUse()
    throw error
  }
}
