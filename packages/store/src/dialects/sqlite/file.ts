import { closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { SallyportError } from '@sallyport/core/error'
import { asOutage } from './errors.ts'

const patience = { timeout: 5000, defensive: true }

/** Opens a database file for good; one that is missing is created for its owner alone. */
export function openForWriting(file: string): DatabaseSyncInstance {
  createFile(file)
  const database = new DatabaseSync(file, patience)
  // WAL outlives a power cut only with FULL. Deleted secrets are overwritten, not just unlinked.
  database.exec(`
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma foreign_keys = on;
    pragma secure_delete = on;
    pragma trusted_schema = off;
  `)
  return database
}

/** Opens a database file such that not a byte of it changes. */
export function openForReading(file: string): DatabaseSyncInstance {
  const log = statSync(`${file}-wal`, { throwIfNoEntry: false })
  // Without pages in its log the file is complete, and can be read without the files that SQLite would
  // create beside it. With some, they are there already: another process runs, or one was killed.
  if (log && log.size > 0) return new DatabaseSync(file, { ...patience, readOnly: true })
  const address = pathToFileURL(file)
  address.searchParams.set('immutable', '1')
  return new DatabaseSync(address.href, { ...patience, readOnly: true })
}

/** The same beside whoever writes to it: what comes meanwhile may be seen, and nothing half. */
export function openBeside(file: string): DatabaseSyncInstance {
  const isShared = statSync(`${file}-shm`, { throwIfNoEntry: false }) !== undefined
  return isShared ? new DatabaseSync(file, { ...patience, readOnly: true }) : openForReading(file)
}

/** Moves all that is in the log into the file, if the disk takes it, and closes it: the next one reads what is left there. */
export function closeDatabase(database: DatabaseSyncInstance): void {
  try {
    // Statements that still wait to be collected would keep SQLite from doing so itself.
    database.exec('pragma wal_checkpoint(truncate)')
  } catch (error) {
    if (!(asOutage(error) instanceof SallyportError)) throw error
  } finally {
    database.close()
  }
}

/** For its owner alone, in a folder of his; one that is there stays as it is. */
export function createFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}
