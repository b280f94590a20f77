import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely'
import type { Pool, PoolClient } from 'pg'
import { endsConnection, withoutRows } from './errors.ts'
import {
  noOrganization,
  organizationOf,
  type QueryOfOrganization,
  queryWithin,
} from './organization-setting.ts'
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
    return connection.commit()
  }

  rollbackTransaction(connection: PostgresConnection): Promise<void> {
    return connection.rollback()
  }

  async destroy(): Promise<void> {}
}

export class PostgresConnection implements DatabaseConnection {
  readonly #client: PoolClient
  #inTransaction = false
  /** Whose rows the transaction under way may see; none outside of one. */
  #organization = noOrganization
  #isBroken = false

  constructor(client: PoolClient) {
    this.#client = client
    client.on('error', this.#onError)
  }

  /** `begin`, with what else the transaction is to be. */
  async begin(begin = 'begin'): Promise<void> {
    await this.#send(begin)
    this.#inTransaction = true
  }

  async commit(): Promise<void> {
    this.#endTransaction()
    await this.#send('commit')
  }

  /** Never fails: why it is rolled back is what the caller is to hear, and with a connection its transaction ends. */
  async rollback(): Promise<void> {
    this.#endTransaction()
    if (this.#isBroken) return
    await this.#send('rollback').catch(this.#onError)
  }

  release(): void {
    this.#client.off('error', this.#onError)
    this.#client.release(this.#isBroken)
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const values = query.parameters.map(storable)
    const organization = organizationOf(query, values)
    const send = () => this.#sendWithin(organization, query.sql, values)
    const { command, rowCount, rows } = await (this.#inTransaction ? send() : retried(send))
    const changes = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE'
    return { rows: rows as Row[], ...(changes && { numAffectedRows: BigInt(rowCount ?? 0) }) }
  }

  // biome-ignore lint/correctness/useYield: Kysely asks for a generator
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Nothing is read by stream.')
  }

  #endTransaction(): void {
    this.#inTransaction = false
    this.#organization = noOrganization
  }

  /** Each statement sees the rows of the organization that it names itself, whatever came before it. */
  #sendWithin(organization: string, text: string, values: unknown[]) {
    if (organization === this.#organization) return this.#send(text, values)
    if (this.#inTransaction) this.#organization = organization
    return this.#answered(queryWithin(this.#client, organization, { text, values }))
  }

  #send(text: string, values: unknown[] = []) {
    return this.#answered(this.#client.query(text, values))
  }

  async #answered<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer
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

/** One connection, in a transaction that somebody else began and ends, for rows of every organization. */
export class BorrowedDriver implements Driver {
  readonly #connection: PostgresConnection

  constructor(connection: PostgresConnection) {
    this.#connection = connection
  }

  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    const connection = this.#connection
    return {
      executeQuery<Row>(query: CompiledQuery) {
        const ofAll: QueryOfOrganization = { ...query, organization: 'every' }
        return connection.executeQuery<Row>(ofAll)
      },
      streamQuery: () => connection.streamQuery(),
    }
  }
  async beginTransaction(): Promise<void> {}
  async commitTransaction(): Promise<void> {}
  async rollbackTransaction(): Promise<void> {}
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
}

/** PostgreSQL's text cannot hold the character of code 0, which SQLite's can and callers may send. */
function storable(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value
}
