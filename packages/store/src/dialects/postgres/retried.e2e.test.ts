import { type PostgresServer, postgresServer } from '@sallyport/testkit'
import { sql } from 'kysely'
import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { postgresDialect, RetryingKysely } from './dialect.ts'
import { PostgresDriver } from './driver.ts'
import { StatementFailed } from './errors.ts'
import { openPool } from './pool.ts'
import { addressOf } from './postgres.suite.ts'

let server: PostgresServer
let pool: Pool
let database: RetryingKysely<unknown>

beforeAll(async () => {
  server = await postgresServer()
  const url = await server.createDatabase()
  await server.query(
    url,
    `create table thing (id int primary key, value int); insert into thing values (1, 0), (2, 0);
     create sequence attempt;
     create function fails_until(last bigint, state text) returns bigint language plpgsql as $$
     declare now bigint := nextval('attempt');
     begin
       if now < last then raise exception 'lost' using errcode = state; end if;
       return now;
     end $$`,
  )
  pool = openPool(addressOf(server.asSuperuser(url)))
  database = new RetryingKysely({ dialect: postgresDialect(new PostgresDriver(() => pool)).kysely })
})

afterAll(async () => {
  await pool.end()
  await server.close()
})

test('two transactions that wait for each other both come to their end, one of them at its second attempt', async () => {
  let attempts = 0
  let arrive: () => void = () => undefined
  const bothHold = new Promise<void>((resolve) => {
    let arrived = 0
    arrive = () => {
      arrived += 1
      if (arrived === 2) resolve()
    }
  })
  const change = (first: number, second: number) =>
    database.transaction().execute(async (transaction) => {
      attempts += 1
      await sql`update thing set value = value + 1 where id = ${first}`.execute(transaction)
      arrive()
      await bothHold
      await sql`update thing set value = value + 1 where id = ${second}`.execute(transaction)
    })
  await Promise.all([change(1, 2), change(2, 1)])
  expect(attempts).toBe(3)
  const { rows } = await sql`select value from thing order by id`.execute(database)
  expect(rows).toEqual([{ value: 2 }, { value: 2 }])
})

test.each(['40001', '40P01'])('a statement that failed with %s runs again', async (state) => {
  await sql`alter sequence attempt restart`.execute(database)
  const { rows } = await sql`select fails_until(4, ${state}) as attempt`.execute(database)
  expect(rows).toEqual([{ attempt: 4 }])
})

test('one that always loses fails in the end, and says with what', async () => {
  await sql`alter sequence attempt restart`.execute(database)
  const failure = await sql`select fails_until(1000, '40001')`
    .execute(database)
    .catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(StatementFailed)
  expect(failure).toMatchObject({ code: '40001' })
  expect((await sql`select last_value from attempt`.execute(database)).rows).toEqual([{ last_value: 8 }])
})

test('what failed otherwise runs once', async () => {
  await sql`alter sequence attempt restart`.execute(database)
  await expect(sql`select fails_until(1000, '22012')`.execute(database)).rejects.toMatchObject({
    code: '22012',
  })
  expect((await sql`select last_value from attempt`.execute(database)).rows).toEqual([{ last_value: 1 }])
})
