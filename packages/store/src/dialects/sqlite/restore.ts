import { rmSync, statSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { Kysely } from 'kysely'
import { type RestoreTarget, restoreTarget } from '../../backup/restore-target.ts'
import type { Tables } from '../../tables.ts'
import { DatabaseRefused } from '../database-refused.ts'
import { sqliteDialect } from './dialect.ts'
import { closeDatabase, openForWriting } from './file.ts'
import { holdFolder } from './hold.ts'

/**
 * Fills a database beside the place where it belongs, and puts it there when it is whole.
 *
 * @throws FolderInUse, DatabaseRefused where the folder holds a database
 */
export async function restoreSqlite(
  folder: string,
  fill: (target: RestoreTarget) => Promise<void>,
): Promise<void> {
  const file = join(folder, 'sallyport.db')
  assertEmpty(file)
  const hold = holdFolder(folder)
  const part = `${file}.restoring`
  try {
    assertEmpty(file)
    removeDatabase(part)
    await fillFile(part, fill)
    // An empty file of a first start that was cut off, and its log.
    removeDatabase(file)
    await rename(part, file)
    await syncFolder(folder)
  } finally {
    removeDatabase(part)
    hold.close()
  }
}

async function fillFile(file: string, fill: (target: RestoreTarget) => Promise<void>): Promise<void> {
  const connected = openForWriting(file)
  const dialect = sqliteDialect(() => connected)
  const database = new Kysely<Tables>({ dialect: dialect.kysely })
  try {
    await fill(restoreTarget(database, dialect))
  } finally {
    await database.destroy()
    closeDatabase(connected)
  }
}

/** A log without its database would be taken for that of the one that is put there. */
function assertEmpty(file: string): void {
  for (const name of [file, `${file}-wal`, `${file}-journal`]) {
    if ((statSync(name, { throwIfNoEntry: false })?.size ?? 0) === 0) continue
    throw new DatabaseRefused(
      `${name} is there already. Move it away, or name another folder: a restore overwrites nothing.`,
    )
  }
}

function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${suffix}`, { force: true })
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
