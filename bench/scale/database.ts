import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { type OpenedDatabase, openPostgres, openSqlite, parsePostgresUrl } from '@sallyport/store'
import type { PostgresServer } from '@sallyport/testkit'
import pg from 'pg'
import type { AccountRow } from './inside.ts'

/** A database of either kind: how servers are told of it, and how it is filled. */
export interface Database {
  readonly name: string
  /** The variables of a server on it, of which there may be several. */
  environment(node: number): Record<string, string>
  open(): Promise<OpenedDatabase>
  /** Inserts all rows, and leaves the database as one that has rested: its log emptied, its statistics current. */
  fill(batches: AsyncIterable<readonly AccountRow[]>): Promise<void>
}

export interface PostgresDatabase extends Database {
  readonly url: string
}

/** A file in a folder of its own. */
export function sqliteDatabase(folder: string): Database {
  return {
    name: 'SQLite',
    environment: () => ({ SALLYPORT_DATA_DIR: folder }),
    open: async () => openSqlite(folder),
    async fill(batches) {
      const database = new DatabaseSync(join(folder, 'sallyport.db'), { timeout: 5000 })
      // Of this connection alone: those that are measured have the product's own.
      database.exec('pragma synchronous = off; pragma cache_size = -500000')
      for await (const rows of batches) {
        const columns = Object.keys(rows[0] ?? {})
        const marks = columns.map(() => '?').join(', ')
        const insert = database.prepare(`insert into account (${columns.join(', ')}) values (${marks})`)
        database.exec('begin')
        for (const row of rows) insert.run(...Object.values(row))
        database.exec('commit')
      }
      database.exec('pragma wal_checkpoint(truncate)')
      database.close()
    },
  }
}

/** An empty database of a PostgreSQL; each node has a folder of its own beside it. */
export async function postgresDatabase(server: PostgresServer, folder: string): Promise<PostgresDatabase> {
  const url = await server.createDatabase()
  const parsed = parsePostgresUrl(url)
  if ('faults' in parsed) throw new Error(parsed.faults.join(', '))
  return {
    name: 'PostgreSQL',
    url,
    environment: (node) => ({
      SALLYPORT_DATABASE_URL: url,
      SALLYPORT_DATA_DIR: join(folder, `node-${node}`),
    }),
    open: () => openPostgres(parsed.address),
    async fill(batches) {
      const client = new pg.Client({ connectionString: server.asSuperuser(url) })
      await client.connect()
      // Of this connection alone. What rows refer to is there.
      await client.query(`set synchronous_commit = off; set session_replication_role = replica`)
      for await (const rows of batches) {
        const insert = 'insert into account select * from json_populate_recordset(null::account, $1)'
        await client.query(insert, [JSON.stringify(rows.map(withHex))])
      }
      await client.query('vacuum (analyze) account')
      await client.query('checkpoint')
      await client.end()
    },
  }
}

/** Bytes as PostgreSQL reads them from text. */
function withHex(row: AccountRow) {
  const { credential } = row
  return { ...row, credential: credential ? `\\x${Buffer.from(credential).toString('hex')}` : null }
}
