import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allSealedColumns, timeOfId, unsealedBytes } from '@sallyport/core/ports'
import { fakeClock } from '@sallyport/testkit'
import { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { NewerDatabase } from '../../migrations/migrate.ts'
import { tablesOfOrganizations } from '../../organizations.ts'
import { account, addOrganization, all, auditKeys } from '../../records.suite.ts'
import { storeSuite } from '../../store.suite.ts'
import type { Tables } from '../../tables.ts'
import { SeenStatements } from '../../unscoped.suite.ts'
import { sqliteDialect } from './dialect.ts'
import { openForReading, openForWriting } from './file.ts'
import { FolderInUse } from './hold.ts'
import { openSqlite } from './open.ts'

/** All that the suites have run. */
const statements = new SeenStatements()

storeSuite('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-store-'))
  return {
    open: () => openSqlite(folder, undefined, { observe: statements.add }),
    query: async (statement) => {
      const file = openForWriting(join(folder, 'sallyport.db'))
      file.exec(statement)
      file.close()
    },
    remove: async () => rmSync(folder, { recursive: true }),
  }
})

test('every statement on rows of organizations names the organization, or says that it is about all of them', () => {
  expect(statements.size).toBeGreaterThan(150)
  expect(statements.unscoped()).toEqual([])
  expect(statements.needlesslyAcross()).toEqual([])
})

describe('an SQLite file', () => {
  const check = { keyId: 'k1', sealed: Buffer.from([1, 2]) }
  let parent: string
  let folder: string

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'sallyport-store-'))
    folder = join(parent, 'a folder #1?', 'data')
  })

  afterEach(() => rmSync(parent, { recursive: true }))

  function contents(of = folder): Record<string, string> {
    const names = readdirSync(of)
    return Object.fromEntries(names.map((name) => [name, readFileSync(join(of, name)).toString('base64')]))
  }

  test('that is full, or held by another for long, is unavailable, and takes what comes after that', async () => {
    const connected = openForWriting(join(folder, 'sallyport.db'))
    const database = new Kysely<{ kept: { text: string } }>({
      dialect: sqliteDialect(() => connected).kysely,
    })
    connected.exec('create table kept (text text); pragma max_page_count = 3; pragma busy_timeout = 0')
    const keep = (text: string) => database.insertInto('kept').values({ text }).execute()
    const unavailable = { code: 'database_unavailable', status: 503 }
    await expect(keep('x'.repeat(100_000))).rejects.toMatchObject({ ...unavailable, detail: 'SQLite 13' })
    await keep('short')
    const other = openForWriting(join(folder, 'sallyport.db'))
    other.exec('begin immediate')
    await expect(keep('locked out')).rejects.toMatchObject({ ...unavailable, detail: 'SQLite 5' })
    other.exec('rollback')
    await keep('again')
    await expect(
      database
        .selectFrom('kept')
        .select('gone' as 'text')
        .execute(),
    ).rejects.toThrow('no such column')
    expect(await database.selectFrom('kept').selectAll().execute()).toEqual([
      { text: 'short' },
      { text: 'again' },
    ])
    await database.destroy()
    other.close()
    connected.close()
  })

  test('is neither created nor is its folder before it is migrated', async () => {
    const database = openSqlite(folder)
    expect(database.exists).toBe(false)
    expect(await database.keyChecks.read()).toBeUndefined()
    await expect(database.store.organizations.first()).rejects.toThrow('has not been migrated')
    await expect(database.keyChecks.write(check)).rejects.toThrow('has not been migrated')
    await database.close()
    expect(readdirSync(parent)).toEqual([])
  })

  test('has entries at the moment that their ids tell, however the clock moves meanwhile', async () => {
    let time = 1_700_000_000_000
    const database = openSqlite(folder, { now: () => ++time })
    await database.migrate()
    const store = database.store.chainedBy(auditKeys)
    await addOrganization(store, 'org_a')
    const target = { kind: 'key', id: 'key_1', name: undefined }
    await store.recorded(
      'org_a',
      async () => undefined,
      () => ({
        actor: { kind: 'key', id: 'key_1' },
        address: undefined,
        action: 'key.created',
        target,
        changes: [],
      }),
    )
    const [entry] = (await store.audit.list('org_a', {}, all)).items
    expect(entry?.at).toBe(timeOfId(entry?.id ?? ''))
    await database.close()
  })

  test('is for its owner alone, folder and log too', async () => {
    const database = openSqlite(folder)
    await database.migrate()
    await addOrganization(database.store, 'org_a')
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777)
    expect(modes).toEqual(modes.map(() => 0o600))
    expect(modes.length).toBeGreaterThan(1)
    await database.close()
  })

  test('does not change by a byte when its key check is read', async () => {
    await writeCheck()
    const before = contents()
    const again = openSqlite(folder)
    expect(await again.keyChecks.read()).toEqual([check])
    await again.close()
    expect(contents()).toEqual(before)
  })

  test('that stands alone, as after a restore, gets no companion when its key check is read', async () => {
    await writeCheck()
    const restored = join(parent, 'restored')
    mkdirSync(restored)
    cpSync(join(folder, 'sallyport.db'), join(restored, 'sallyport.db'))
    const before = contents(restored)
    expect(await openSqlite(restored).keyChecks.read()).toEqual([check])
    expect(contents(restored)).toEqual(before)
  })

  test('of a process that was killed does not change when its key check is read from the log', async () => {
    const database = openSqlite(folder)
    await database.migrate()
    await database.keyChecks.write(check)
    const killed = join(parent, 'killed')
    mkdirSync(killed)
    cpSync(folder, killed, { recursive: true })
    await database.close()

    const { 'sallyport.db-wal': log = '', ...before } = contents(killed)
    expect(log.length).toBeGreaterThan(0)
    const again = openSqlite(killed)
    expect(await again.keyChecks.read()).toEqual([check])
    expect(contents(killed)['sallyport.db-wal']).toBe(log)
    expect(contents(killed)['sallyport.db']).toBe(before['sallyport.db'])
    const names = Object.keys(contents(killed)).filter((name) => name.startsWith('sallyport.db'))
    expect(names).toEqual(['sallyport.db', 'sallyport.db-shm', 'sallyport.db-wal'])
    await again.migrate()
    expect(await again.keyChecks.read()).toEqual([check])
    await again.close()
  })

  test('of which only the log holds the key check is not taken for a new one', async () => {
    const database = openSqlite(folder)
    await database.migrate()
    await database.keyChecks.write(check)
    const meanwhile = openSqlite(folder)
    expect(await meanwhile.keyChecks.read()).toEqual([check])
    await meanwhile.close()
    await database.close()
  })

  test('that is empty, as a first start may leave it, is new', async () => {
    openForWriting(join(folder, 'sallyport.db')).close()
    const database = openSqlite(folder)
    expect(await database.keyChecks.read()).toBeUndefined()
    await database.migrate()
    await database.close()
  })

  test('is migrated once; another migration changes nothing', async () => {
    await writeCheck()
    const database = openSqlite(folder)
    await database.migrate()
    await database.migrate()
    expect(await database.keyChecks.read()).toEqual([check])
    await database.close()
  })

  test('serves one at a time, and the next when that one has gone', async () => {
    const first = openSqlite(folder)
    await first.migrate()
    const second = openSqlite(folder)
    await expect(second.migrate()).rejects.toThrow(FolderInUse)
    await second.close()
    await first.close()
    const third = openSqlite(folder)
    await third.migrate()
    await third.close()
  })

  test('of a newer version is refused', async () => {
    await writeCheck()
    const file = openForWriting(join(folder, 'sallyport.db'))
    file.exec(`insert into migration values ('9999-later', '2030')`)
    file.close()
    const database = openSqlite(folder)
    await expect(database.migrate()).rejects.toThrow(NewerDatabase)
    await database.close()
  })

  test('waits for the disk at each commit, overwrites what is deleted and enforces references', () => {
    const file = openForWriting(join(folder, 'sallyport.db'))
    const names = ['journal_mode', 'synchronous', 'secure_delete', 'foreign_keys', 'trusted_schema']
    const settings = names.map((name) => Object.values(file.prepare(`pragma ${name}`).get() ?? {})[0])
    expect(settings).toEqual(['wal', 2, 1, 1, 0])
    file.close()
  })

  test('waits for no disk with what may be lost, and for all else again after it, also after it failed', async () => {
    const file = openForWriting(join(folder, 'sallyport.db'))
    const dialect = sqliteDialect(() => file)
    const database = new Kysely<Tables>({ dialect: dialect.kysely })
    const synchronous = () => file.prepare('pragma synchronous').get()?.synchronous
    for (const round of [1, 2]) {
      expect(await dialect.relaxed(database, async () => synchronous()), `round ${round}`).toBe(1)
      expect(synchronous()).toBe(2)
    }
    const failure = new Error('failed')
    await expect(dialect.relaxed(database, () => Promise.reject(failure))).rejects.toBe(failure)
    expect(synchronous()).toBe(2)
    file.close()
  })

  test('has no table of organizations whose rows would stay when one is deleted', async () => {
    await openSqlite(folder).migrate()
    const file = openForReading(join(folder, 'sallyport.db'))
    const owned = file
      .prepare(
        `select m.name as name from sqlite_schema m join pragma_table_info(m.name) c
         where m.type = 'table' and c.name = 'organization_id' order by m.name`,
      )
      .all()
    expect(owned.map(({ name }) => name)).toEqual([...tablesOfOrganizations].sort())
    file.close()
  })

  test('has each column of bytes in the register of sealed columns, or among those that need not be', async () => {
    const database = openSqlite(folder)
    await database.migrate()
    await database.close()
    const file = openForReading(join(folder, 'sallyport.db'))
    const columns = file
      .prepare(
        `select m.name || '.' || c.name as name, c.type as type from sqlite_schema m
         join pragma_table_info(m.name) c where m.type = 'table'`,
      )
      .all()
    file.close()
    const bytes = columns.filter(({ type }) => /blob/i.test(String(type))).map(({ name }) => name)
    const sealed = allSealedColumns.map(({ table, column }) => `${table}.${column}`)
    expect(bytes.sort()).toEqual([...sealed, ...Object.keys(unsealedBytes)].sort())
  })

  test.each(tablesOfOrganizations)('%s has keys, and refers to others, by organization', async (table) => {
    const database = openSqlite(folder)
    await database.migrate()
    await database.close()
    const file = openForReading(join(folder, 'sallyport.db'))
    const [key] = file.prepare(`select name from pragma_table_info('${table}') where pk = 1`).all()
    const references = file
      .prepare(`select id, "table", "from" from pragma_foreign_key_list('${table}')`)
      .all()
    file.close()
    expect(key?.name).toBe('organization_id')
    const byOrganization = new Set(
      references.filter(({ from }) => from === 'organization_id').map(({ id }) => id),
    )
    // An added column of SQLite's cannot refer by two: `holdOAuthClient` sees to it that the client is the organization's.
    const known = (reference: (typeof references)[number]) => reference.from === 'oauth_client_id'
    expect(references.filter((each) => !byOrganization.has(each.id) && !known(each))).toEqual([])
    expect(references.length).toBeGreaterThan(0)
  })

  test('holds nothing of a credential that was replaced, once closed', async () => {
    const database = openSqlite(folder)
    await database.migrate()
    await addOrganization(database.store, 'org_a')
    const old = account('org_a', { credential: Buffer.from('canary-of-the-store'), name: 'kept-canary' })
    await database.store.accounts.create(old)
    await database.store.accounts.update({ ...old, credential: undefined, version: 2 })
    await database.close()
    const files = Object.values(contents()).map((text) => Buffer.from(text, 'base64').toString('latin1'))
    expect(files.some((text) => text.includes('kept-canary'))).toBe(true)
    expect(files.some((text) => text.includes('canary-of-the-store'))).toBe(false)
  })

  test('answers after more different statements than are kept prepared', async () => {
    const database = openSqlite(folder)
    await database.migrate()
    await addOrganization(database.store, 'org_a')
    await database.store.accounts.create(account('org_a'))
    for (let count = 1; count <= 300; count += 1) {
      const ids = Array.from({ length: count }, (_, index) => `acc_${index}`)
      await database.store.accounts.list('org_a', { ids }, { limit: 1, after: undefined })
    }
    expect(await database.store.accounts.get('org_a', 'acc_1')).toBeDefined()
    await database.close()
  })

  test('gives each client as many renewals as time allows, and saves up none for longer than a second', async () => {
    const clock = fakeClock()
    const database = openSqlite(folder, clock)
    await database.migrate()
    await addOrganization(database.store, 'org_a')
    const take = (count = 1) => database.store.schedule.takeRate('org_a', 'int_1', { count, perSecond: 10 })
    expect([await take(10), await take()]).toEqual([true, false])
    clock.advance(99)
    expect(await take()).toBe(false)
    clock.advance(1)
    expect([await take(), await take()]).toEqual([true, false])
    clock.advance(900)
    expect([await take(10), await take(9), await take()]).toEqual([false, true, false])
    clock.advance(60_000)
    expect([await take(11), await take(10), await take()]).toEqual([false, true, false])
    let given = 0
    for (let quarter = 0; quarter < 240; quarter += 1) {
      clock.advance(250)
      given += (await Promise.all([take(), take(), take(), take(), take()])).filter(Boolean).length
    }
    expect(given).toBe(600)
    await database.close()
  })

  async function writeCheck() {
    const database = openSqlite(folder)
    await database.migrate()
    await database.keyChecks.write(check)
    await database.close()
  }
})
