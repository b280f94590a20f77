import { inspect } from 'node:util'
import { SallyportError } from '@sallyport/core/error'
import type { Store } from '@sallyport/core/ports'
import { canary, findCanaries, type PostgresServer, postgresServer } from '@sallyport/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { OpenedDatabase } from '../../opened-database.ts'
import { account, addOrganization, all, auditKeys, dataKeys, now, organization } from '../../records.suite.ts'
import { storeSuite } from '../../store.suite.ts'
import { StatementFailed } from './errors.ts'
import { openPostgres } from './open.ts'
import { openPool } from './pool.ts'
import { addressOf } from './postgres.suite.ts'

let server: PostgresServer

beforeAll(async () => {
  server = await postgresServer()
})

afterAll(() => server.close())

let shared: string | undefined

/** As empty as one that is new, and much quicker: all tests of the suite have it, one after the other. */
async function emptied(): Promise<string> {
  shared ??= await server.createDatabase()
  await server.query(
    shared,
    `do $$ declare name text; begin
       set local session_replication_role = replica;
       for name in select tablename from pg_tables where schemaname = 'public' and tablename not like 'migration%'
         loop execute format('delete from %I', name); end loop;
     end $$`,
  )
  return shared
}

storeSuite('PostgreSQL', async () => {
  const url = await emptied()
  return {
    open: () => openPostgres(addressOf(url)),
    query: (statement) => server.query(url, statement),
    remove: async () => undefined,
  }
})

describe('a PostgreSQL database', () => {
  const check = { keyId: 'k1', sealed: Buffer.from([1, 2]) }
  let url: string

  beforeEach(async () => {
    url = await server.createDatabase()
  })

  test('is not written to before it is migrated', async () => {
    const database = await openPostgres(addressOf(url))
    expect(database.exists).toBe(false)
    expect(await database.keyChecks.read()).toBeUndefined()
    await expect(database.store.organizations.first()).rejects.toThrow('has not been migrated')
    await expect(database.keyChecks.write(check)).rejects.toThrow('has not been migrated')
    await database.close()
    expect(await tablesOf(url)).toBe('')
  })

  test('that another program uses, in another schema, is still new', async () => {
    await server.query(url, 'create schema other; create table other.key_check (key_id text)')
    const database = await openPostgres(addressOf(url))
    expect(database.exists).toBe(false)
    expect(await database.keyChecks.read()).toBeUndefined()
    await database.migrate()
    expect(await database.keyChecks.read()).toBeUndefined()
    await database.close()
  })

  test('is migrated by one of the nodes that start at once, while the others wait', async () => {
    const nodes = await openMany(6)
    await Promise.all(nodes.map((node) => node.migrate()))
    expect(
      await server.query(url, 'select count(*) = count(distinct name), count(*) > 5 from migration'),
    ).toBe('t|t')
    await Promise.all(nodes.map((node) => node.store.organizations.first()))
    await closeAll(nodes)
  })

  test('takes the key checks and the first organization of one of the nodes that start at once', async () => {
    const nodes = await openMany(6)
    await Promise.all(nodes.map((node) => node.migrate()))
    const made = await Promise.all(
      nodes.map(async ({ keyChecks, store }, index) => {
        await keyChecks.writeFirst([{ ...check, keyId: `k${index}` }])
        const id = `org_${index}`
        return store.organizations.createFirst(organization(id, { operator: true }), dataKeys(id), [])
      }),
    )
    expect(made.filter(Boolean)).toHaveLength(1)
    expect(await nodes[0]?.keyChecks.read()).toHaveLength(1)
    expect(await server.query(url, 'select count(*) from organization')).toBe('1')
    await closeAll(nodes)
  })

  test('keeps one chain of an audit, to which the writers of two nodes write at once', async () => {
    const nodes = await openMany(2)
    for (const node of nodes) await node.migrate()
    const stores = nodes.map((node) => node.store.chainedBy(auditKeys))
    await addOrganization(stores[0] as Store, 'org_a')
    const note = (writer: number) =>
      stores[writer % 2]?.recorded(
        'org_a',
        async () => undefined,
        () => ({
          actor: { kind: 'system', id: undefined },
          address: undefined,
          action: 'a.b',
          target: { kind: 'writer', id: `${writer}`, name: undefined },
          changes: [],
        }),
      )
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(Array.from({ length: 10 }, (_, writer) => note(writer)))
    }
    const chained = await auditKeys.of('org_a')
    let previous = Buffer.alloc(32).toString('base64')
    for (const { sequence, hash, mac, ...stored } of (await stores[0]?.audit.chain(
      'org_a',
      undefined,
      100,
    )) ?? []) {
      expect({ sequence, hash, mac }).toEqual({ sequence, ...chained(stored, previous) })
      previous = hash
    }
    expect(await stores[1]?.audit.head('org_a')).toEqual({ sequence: 30, hash: previous })
    await closeAll(nodes)
  })

  test('gives no intent for a generation that another node is just ending', async () => {
    const { store, close } = await openMigrated()
    await addOrganization(store, 'org_a')
    await store.accounts.create(account('org_a'))
    const key = { organizationId: 'org_a', accountId: 'acc_1', generation: 1, isRefused: false }
    const lease = { owner: 'run_a', deadlineMilliseconds: 1000, leaseMilliseconds: 2000 }
    await store.renewalIntents.claim(key, lease)
    const pool = openPool(addressOf(url))
    const other = await pool.connect()
    await other.query(`begin; set local sallyport.organization = 'org_a'`)
    await other.query('update account set generation = 2')
    await other.query('delete from renewal_intent')
    const late = store.renewalIntents.claim(key, { ...lease, owner: 'run_b' })
    const waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
    await vi.waitUntil(async () => (await server.query(url, waiting)) !== '0')
    await other.query('commit')
    expect(await late).toBeUndefined()
    expect(await server.query(url, 'select count(*) from renewal_intent')).toBe('0')
    other.release()
    await pool.end()
    await close()
  })

  test('that a newer node migrates goes on serving an older one, which cannot start again', async () => {
    const older = await openMigrated()
    await addOrganization(older.store, 'org_a')
    await server.query(url, 'alter table account add column later text; create table later (id text)')
    await server.query(url, `insert into migration values ('9999-later', '2030')`)
    await older.store.accounts.create(account('org_a'))
    expect(await older.store.accounts.get('org_a', 'acc_1')).toStrictEqual(account('org_a'))
    const again = await openPostgres(addressOf(url))
    await expect(again.migrate()).rejects.toThrow('could not be brought up to date')
    await closeAll([older, again])
  })

  test('that crashed and was started again serves the next calls, after a failure that says so', async () => {
    const database = await openMigrated()
    await addOrganization(database.store, 'org_a')
    await database.store.accounts.create(account('org_a'))
    await server.crash()
    const failures = await Promise.allSettled([
      database.store.accounts.get('org_a', 'acc_1'),
      database.store.accounts.update(account('org_a', { version: 2 })),
    ])
    for (const failure of failures) {
      const reason = failure.status === 'rejected' ? failure.reason : undefined
      expect(reason).toBeInstanceOf(SallyportError)
      expect(reason).toMatchObject({ code: 'database_unavailable', status: 503 })
    }
    await server.start()
    expect(await database.store.accounts.get('org_a', 'acc_1')).toStrictEqual(account('org_a'))
    expect(await database.store.accounts.update(account('org_a', { version: 2 }))).toBe(true)
    await database.close()
  })

  test('that ends every connection, also within transactions, loses no connection of the pool', async () => {
    const database = await openMigrated()
    await addOrganization(database.store, 'org_a')
    const others =
      'select count(pg_terminate_backend(pid)) from pg_stat_activity where pid <> pg_backend_pid()'
    for (let round = 0; round < 5; round += 1) {
      const writes = Promise.allSettled(
        Array.from({ length: 30 }, (_, index) =>
          database.store.accounts.create(account('org_a', { id: `acc_${round}_${index}`, tags: { a: 'b' } })),
        ),
      )
      await server.query(url, others)
      const reasons = (await writes).flatMap((end) => ('reason' in end ? [end.reason] : []))
      expect(reasons.filter(({ code }) => code !== 'database_unavailable')).toEqual([])
    }
    // What ended while it was idle is noticed by whoever uses it next.
    const read = () => database.store.accounts.get('org_a', 'acc_9')
    const reads = () => Promise.allSettled(Array.from({ length: 40 }, read))
    await expect.poll(async () => (await reads()).filter(({ status }) => status === 'rejected')).toEqual([])
    await database.close()
  })

  test('says which statement state it refused with, and nothing of the row', async () => {
    const [name, kept] = [canary('name'), canary('kept')]
    // Whom policies bind PostgreSQL itself tells less.
    const database = await openPostgres(addressOf(server.asSuperuser(url)))
    await database.migrate()
    await addOrganization(database.store, 'org_a')
    const record = account('org_a', { name, kept: { value: kept }, environment: kept })
    const failure = await database.store.accounts.create(record).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(StatementFailed)
    expect(failure).toMatchObject({ code: '23503' })
    expect(findCanaries(inspect(failure, { depth: 9, showHidden: true }))).toEqual([])
    expect(findCanaries(server.log())).not.toEqual([])
    await database.close()
  })

  test('holds text with the character of code 0 as what may stand in its place', async () => {
    const database = await openMigrated()
    await addOrganization(database.store, 'org_a')
    await database.store.accounts.create(account('org_a', { name: 'a\0b' }))
    expect(await database.store.accounts.get('org_a', 'acc_1')).toMatchObject({ name: 'a\ufffdb' })
    expect(await database.store.accounts.get('org_a', 'acc\0')).toBeUndefined()
    await database.close()
  })

  test('orders ids by their bytes, whatever its language', async () => {
    const database = await openMigrated()
    await addOrganization(database.store, 'org_a')
    const ids = ['acc_A', 'acc_Z', 'acc_a', 'acc_b']
    for (const id of [...ids].reverse()) await database.store.accounts.create(account('org_a', { id }))
    const { items } = await database.store.accounts.list('org_a', {}, all)
    expect(items.map(({ id }) => id)).toEqual(ids)
    expect(await server.query(url, `select 'a' < 'Z'`)).toBe('t')
    await database.close()
  })

  test('keeps an environment that an account came to live in at the same moment, or the account out', async () => {
    const nodes = await openMany(2)
    for (const node of nodes) await node.migrate()
    const [first, second] = nodes.map(({ store }) => store)
    if (!first || !second) throw new Error('two nodes')
    await addOrganization(first, 'org_a')
    for (let round = 0; round < 15; round += 1) {
      const environment = `e${round}`
      const record = {
        organizationId: 'org_a',
        key: environment,
        name: environment,
        returnUrls: [],
        createdAt: now,
      }
      await first.environments.create(record)
      const [creation, deletion] = await Promise.allSettled([
        first.accounts.create(account('org_a', { id: `acc_${round}`, environment })),
        second.environments.delete('org_a', environment),
      ])
      expect(deletion.status).toBe('fulfilled')
      const isDeleted = deletion.status === 'fulfilled' && deletion.value
      expect(creation.status).toBe(isDeleted ? 'rejected' : 'fulfilled')
    }
    await closeAll(nodes)
  })

  function tablesOf(database: string): Promise<string> {
    return server.query(database, `select tablename from pg_tables where schemaname = 'public'`)
  }

  async function openMigrated(): Promise<OpenedDatabase> {
    const database = await openPostgres(addressOf(url))
    await database.migrate()
    return database
  }

  function openMany(count: number): Promise<OpenedDatabase[]> {
    return Promise.all(Array.from({ length: count }, () => openPostgres(addressOf(url))))
  }

  async function closeAll(nodes: readonly OpenedDatabase[]): Promise<void> {
    await Promise.all(nodes.map((node) => node.close()))
  }
})
