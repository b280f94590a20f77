import { type PostgresServer, postgresServer } from '@sallyport/testkit'
import { sql } from 'kysely'
import pg, { type Client, type Pool, type PoolClient } from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { acrossOrganizations } from '../../across-organizations.ts'
import type { OpenedDatabase } from '../../opened-database.ts'
import { tablesOfOrganizations } from '../../organizations.ts'
import { account, addOrganization, all, apiKey, organization } from '../../records.suite.ts'
import type { Tables } from '../../tables.ts'
import { alone } from './alone.ts'
import { postgresDialect, RetryingKysely } from './dialect.ts'
import { PostgresDriver } from './driver.ts'
import { StatementFailed } from './errors.ts'
import { openPostgres } from './open.ts'
import { openPool } from './pool.ts'
import { addressOf } from './postgres.suite.ts'

const tables = [...tablesOfOrganizations, 'organization'].sort()
/** SQLSTATE of what a policy forbids. */
const forbidden = '42501'
let server: PostgresServer
let url: string
let opened: OpenedDatabase
/** Another handle, as the store's own is. */
let pool: Pool
let database: RetryingKysely<Tables>
/** By the same user, and by nothing of ours. */
let raw: Client

beforeAll(async () => {
  server = await postgresServer()
  url = await server.createDatabase()
  opened = await openPostgres(addressOf(url))
  await opened.migrate()
  for (const id of ['org_a', 'org_b']) {
    await addOrganization(opened.store, id)
    await opened.store.accounts.create(account(id, { tags: { of: id } }))
    await opened.store.apiKeys.create(apiKey(id, { lookup: id }))
  }
  pool = openPool(addressOf(url))
  database = new RetryingKysely({ dialect: postgresDialect(new PostgresDriver(() => pool)).kysely })
  raw = new pg.Client(url)
  await raw.connect()
})

beforeEach(() => raw.query('rollback'))

afterAll(async () => {
  await Promise.all([raw.end(), pool.end(), opened.close()])
  await server.close()
})

async function organizationsIn(table: string): Promise<string[]> {
  const column = table === 'organization' ? 'id' : 'organization_id'
  const { rows } = await raw.query(`select distinct ${column} as id from ${table} order by 1`)
  return rows.map(({ id }) => id)
}

test('every table of organizations has the policy, for its owner too', async () => {
  const owned = `select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relkind = 'r' and (a.attname = 'organization_id' or c.relname = 'organization' and a.attname = 'id')`
  const linesOf = async (statement: string) => (await server.query(url, statement)).split('\n').sort()
  expect(await linesOf(owned)).toEqual(tables)
  expect(await linesOf(`${owned} and c.relrowsecurity and c.relforcerowsecurity`)).toEqual(tables)
  const policy = (column: string) => {
    const setting = `current_setting('sallyport.organization'::text,true)`
    const isSeen = `((${column}=${setting})OR(${setting}='*'::text))`
    const whose = `(CASEWHEN${isSeen}THENtrueELSENULL::booleanENDISNOTNULL)`
    return `PERMISSIVE|{public}|ALL|${whose}|${whose}`
  }
  const text = (column: string) => `regexp_replace(${column}, '\\s', '', 'g')`
  const policies = `select tablename, permissive, roles, cmd, ${text('qual')}, ${text('with_check')} from pg_policies`
  expect(await linesOf(policies)).toEqual(
    tables.map((table) => `${table}|${policy(table === 'organization' ? 'id' : 'organization_id')}`).sort(),
  )
})

test('who has set nothing sees nothing and writes nothing', async () => {
  for (const table of tables) expect([table, await organizationsIn(table)]).toEqual([table, []])
  expect((await raw.query('update account set disabled = 1')).rowCount).toBe(0)
  expect((await raw.query('delete from account_tag')).rowCount).toBe(0)
  const insertion = `insert into account_tag values ('org_a', 'acc_1', 'name', 'value')`
  await expect(raw.query(insertion)).rejects.toMatchObject({ code: forbidden })
})

test('who is set to one organization sees and writes nothing of another', async () => {
  await raw.query(`begin; set local sallyport.organization = 'org_a'`)
  for (const table of [
    'organization',
    'account',
    'account_tag',
    'api_key',
    'data_key',
    'environment',
    'event',
  ]) {
    expect([table, await organizationsIn(table)]).toEqual([table, ['org_a']])
  }
  expect((await raw.query(`update account set disabled = 0 where organization_id = 'org_b'`)).rowCount).toBe(
    0,
  )
  expect((await raw.query(`delete from account_tag where organization_id = 'org_b'`)).rowCount).toBe(0)
  await raw.query('savepoint before')
  for (const statement of [
    `insert into account_tag values ('org_b', 'acc_1', 'name', 'value')`,
    `update account_tag set organization_id = 'org_b', name = 'moved'`,
  ]) {
    await expect(raw.query(statement)).rejects.toMatchObject({ code: forbidden })
    await raw.query('rollback to before')
  }
  await raw.query(`set local sallyport.organization = '*'`)
  expect(await organizationsIn('account')).toEqual(['org_a', 'org_b'])
})

test('a statement of ours that has lost its organization reaches nothing, whatever its transaction named before', async () => {
  const lost = async (handle: typeof database | Parameters<typeof acrossOrganizations<Tables>>[0]) => [
    (await handle.selectFrom('account').selectAll().execute()).length,
    (await sql`select * from account`.execute(handle)).rows.length,
    (await handle.updateTable('account').set({ disabled: 1 }).executeTakeFirst()).numUpdatedRows,
    (await handle.deleteFrom('account_tag').executeTakeFirst()).numDeletedRows,
  ]
  const nothing = [0, 0, 0n, 0n]
  expect(await lost(database)).toEqual(nothing)
  await database.transaction().execute(async (transaction) => {
    const named = transaction.selectFrom('account').selectAll().where('organization_id', '=', 'org_a')
    expect(await named.execute()).toHaveLength(1)
    expect(await lost(transaction)).toEqual(nothing)
    expect(await acrossOrganizations(transaction).selectFrom('account').selectAll().execute()).toHaveLength(2)
    expect(await lost(transaction)).toEqual(nothing)
    expect(await named.execute()).toHaveLength(1)
  })
})

test('a statement of ours whose condition is wrong reaches its own organization alone', async () => {
  const wrong = database
    .selectFrom('account')
    .select('organization_id')
    .where(({ eb, or }) => or([eb('organization_id', '=', 'org_b'), eb('id', '=', 'acc_1')]))
  expect(await wrong.execute()).toEqual([{ organization_id: 'org_b' }])
  const tag = { account_id: 'acc_1', name: 'further', value: '' }
  const mixed = database.insertInto('account_tag').values([
    { organization_id: 'org_b', ...tag },
    { organization_id: 'org_a', ...tag },
  ])
  await expect(mixed.execute()).rejects.toEqual(new StatementFailed(forbidden))
})

test('an organization of the name that stands for all is none', async () => {
  expect(await opened.store.organizations.get('*')).toBeUndefined()
  const all = database
    .selectFrom('account')
    .selectAll()
    .where(({ eb, or }) => or([eb('organization_id', '=', '*'), eb('id', '=', 'acc_1')]))
  expect(await all.execute()).toEqual([])
})

test('a connection keeps nothing of an organization for whoever uses it next, after a failure neither', async () => {
  const one = new pg.Pool({ connectionString: url, max: 1 })
  const driver = new PostgresDriver(() => one)
  const handle = new RetryingKysely<Tables>({ dialect: postgresDialect(driver).kysely })
  const tagged = (id: string) =>
    handle
      .insertInto('account_tag')
      .values({ organization_id: 'org_a', account_id: id, name: 'again', value: '' })
      .execute()
  const reads = () => acrossOrganizations(handle).selectFrom('account').selectAll().execute()
  const uses: (() => Promise<unknown>)[] = [
    () => tagged('acc_1'),
    () => expect(tagged('acc_1')).rejects.toThrow(StatementFailed),
    () => expect(tagged('acc_9')).rejects.toThrow(StatementFailed),
    () => expect(reads()).resolves.toHaveLength(2),
    () =>
      handle
        .transaction()
        .execute((transaction) => acrossOrganizations(transaction).selectFrom('account').execute()),
    () =>
      expect(
        handle.transaction().execute(async (transaction) => {
          await transaction.selectFrom('account').where('organization_id', '=', 'org_a').execute()
          await sql`select 1 / 0`.execute(transaction)
        }),
      ).rejects.toThrow(StatementFailed),
  ]
  const left = `select pg_backend_pid() as process, current_setting('sallyport.organization', true) as set,
    (select count(*) from account) as seen`
  const [first] = (await one.query(left)).rows
  for (const use of uses) {
    await use()
    expect((await one.query(left)).rows).toEqual([{ ...first, set: '', seen: '0' }])
  }
  await one.end()
})

test('a statement goes to the database with its setting, and back, once', async () => {
  let answers = 0
  const count = (client: PoolClient) => {
    const { connection } = client as PoolClient & { readonly connection: pg.Connection }
    connection.on('readyForQuery', () => {
      answers += 1
    })
  }
  const client = await pool.connect()
  count(client)
  client.release()
  await opened.store.accounts.get('org_a', 'acc_1')
  const one = () =>
    database.selectFrom('account').selectAll().where('organization_id', '=', 'org_a').execute()
  expect(await one()).toHaveLength(1)
  expect(answers).toBe(1)
  await database.transaction().execute(async (transaction) => {
    for (const id of ['org_a', 'org_b', 'org_b']) {
      await transaction.selectFrom('account').where('organization_id', '=', id).execute()
    }
  })
  expect(answers).toBe(1 + 5)
})

test('a user whom no policy binds is a warning, and an ordinary owner is none', async () => {
  expect(opened.warnings).toEqual([])
  const users = ['postgres', 'exempt']
  await server.query(
    url,
    `create role exempt login bypassrls password '${server.password}'; grant sallyport to exempt`,
  )
  for (const user of users) {
    const exempt = await openPostgres(addressOf(url, { user }))
    expect(exempt.warnings).toEqual([expect.stringContaining(`"${user}" is a superuser, or has BYPASSRLS`)])
    await exempt.close()
  }
})

test('migrations change the rows of all organizations', async () => {
  await alone<Tables>(pool, async (migrated) => {
    const { numAffectedRows } = await sql`update account set name = 'Migrated'`.execute(migrated)
    expect(numAffectedRows).toBe(2n)
  })
})

test('organizations go with all their rows, and leave those of others', async () => {
  const { store } = opened
  await store.organizations.update(organization('org_b', { suspendedAt: 1 }))
  expect(await store.organizations.delete('org_b')).toBe(true)
  expect(
    await server.query(url, 'select organization_id from account union select id from organization'),
  ).toBe('org_a')
  expect((await store.accounts.list('org_a', {}, all)).items).toHaveLength(1)
})

test('the planner expects as many rows as without policies, and makes the same plan', async () => {
  await server.query(
    url,
    `begin;
     insert into organization (id, name, created_at) select 'many_' || n, '', 1 from generate_series(1, 40) n;
     insert into event (organization_id, id, at, type, account_id, integration, environment, data)
       select 'many_' || n % 40 + 1, n, 1, 'x', 'x', 'x', 'x', '{}' from generate_series(1, 8000) n;
     commit; analyze event`,
  )
  const page = `explain (format json) select * from event where organization_id = 'many_7' order by id limit 51`
  const scanOf = (text: string) => {
    const [scan] = JSON.parse(text)[0].Plan.Plans
    return { by: [scan['Node Type'], scan['Index Name']], rows: scan['Plan Rows'] }
  }
  await raw.query(`begin; set local sallyport.organization = 'many_7'`)
  const { rows } = await raw.query(page)
  const [ours, without] = [
    scanOf(JSON.stringify(rows[0]['QUERY PLAN'])),
    scanOf(await server.query(url, page)),
  ]
  expect(without).toMatchObject({ by: ['Index Scan', 'event_pk'] })
  expect(ours.by).toEqual(without.by)
  expect(ours.rows / without.rows).toBeGreaterThan(0.98)
})
