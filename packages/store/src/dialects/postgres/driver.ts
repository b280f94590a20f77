import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely'
import type { Pool, PoolClient } from 'pg'
import { endsConnection, withoutRows } from './errors.ts'
import { retried } from './retried.ts'

/** Connections of a pool. Whatever fails comes out without what PostgreSQL quotes of it. */
export class PostgresDriver implements Driver {
  readonly #pool: () => Pool

  constructor(pool: () => Pool) {
    this.#pool = pool
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<PostgresConnection> {
    const pool = this.#pool()
    try {
      return new PostgresConnection(await pool.connect())
    } catch (error) {
      throw withoutRows(error)
    }
  }

  async releaseConnection(connection: PostgresConnection): Promise<void> {
    connection.release()
  }

  beginTransaction(connection: PostgresConnection): Promise<void> {
    return connection.begin()
  }

  commitTransaction(connection: PostgresConnection): Promise<void> {
    return connection.end('commit')
  }

  rollbackTransaction(connection: PostgresConnection): Promise<void> {
    return connection.end('rollback')
  }

  async destroy(): Promise<void> {}
}

class PostgresConnection implements DatabaseConnection {
  readonly #client: PoolClient
  #inTransaction = false
  #isBroken = false

  constructor(client: PoolClient) {
    this.#client = client
    client.on('error', this.#onError)
  }

  async begin(): Promise<void> {
    await this.#send('begin')
    this.#inTransaction = true
  }

  async end(word: 'commit' | 'rollback'): Promise<void> {
    // With the connection the transaction has ended; why it broke is what the caller is to hear.
    if (word === 'rollback' && this.#isBroken) return
    this.#inTransaction = false
    await this.#send(word)
  }

  release(): void {
    this.#client.off('error', this.#onError)
    this.#client.release(this.#isBroken)
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const send = () => this.#send(sql, parameters.map(storable))
    const { command, rowCount, rows } = await (this.#inTransaction ? send() : retried(send))
    const changes = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE'
    return { rows: rows as Row[], ...(changes && { numAffectedRows: BigInt(rowCount ?? 0) }) }
  }

  // biome-ignore lint/correctness/useYield: Kysely asks for a generator
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Nothing is read by stream.')
  }

  async #send(text: string, values: readonly unknown[] = []) {
    try {
      return await this.#client.query(text, [...values])
    } catch (error) {
      if (endsConnection(error)) this.#isBroken = true
      throw withoutRows(error)
    }
  }

  // Between two statements of a transaction, too, the database may end the connection.
  readonly #onError = () => {
    this.#isBroken = true
  }
}

/** PostgreSQL's text cannot hold the character of code 0, which SQLite's can and callers may send. */
function storable(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value
}
