import type { KeyCheckRecord } from '@sallyport/core/ports'
import { type Kysely, sql, type TableMetadata } from 'kysely'
import { keyChecks } from '../key-checks.ts'
import { assertKnown } from '../migrations/migrate.ts'
import type { Tables } from '../tables.ts'
import { BackupRefused } from './backup-refused.ts'
import { backedUp } from './tables.ts'

export type Value = string | number | null | Uint8Array
export type Row = readonly Value[]
export type ColumnType = 'text' | 'integer' | 'bytes'

export interface SnapshotColumn {
  readonly name: string
  readonly type: ColumnType
}

/** A table as it was at the moment of the snapshot. */
export interface SnapshotTable {
  readonly name: string
  readonly columns: readonly SnapshotColumn[]
  /** How many rows it has. */
  readonly rows: number
}

/** All of a database at one moment, while others go on to write to it. */
export interface Snapshot {
  /** Names of the migrations that made it, in order. */
  readonly migrations: readonly string[]
  readonly keyChecks: readonly KeyCheckRecord[]
  /** In an order in which all that a row refers to comes before it. */
  readonly tables: readonly SnapshotTable[]
  /** The rows of a table, some at a time: never more in memory. */
  rows(table: SnapshotTable): AsyncIterable<readonly Row[]>
}

/** How many rows are read and written at once. */
export const rowsAtOnce = 500

const types: Readonly<Record<string, ColumnType>> = {
  text: 'text',
  integer: 'integer',
  int8: 'integer',
  blob: 'bytes',
  bytea: 'bytes',
}

/** What a database holds, asked within the transaction that keeps the moment. @throws BackupRefused */
export async function describeSnapshot(database: Kysely<Tables>): Promise<Omit<Snapshot, 'rows'>> {
  const found = (await database.introspection.getTables()).filter(({ isView }) => !isView)
  if (!found.some(({ name }) => name === 'instance')) {
    throw new BackupRefused('It holds no Sallyport, or one that was never started.')
  }
  const applied = await sql<{ name: string }>`select name from migration order by name`.execute(database)
  const migrations = applied.rows.map(({ name }) => name)
  assertKnown(migrations)
  const tables: SnapshotTable[] = []
  for (const name of backedUp) {
    const table = found.find((each) => each.name === name)
    if (table) tables.push(await described(database, table))
  }
  // Every Sallyport has one from its first start on: these rows are hidden from whoever asks.
  if (tables.find(({ name }) => name === 'organization')?.rows === 0) {
    throw new BackupRefused('It shows no organization to this user, and would show none to a backup.')
  }
  return { migrations, tables, keyChecks: (await keyChecks(database).read()) ?? [] }
}

async function described(database: Kysely<Tables>, { name, columns }: TableMetadata): Promise<SnapshotTable> {
  const counted = await sql<{ rows: number }>`select count(*) as rows from ${sql.table(name)}`.execute(
    database,
  )
  return {
    name,
    columns: columns.map((column) => ({ name: column.name, type: typeOf(name, column) })),
    rows: Number(counted.rows[0]?.rows),
  }
}

function typeOf(table: string, { name, dataType }: TableMetadata['columns'][number]): ColumnType {
  const type = types[dataType.toLowerCase()]
  if (!type)
    throw new BackupRefused(
      `The column ${name} of ${table} has the type ${dataType}, which no backup can hold.`,
    )
  return type
}

/** The columns of a table, by name, as a statement has them. */
export function selectRows({ name, columns }: SnapshotTable) {
  return sql`select ${sql.join(columns.map((column) => sql.ref(column.name)))} from ${sql.table(name)}`
}
