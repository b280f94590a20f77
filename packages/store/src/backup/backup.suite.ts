import { join } from 'node:path'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { openSqlite } from '../dialects/sqlite/open.ts'
import type { RestoreTarget } from './restore-target.ts'
import type { Row, Snapshot, SnapshotTable } from './snapshot.ts'
import { backedUp } from './tables.ts'

type WithSnapshot = <Result>(use: (snapshot: Snapshot) => Promise<Result>) => Promise<Result>
type Restore = (fill: (target: RestoreTarget) => Promise<void>) => Promise<void>

/** What a snapshot holds, as data that can be compared: rows by table, in an order of their own. */
export interface Content {
  readonly migrations: readonly string[]
  readonly tables: Readonly<Record<string, readonly string[]>>
}

export const backupAt = 1_790_000_000_000
/** Rows of the table that has more than are read at once. */
const many = 1201

/** Copies one database into another, as a backup and its restore do. */
export async function copied(from: WithSnapshot, to: Restore): Promise<void> {
  await from((snapshot) =>
    to(async (target) => {
      await target.create(snapshot.migrations)
      for (const table of snapshot.tables) {
        for await (const rows of snapshot.rows(table)) await target.insert(table, rows)
      }
      await target.finish(backupAt)
    }),
  )
}

export function contentOf(from: WithSnapshot): Promise<Content> {
  return from(async (snapshot) => {
    const tables: Record<string, string[]> = {}
    for (const table of snapshot.tables) {
      const rows: string[] = []
      for await (const some of snapshot.rows(table)) rows.push(...some.map((row) => text(table, row)))
      tables[table.name] = rows.sort()
      if (rows.length !== table.rows)
        throw new Error(`${table.name} has ${rows.length} rows, not ${table.rows}`)
    }
    return { migrations: snapshot.migrations, tables }
  })
}

function text({ columns }: SnapshotTable, row: Row): string {
  const shown = row.map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value))
  return JSON.stringify(Object.fromEntries(columns.map(({ name }, index) => [name, shown[index]])))
}

/** Makes a database in a folder with rows in every table, of three organizations, each with whatever its columns can hold. */
export async function filledFolder(folder: string): Promise<void> {
  const database = openSqlite(folder)
  await database.migrate()
  await database.close()
  const file = new DatabaseSync(join(folder, 'sallyport.db'))
  file.exec('pragma foreign_keys = on')
  file.exec('begin')
  for (const table of backedUp) {
    const count = ['setup', 'instance'].includes(table) ? 1 : 3
    for (let index = 0; index < count; index += 1) insertRow(file, table, index, '')
  }
  for (let more = 0; more < many; more += 1) insertRow(file, 'event', 0, ` more ${more}`)
  file.exec('commit')
  file.close()
}

interface Column {
  readonly name: string
  readonly type: string
  readonly notnull: number
  readonly pk: number
}

interface Reference {
  readonly table: string
  readonly from: string
  readonly to: string | null
}

function insertRow(file: DatabaseSyncInstance, table: string, index: number, suffix: string): void {
  const columns = all<Column>(file, `select * from pragma_table_info('${table}')`)
  const values = columns.map((column) => madeUp(file, table, column, { index, suffix }))
  const marks = columns.map(() => '?').join(', ')
  const names = columns.map(({ name }) => `"${name}"`).join(', ')
  file.prepare(`insert into ${table} (${names}) values (${marks})`).run(...values)
}

type Which = { readonly index: number; readonly suffix: string }

/** What a column holds; where it refers to another, what that one does. */
function madeUp(
  file: DatabaseSyncInstance,
  table: string,
  { name, type, notnull, pk }: Column,
  { index, suffix }: Which,
): string | number | null | Buffer {
  const [reference] = all<Reference>(
    file,
    `select * from pragma_foreign_key_list('${table}') where "from" = '${name}'`,
  )
  if (reference) {
    const referred = all<Column>(file, `select * from pragma_table_info('${reference.table}')`)
    const column = referred.find((each) => each.name === (reference.to ?? 'id'))
    if (column) return madeUp(file, reference.table, column, { index, suffix: '' })
  }
  if (table === 'setup' && name === 'id') return 1
  if (table === 'renewal_intent' && name === 'state') return ['sending', 'no_answer'][index] ?? 'sending'
  if (index === 2 && notnull === 0) return null
  const more = pk > 0 ? suffix : ''
  if (/blob/i.test(type)) return Buffer.from(`${table}.${name} ${index}${more}\u0000\xff`, 'latin1')
  if (/int/i.test(type)) return 2 ** 52 + index
  return `${table}.${name} ${index}${more} ✓ 𝄞 \u2028 "quoted" \\ \n {"a":1}`
}

function all<Found>(file: DatabaseSyncInstance, statement: string): Found[] {
  return file.prepare(statement).all() as unknown as Found[]
}
