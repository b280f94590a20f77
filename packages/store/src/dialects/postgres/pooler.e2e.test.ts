import { type Pgbouncer, type PostgresServer, pgbouncer, postgresServer } from '@sallyport/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { account, addOrganization, all } from '../../records.suite.ts'
import { openPostgres } from './open.ts'
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
