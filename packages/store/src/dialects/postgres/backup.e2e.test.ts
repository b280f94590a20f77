import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PostgresServer, postgresServer } from '@sallyport/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { backupAt, type Content, contentOf, copied, filledFolder } from '../../backup/backup.suite.ts'
import type { RestoreTarget } from '../../backup/restore-target.ts'
import type { Snapshot } from '../../backup/snapshot.ts'
import { restoreSqlite } from '../sqlite/restore.ts'
import { withSqliteSnapshot } from '../sqlite/snapshot.ts'
import { openPostgres } from './open.ts'
import { addressOf } from './postgres.suite.ts'
import { restorePostgres } from './restore.ts'
import { withPostgresSnapshot } from './snapshot.ts'

let server: PostgresServer
let folder: string
/** Of a database on SQLite with rows in every table, restored to PostgreSQL. */
let url: string
let original: Content

beforeAll(async () => {
  server = await postgresServer()
  folder = mkdtempSync(join(tmpdir(), 'sallyport-store-'))
  const source = join(folder, 'source')
  await filledFolder(source)
  // What a restore changes is changed in it already.
  await copied(ofFolder(source), intoFolder(join(folder, 'restored')))
  original = await contentOf(ofFolder(join(folder, 'restored')))
  url = await server.createDatabase()
  await copied(ofFolder(source), into(url))
})

afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

type Use<Result> = (snapshot: Snapshot) => Promise<Result>
type Fill = (target: RestoreTarget) => Promise<void>

const ofFolder =
  (from: string) =>
  <Result>(use: Use<Result>) =>
    withSqliteSnapshot(from, use)
const intoFolder = (to: string) => (fill: Fill) => restoreSqlite(to, fill)
const of =
  (from: string) =>
  <Result>(use: Use<Result>) =>
    withPostgresSnapshot(addressOf(from), use)
const into = (to: string) => (fill: Fill) => restorePostgres(addressOf(to), fill)
/** Columns may stand in another order. */
const sorted = ({ tables }: Content) =>
  Object.fromEntries(
    Object.entries(tables).map(([name, rows]) => [
      name,
      rows.map((row) => Object.entries<unknown>(JSON.parse(row)).sort().toString()).sort(),
    ]),
  )

test('a backup of SQLite restored to PostgreSQL holds every row of every table', async () => {
  expect(sorted(await contentOf(of(url)))).toEqual(sorted(original))
})

test('a backup of PostgreSQL restored to PostgreSQL, or to SQLite, holds every row of every table', async () => {
  const [another, target] = [await server.createDatabase(), join(folder, 'back')]
  await copied(of(url), into(another))
  await copied(of(url), intoFolder(target))
  expect(sorted(await contentOf(of(another)))).toEqual(sorted(original))
  expect(sorted(await contentOf(ofFolder(target)))).toEqual(sorted(original))
})

test('an ordinary user, who is bound by policies for rows, backs up and restores all of them', async () => {
  const another = new URL(await server.createDatabase())
  const [user, password] = ['ordinary', 'a-password']
  await server.query(another.href, `create role ${user} login password '${password}'`)
  await server.query(another.href, `alter database ${another.pathname.slice(1)} owner to ${user}`)
  Object.assign(another, { username: user, password })
  await copied(of(url), into(another.href))
  expect(sorted(await contentOf(of(another.href)))).toEqual(sorted(original))
})

test('a database that holds anything is not restored into, and not a table is made in it', async () => {
  const another = await server.createDatabase()
  await server.query(another, 'create table of_another_program (id text)')
  await expect(copied(of(url), into(another))).rejects.toThrow('It is not empty.')
  expect(
    await server.query(another, 'select tablename from pg_tables where schemaname = current_schema()'),
  ).toBe('of_another_program')
  await expect(copied(of(url), into(url))).rejects.toThrow('It is not empty.')
})

test('a restore that fails leaves nothing behind that hinders the next', async () => {
  const another = await server.createDatabase()
  const fails = into(another)(async (target) => {
    await of(url)((snapshot) => target.create(snapshot.migrations))
    throw new Error('the file ends here')
  })
  await expect(fails).rejects.toThrow('the file ends here')
  await copied(of(url), into(another))
  expect(await server.query(another, 'select backup_at from instance')).toBe(String(backupAt))
})

test('a snapshot is of one moment, and stops nobody who writes', async () => {
  const another = await server.createDatabase()
  await copied(of(url), into(another))
  const database = await openPostgres(addressOf(another))
  await database.migrate()
  await withPostgresSnapshot(addressOf(another), async (snapshot) => {
    await server.query(another, `update "instance" set id = 'ins_later'`)
    const table = snapshot.tables.find(({ name }) => name === 'instance')
    if (!table) throw new Error('there is no table')
    for await (const rows of snapshot.rows(table)) expect(rows.flat()).not.toContain('ins_later')
  })
  await database.close()
})
