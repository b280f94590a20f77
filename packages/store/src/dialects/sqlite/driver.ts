import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely'
import { asOutage } from './errors.ts'
import { type Parameter, Statements } from './statements.ts'
import { Turns } from './turns.ts'

/**
 * One connection that is used in turns. SQLite answers before it returns, so a transaction lasts no longer
 * than its statements: whoever waits, waits for that, and for no I/O.
 */
export class SqliteDriver implements Driver {
  readonly #connect: () => DatabaseSyncInstance
  readonly #turns = new Turns()
  #connection: SqliteConnection | undefined

  constructor(connect: () => DatabaseSyncInstance) {
    this.#connect = connect
  }

  async init(): Promise<void> {
    this.#connection = new SqliteConnection(this.#connect())
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    await this.#turns.take()
    return this.#open()
  }

  async releaseConnection(): Promise<void> {
    this.#turns.give()
  }

  // Not deferred: with another process on the file, a transaction that reads first could not write then.
  async beginTransaction(): Promise<void> {
    this.#open().run('begin immediate')
  }

  async commitTransaction(): Promise<void> {
    this.#open().run('commit')
  }

  async rollbackTransaction(): Promise<void> {
    // SQLite itself has rolled back after some errors, a full disk for one.
    if (this.#open().isTransaction) this.#open().run('rollback')
  }

  async destroy(): Promise<void> {
    this.#connection = undefined
  }

  #open(): SqliteConnection {
    if (!this.#connection) throw new Error('The database is closed.')
    return this.#connection
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSyncInstance
  readonly #statements: Statements

  constructor(database: DatabaseSyncInstance) {
    this.#database = database
    this.#statements = new Statements(database)
  }

  get isTransaction(): boolean {
    return this.#database.isTransaction
  }

  run(text: string): void {
    try {
      this.#statements.get(text).statement.run()
    } catch (error) {
      throw asOutage(error)
    }
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    try {
      return this.#execute(query)
    } catch (error) {
      throw asOutage(error)
    }
  }

  #execute<Row>({ sql, parameters }: CompiledQuery): QueryResult<Row> {
    // A pragma takes effect when it is prepared, and a prepared one not again.
    if (sql.startsWith('pragma ')) {
      this.#database.exec(sql)
      return { rows: [] }
    }
    const { statement, returnsRows } = this.#statements.get(sql)
    const values = parameters as readonly Parameter[]
    if (returnsRows) return { rows: statement.all(...values) as Row[] }
    return { rows: [], numAffectedRows: BigInt(statement.run(...values).changes) }
  }

  // biome-ignore lint/correctness/useYield: Kysely asks for a generator
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('A stream would keep everybody else from the database.')
  }
}
