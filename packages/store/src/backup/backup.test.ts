import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { FolderInUse, holdFolder } from '../dialects/sqlite/hold.ts'
import { openSqlite } from '../dialects/sqlite/open.ts'
import { restoreSqlite } from '../dialects/sqlite/restore.ts'
import { withSqliteSnapshot } from '../dialects/sqlite/snapshot.ts'
import { addOrganization } from '../records.suite.ts'
import { backupAt, contentOf, copied, filledFolder } from './backup.suite.ts'
import { BackupRefused } from './backup-refused.ts'
import type { RestoreTarget } from './restore-target.ts'
import type { Snapshot } from './snapshot.ts'
import { backedUp, leftOut } from './tables.ts'

/** With rows in every table. */
let filled: string
let parent: string
let source: string
let target: string

beforeAll(async () => {
  filled = mkdtempSync(join(tmpdir(), 'sallyport-store-'))
  await filledFolder(filled)
})

afterAll(() => rmSync(filled, { recursive: true }))

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'sallyport-store-'))
  source = join(parent, 'source')
  target = join(parent, 'target')
})

afterEach(() => rmSync(parent, { recursive: true }))

const of =
  (folder: string) =>
  <Result>(use: (snapshot: Snapshot) => Promise<Result>) =>
    withSqliteSnapshot(folder, use)
const into = (folder: string) => (fill: (target: RestoreTarget) => Promise<void>) =>
  restoreSqlite(folder, fill)

test('every table of the schema is in a backup, or is known to be left out; what a row refers to comes before it', async () => {
  const database = openSqlite(source)
  await database.migrate()
  await database.close()
  const file = new DatabaseSync(join(source, 'sallyport.db'), { readOnly: true })
  const tables = file.prepare("select name from sqlite_schema where type = 'table'").all()
  expect(tables.map(({ name }) => name).sort()).toEqual([...backedUp, ...leftOut].sort())
  for (const [index, table] of backedUp.entries()) {
    const referred = file.prepare(`select "table" as name from pragma_foreign_key_list('${table}')`).all()
    const before = backedUp.slice(0, index)
    expect(before, table).toEqual(expect.arrayContaining(referred.map(({ name }) => name)))
  }
  file.close()
})

test('whoever is logged in, or on the way, is left out', async () => {
  const { tables } = await contentOf(of(filled))
  expect(Object.keys(tables).filter((table) => /session|sign_on_flow/.test(table))).toEqual([])
})

test('a copy holds every row of every table as it was, but for what is said of it and of renewals under way', async () => {
  const before = await contentOf(of(filled))
  for (const [table, rows] of Object.entries(before.tables)) expect(rows.length, table).toBeGreaterThan(0)
  await copied(of(filled), into(target))
  const after = await contentOf(of(target))
  const { instance, renewal_intent, ...rest } = before.tables
  expect(after.migrations).toEqual(before.migrations)
  expect(after.tables).toMatchObject(rest)
  const [row = '{}'] = instance ?? []
  const { epoch } = JSON.parse(row)
  expect(after.tables.instance?.map((text) => JSON.parse(text))).toEqual([
    { ...JSON.parse(row), backup_at: backupAt, rolled_back_from: epoch },
  ])
  // Nobody who is to come holds the answers.
  const ended = renewal_intent?.map((text) => text.replace('"sending"', '"no_answer"'))
  expect(after.tables.renewal_intent).toEqual(ended)
})

test('a snapshot is of one moment, and stops nobody who writes', async () => {
  const database = openSqlite(source)
  await database.migrate()
  await database.store.instance.create('ins_a')
  await addOrganization(database.store, 'org_a')
  await withSqliteSnapshot(source, async (snapshot) => {
    const [organization] = snapshot.tables
    if (!organization) throw new Error('there is no table')
    await addOrganization(database.store, 'org_b')
    const found: unknown[] = []
    for await (const rows of snapshot.rows(organization)) found.push(...rows.map(([id]) => id))
    expect([organization.rows, found]).toEqual([1, ['org_a']])
  })
  await database.close()
})

test('a restore that fails leaves nothing, and the next one is not hindered by what it left, nor by a killed one', async () => {
  const fails = into(target)(async (restored) => {
    await of(filled)((snapshot) => restored.create(snapshot.migrations))
    throw new Error('the file ends here')
  })
  await expect(fails).rejects.toThrow('the file ends here')
  expect(readdirSync(target)).toEqual(['in-use.lock'])
  writeFileSync(join(target, 'sallyport.db.restoring'), 'half a database')
  await copied(of(filled), into(target))
  expect(readdirSync(target).sort()).toEqual(['in-use.lock', 'sallyport.db'])
})

test.each(['sallyport.db', 'sallyport.db-wal'])(
  'a folder that has a %s is not restored into',
  async (name) => {
    await copied(of(filled), into(target))
    rmSync(join(target, 'sallyport.db'))
    writeFileSync(join(target, name), 'something')
    await expect(copied(of(filled), into(target))).rejects.toThrow('is there already')
    expect(readdirSync(target).sort()).toEqual(['in-use.lock', name])
  },
)

test('a folder that another process serves from is not restored into', async () => {
  const hold = holdFolder(target)
  await expect(copied(of(filled), into(target))).rejects.toThrow(FolderInUse)
  hold.close()
  expect(existsSync(join(target, 'sallyport.db'))).toBe(false)
})

test('a database of a version that is not known is neither backed up nor restored', async () => {
  cpSync(filled, source, { recursive: true })
  const [name, at] = ['9999-later', new Date(0).toISOString()]
  const file = new DatabaseSync(join(source, 'sallyport.db'))
  file.prepare('insert into migration (name, timestamp) values (?, ?)').run(name, at)
  file.close()
  await expect(contentOf(of(source))).rejects.toThrow(BackupRefused)
  await expect(into(target)((restored) => restored.create([name]))).rejects.toThrow('newer version')
})

test('a database that was never started, or is another program’s, is not backed up', async () => {
  await openSqlite(source).migrate()
  const file = new DatabaseSync(join(source, 'sallyport.db'))
  file.exec('drop table instance')
  file.close()
  await expect(contentOf(of(source))).rejects.toThrow('holds no Sallyport')
})

test('a backup of an earlier version is brought up to date', async () => {
  const { tables, migrations } = await contentOf(of(filled))
  // As before the columns of the instance that tell of restores.
  const earlier = migrations.filter((name) => name < '0025')
  await into(target)(async (restored) => {
    await restored.create(earlier)
    await of(filled)(async (snapshot) => {
      for (const table of snapshot.tables) {
        const known = table.columns.filter(({ name }) => name !== 'backup_at' && name !== 'adopted_at')
        if (!['organization', 'instance'].includes(table.name)) continue
        for await (const rows of snapshot.rows(table)) {
          await restored.insert(
            { ...table, columns: known },
            rows.map((row) => row.slice(0, known.length)),
          )
        }
      }
    })
    await restored.finish(backupAt)
  })
  const after = await contentOf(of(target))
  expect(after.migrations).toEqual(migrations)
  expect(after.tables.instance).toHaveLength(tables.instance?.length ?? 0)
})
