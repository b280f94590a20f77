import { expect, test } from 'vitest'
import { type Fenced, fenced, minute, newFolder, outcome, readiness, turns } from './fence.suite.ts'
import { withPostgres } from './postgres.suite.ts'
import { run } from './process.suite.ts'
import type { TestSallyport } from './sallyport.suite.ts'

const postgres = withPostgres()

/** What each second does, a few of them later. */
async function secondsLater({ clock }: Pick<Fenced, 'clock'>, ...nodes: readonly TestSallyport[]) {
  clock.advance(4000)
  for (const node of nodes) await node.runDue()
}

async function stopped(...nodes: readonly TestSallyport[]): Promise<unknown[]> {
  return Promise.all(nodes.map(async (node) => (await readiness(node)).body.cause))
}

test('a database made from the one in use as its template renews nothing, until it is adopted from a shell', async () => {
  const environment = await postgres.nodes()
  const all = await fenced(environment)
  const { start, clock, account, provider, tokenRequests } = all
  const url = environment.SALLYPORT_DATABASE_URL
  const name = new URL(url).pathname.slice(1)
  const elsewhere = await postgres.server().createDatabase()
  await postgres
    .server()
    .query(elsewhere, `create database ${name}_copy template ${name} owner ${postgres.server().user}`)
  const inCopy = { ...environment, SALLYPORT_DATABASE_URL: `${url}_copy` }

  const original = await start()
  const copy = await start(newFolder(), inCopy)
  expect(await stopped(original, copy)).toEqual([undefined, 'moved'])
  clock.advance(31 * minute)
  expect([await outcome(copy, account), tokenRequests()]).toEqual(['token 1', 0])
  expect([await outcome(original, account), tokenRequests()]).toEqual(['token 2', 1])

  const adopted = await run(['adopt'], { ...inCopy, SALLYPORT_DATA_DIR: newFolder() })
  expect([adopted.code, adopted.stderr]).toEqual([0, ''])
  expect(adopted.stdout).toContain('Nodes that use it renew tokens again within seconds.')
  await secondsLater(all, copy, original)
  expect(await stopped(original, copy)).toEqual([undefined, undefined])
  expect(turns(copy)).toEqual([1, 1])
  // Which was the operator's to decide: the original has used that token up, and the provider takes it for theft.
  expect([await outcome(copy, account), provider.reuseEvents]).toEqual(['account_needs_reconnect', 1])
})

test('a copy that is quarantined while a node runs on it goes on as a database of its own', async () => {
  const environment = await postgres.nodes()
  const all = await fenced(environment)
  const { start, clock, account, tokenRequests } = all
  const url = environment.SALLYPORT_DATABASE_URL
  const copied = await postgres.server().createDatabase()
  await postgres.server().restore(copied, await postgres.server().dump(url))
  const inCopy = { ...environment, SALLYPORT_DATABASE_URL: copied }
  const copy = await start(newFolder(), inCopy)
  expect(await stopped(copy)).toEqual(['moved'])
  const done = await run(['quarantine'], { ...inCopy, SALLYPORT_DATA_DIR: newFolder() })
  expect([done.code, done.stderr]).toEqual([0, ''])
  await secondsLater(all, copy)
  clock.advance(31 * minute)
  expect(await stopped(copy)).toEqual([undefined])
  expect([await outcome(copy, account), tokenRequests()]).toEqual(['account_needs_reconnect', 0])
  // Who served the original does not take the copy for it.
  const mistaken = await start(all.folder, inCopy)
  expect(await stopped(mistaken)).toEqual(['other_database'])
  // Until it is told so, and then it does for good.
  await run(['adopt'], { ...inCopy, SALLYPORT_DATA_DIR: newFolder() })
  await secondsLater(all, copy, mistaken)
  expect(await stopped(copy, mistaken)).toEqual([undefined, undefined])
  await mistaken.close({ keep: true })
  expect(await stopped(await start(all.folder, inCopy))).toEqual([undefined])
})

test('a quarantine that is forced under a node that runs stops it at no time', async () => {
  const environment = await postgres.nodes()
  const all = await fenced(environment)
  const node = await all.start()
  const done = await run(['quarantine', '--force'], { ...environment, SALLYPORT_DATA_DIR: newFolder() })
  expect([done.code, done.stderr]).toEqual([0, ''])
  await secondsLater(all, node)
  expect([await stopped(node), turns(node)]).toEqual([[undefined], [0, 0]])
  expect(await outcome(node, all.account)).toBe('account_needs_reconnect')
  await node.close({ keep: true })
  expect(await stopped(await all.start())).toEqual([undefined])
})

test('a database that is restored under nodes that run stops them and those that come later, until it is adopted', async () => {
  const environment = await postgres.nodes()
  const all = await fenced(environment)
  const { start, clock, account, provider, tokenRequests } = all
  const url = environment.SALLYPORT_DATABASE_URL
  const backup = await postgres.server().dump(url)
  const [a, b] = [await start(), await start(newFolder())]
  for (let passed = 0; passed < 31; passed += 1) {
    clock.advance(minute)
    await Promise.all([a.runDue(), b.runDue()])
  }
  expect([await outcome(a, account), tokenRequests()]).toEqual(['token 2', 1])

  await postgres.server().restore(url, backup)
  // Before anything is renewed, and before its time to look.
  const asked = await b.request('POST', `/v1/accounts/${account}/renew`, {})
  expect([asked.status, asked.body.code, tokenRequests()]).toEqual([503, 'renewal_unavailable', 1])
  expect(asked.body.detail).toContain('was set back to an earlier state')
  await secondsLater(all, a)
  const late = await start(newFolder())
  expect(await stopped(a, b, late)).toEqual(['rolled_back', 'rolled_back', 'rolled_back'])
  expect(provider.reuseEvents).toBe(0)

  const adopted = await run(['adopt'], { ...environment, SALLYPORT_DATA_DIR: newFolder() })
  expect(adopted.stdout).toContain('It had been set back.')
  await secondsLater(all, a, b, late)
  expect(await stopped(a, b, late)).toEqual([undefined, undefined, undefined])
  expect([turns(a), turns(b), turns(late)]).toEqual([
    [1, 1],
    [1, 1],
    [1, 1],
  ])
})

test('a node that kept its folder notices at its start that the database was restored meanwhile', async () => {
  const environment = await postgres.nodes()
  const { start, folder, clock, account, tokenRequests } = await fenced(environment)
  const url = environment.SALLYPORT_DATABASE_URL
  const backup = await postgres.server().dump(url)
  const before = await start()
  clock.advance(31 * minute)
  expect(await outcome(before, account)).toBe('token 2')
  await before.close({ keep: true })
  await postgres.server().restore(url, backup)
  const after = await start(folder)
  expect(await stopped(after)).toEqual(['rolled_back'])
  expect([await outcome(after, account), tokenRequests()]).toEqual(['token 1', 1])
})
