import { type PostgresServer, postgresServer } from '@sallyport/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPostgres } from './open.ts'
import { addressOf } from './postgres.suite.ts'

let server: PostgresServer

beforeAll(async () => {
  server = await postgresServer()
})

afterAll(() => server.close())

/** What the database's row says of where it lives. */
async function storedPlace(url: string): Promise<Record<string, string>> {
  const text = await server.query(url, 'select place from instance')
  return JSON.parse(text) as Record<string, string>
}

async function made(url: string) {
  const database = await openPostgres(addressOf(url))
  await database.migrate()
  await database.store.instance.create('ins_a')
  return database
}

async function isHere(url: string): Promise<boolean | undefined> {
  const database = await openPostgres(addressOf(url))
  await database.migrate()
  const found = await database.store.instance.read()
  await database.close()
  return found?.isHere
}

test('a database lives where its own number and that of its cluster say', async () => {
  const url = await server.createDatabase()
  await (await made(url)).close()
  const [oid, cluster] = (
    await server.query(
      url,
      'select oid, system_identifier from pg_database, pg_control_system() where datname = current_database()',
    )
  ).split('|')
  expect(await storedPlace(url)).toEqual({ database: oid, cluster })
  expect(await isHere(url)).toBe(true)
})

test('a database made from another as its template lives elsewhere, and so does one that was dumped into it', async () => {
  const url = await server.createDatabase()
  await (await made(url)).close()
  const name = new URL(url).pathname.slice(1)
  await server.query(
    await server.createDatabase(),
    `create database ${name}_copy template ${name} owner ${server.user}`,
  )
  expect(await isHere(`${url}_copy`)).toBe(false)

  const restored = await server.createDatabase()
  await server.restore(restored, await server.dump(url))
  expect(await isHere(restored)).toBe(false)
  expect(await isHere(url)).toBe(true)
})

test('a user finds out as much, and where the cluster is kept from him, the database alone', async () => {
  const url = await server.createDatabase()
  const database = await made(url)
  expect(Object.keys(await storedPlace(url))).toEqual(['database', 'cluster'])
  await database.close()

  const shut = await server.createDatabase()
  await server.query(shut, 'revoke execute on function pg_control_system() from public')
  const less = await made(shut)
  expect(Object.keys(await storedPlace(shut))).toEqual(['database'])
  expect(await less.store.instance.read()).toMatchObject({ isHere: true })
  await less.close()
  // Who may know more adds it, and each goes on to find the database where it is.
  const knowing = await openPostgres(addressOf(server.asSuperuser(shut)))
  await knowing.migrate()
  expect(await knowing.store.instance.advance({ id: 'ins_a', epoch: 1 })).toBe(2)
  expect(Object.keys(await storedPlace(shut)).sort()).toEqual(['cluster', 'database'])
  await knowing.close()
  expect(await isHere(shut)).toBe(true)
})
