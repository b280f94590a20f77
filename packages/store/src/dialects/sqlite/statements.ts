import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'

const capacity = 200

/** What SQLite takes as a value. */
export type Parameter = string | number | bigint | null | Uint8Array

interface Prepared {
  readonly statement: StatementSyncInstance
  readonly returnsRows: boolean
}

/** Prepared statements by their text, of which the least recently used are dropped. */
export class Statements {
  readonly #database: DatabaseSyncInstance
  readonly #prepared = new Map<string, Prepared>()

  constructor(database: DatabaseSyncInstance) {
    this.#database = database
  }

  get(text: string): Prepared {
    const known = this.#prepared.get(text)
    const prepared = known ?? this.#prepare(text)
    if (known) this.#prepared.delete(text)
    this.#prepared.set(text, prepared)
    if (this.#prepared.size > capacity) this.#dropOldest()
    return prepared
  }

  #prepare(text: string): Prepared {
    const statement = this.#database.prepare(text)
    return { statement, returnsRows: statement.columns().length > 0 }
  }

  #dropOldest(): void {
    const oldest = this.#prepared.keys().next()
    if (!oldest.done) this.#prepared.delete(oldest.value)
  }
}
