import type { Clock } from '@sallyport/core/ports'
import type { AliasableExpression, Dialect, Expression, Kysely, Transaction } from 'kysely'
import type { Tables } from '../tables.ts'

/** What databases differ in, as data: nothing outside `dialects` asks which one it is. */
export interface StoreDialect {
  /** Gives integers up to 2^53 as numbers, and bytes as Uint8Array or Buffer. */
  readonly kysely: Dialect
  readonly columnTypes: {
    readonly text: Expression<unknown>
    /** 64 bits: holds epoch milliseconds. */
    readonly integer: Expression<unknown>
    readonly bytes: Expression<unknown>
  }
  /** The time that leases run by, in epoch milliseconds: of the database where several machines share it. */
  now(clock: Clock): AliasableExpression<number>
  /** A transaction that need not outlive a power cut: it waits for no disk. Killed processes lose nothing of it. */
  relaxed<Result>(
    database: Kysely<Tables>,
    work: (transaction: Transaction<Tables>) => Promise<Result>,
  ): Promise<Result>
  /**
   * Has the database itself keep the rows of organizations apart, where it can: a statement reaches those of the one that
   * it names, or of all where it was made by `acrossOrganizations`. Every migration calls it for its new tables.
   */
  protectRows(database: Kysely<unknown>, table: string, column?: string): Promise<void>
  /** Leaves nothing of deleted rows in the database's log, as far as that is the database's to do. */
  forgetDeleted(database: Kysely<Tables>): Promise<void>
  readonly abilities: {
    /** Columns that hold another type than declared must be forbidden with the word `strict`. */
    readonly strictTables: boolean
  }
}
