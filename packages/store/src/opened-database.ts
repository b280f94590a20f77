import type { Clock, KeyCheckStore, Store } from '@sallyport/core/ports'

/**
 * A database that was opened but not touched: read its key check, then migrate, then use the store.
 *
 * @example
 * const database = openSqlite(folder)
 * const records = await database.keyChecks.read()
 * if (records) verifyKeyCheck(ring, records)
 * await database.migrate()
 */
export interface OpenedDatabase {
  /** Whether there was a database before. */
  readonly exists: boolean
  /** What the operator should know of it, in sentences. */
  readonly warnings: readonly string[]
  /** Reads before `migrate` and writes after it. */
  readonly keyChecks: KeyCheckStore
  /** Creates what is missing. Nothing is written before. @throws FolderInUse */
  migrate(): Promise<void>
  /** In place of `migrate`: nothing is written, and nothing can be; also beside whoever serves from it. */
  readOnly(): Promise<void>
  /** Fails before `migrate` or `readOnly`. */
  readonly store: Store
  close(): Promise<void>
}

/** By which events are dated where nobody gives another. */
export const wallClock: Clock = { now: () => Date.now() }
