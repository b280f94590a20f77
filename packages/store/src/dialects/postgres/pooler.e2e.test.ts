import { type Pgbouncer, type PostgresServer, pgbouncer, postgresServer } from '@sallyport/testkit'
import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acrossOrganizations } from '../../across-organizations.ts'
import { account, addOrganization, all } from '../../records.suite.ts'
import type { Tables } from '../../tables.ts'
import { postgresDialect, RetryingKysely } from './dialect.ts'
import { PostgresDriver } from './driver.ts'
import { openPostgres } from './open.ts'
import { openPool } from './pool.ts'
import { addressOf } from './postgres.suite.ts'

let server: PostgresServer
let pooler: Pgbouncer

beforeAll(async () => {
  server = await postgresServer()
  // Fewer than any node's pool has: transactions of all of them take turns on the same connections.
  pooler = await pgbouncer(server, 3)
})

afterAll(async () => {
  await pooler.close()
  await server.close()
})

test('nodes behind a pooler in transaction mode start at once, and share its connections', async () => {
  const url = await server.createDatabase()
  // More of them than the pooler has connections: those that wait for the migration hold them all.
  const nodes = await Promise.all([1, 2, 3, 4, 5].map(() => openPostgres(addressOf(pooler.through(url)))))
  await Promise.all(nodes.map((node) => node.migrate()))
  const [first] = nodes
  if (!first) throw new Error('no node')
  await addOrganization(first.store, 'org_a')
  await Promise.all(
    nodes.flatMap(({ store }, node) =>
      Array.from({ length: 30 }, async (_, index) => {
        const id = `acc_${node}_${index}`
        await store.accounts.create(account('org_a', { id, tags: { node: String(node) } }))
        expect(await store.accounts.update(account('org_a', { id, name: id, version: 2 }))).toBe(true)
        expect(await store.accounts.get('org_a', id)).toMatchObject({ name: id, version: 2 })
      }),
    ),
  )
  expect((await first.store.accounts.list('org_a', {}, { ...all, limit: 200 })).items).toHaveLength(150)
  const connections = `select count(*) <= 4 from pg_stat_activity where datname = current_database()`
  expect(await server.query(url, connections)).toBe('t')
  await Promise.all(nodes.map((node) => node.close()))
})

test('behind one connection of a pooler each statement and transaction sees the organization that it names, and what names none sees none', async () => {
  const url = await server.createDatabase()
  const single = await pgbouncer(server, 1)
  const opened = await openPostgres(addressOf(single.through(url)))
  await opened.migrate()
  const ids = ['org_a', 'org_b']
  for (const id of ids) {
    await addOrganization(opened.store, id)
    await opened.store.accounts.create(account(id))
  }
  const pool = openPool(addressOf(single.through(url)))
  const { kysely } = postgresDialect(new PostgresDriver(() => pool))
  const database = new RetryingKysely<Tables>({ dialect: kysely })
  // By the policies alone: the condition holds for all.
  const seen = async (handle: Kysely<Tables>, id: string) => {
    const query = handle.selectFrom('account').select('organization_id')
    const rows = query.where(({ eb, or }) => or([eb('organization_id', '=', id), eb('id', '=', 'acc_1')]))
    return (await rows.execute()).map(({ organization_id }) => organization_id)
  }
  const unnamed = async (handle: Kysely<Tables>) => handle.selectFrom('account').selectAll().execute()
  await Promise.all(
    Array.from({ length: 60 }, async (_, index) => {
      const [id = '', other = ''] = index % 2 === 0 ? ids : [...ids].reverse()
      expect(await seen(database, id)).toEqual([id])
      expect(await unnamed(database)).toEqual([])
      await database.transaction().execute(async (transaction) => {
        expect(await seen(transaction, id)).toEqual([id])
        expect(await seen(transaction, other)).toEqual([other])
        expect(await unnamed(transaction)).toEqual([])
      })
      await expect(
        acrossOrganizations(database).selectFrom('account').select(sql`1 / 0`.as('x')).execute(),
      ).rejects.toThrow()
      expect(await unnamed(database)).toEqual([])
    }),
  )
  await Promise.all([pool.end(), opened.close()])
  await single.close()
})
