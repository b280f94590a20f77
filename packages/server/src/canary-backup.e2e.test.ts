import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { canary, filesIn } from '@sallyport/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Canaries, issue, living, startCanaries } from './canary.suite.ts'
import { withPostgres } from './postgres.suite.ts'

const postgres = withPostgres()

let environment: Readonly<Record<string, string>>
let url: string
let world: Canaries
beforeAll(async () => {
  const { SALLYPORT_DATABASE_URL, ...nodes } = await postgres.nodes()
  url = SALLYPORT_DATABASE_URL
  environment = nodes
  world = await startCanaries({ ...environment, SALLYPORT_DATABASE_URL: url })
})
afterAll(() => world.close())

/** What is looked for is found where it is not sealed. */
const control = canary('control')

test('a dump, what PostgreSQL wrote on disk, a journal and a backup hold no secret, and an answer waits in the journal', async () => {
  const { provider, ask, account, integration, machine, person } = world
  provider.script('POST /token', () => issue())
  await account(await integration(machine()))
  const token = { baseUrl: `${provider.origin}/open`, auth: { type: 'api_token' } }
  const controlled = {
    integration: await integration(token),
    secret: { token: world.apiToken },
    name: control,
  }
  expect((await ask('POST', '/v1/accounts', controlled, { handsOut: true })).status).toBe(201)
  const basic = await integration({ ...token, auth: { type: 'basic' } })
  await account(basic, { secret: { username: 'u', password: world.password } })
  const key = await ask('POST', '/v1/keys', { name: 'K', scopes: ['accounts:read'] }, { handsOut: true })
  world.made('API key', key.body.key)
  const hook = { url: 'https://hooks.example/' }
  world.made('webhook secret', (await ask('POST', '/v1/webhooks', hook, { handsOut: true })).body.secret)
  const renewed = await account(await integration(person()), living())

  // The answer comes when the database has just gone.
  provider.script('POST /token', async () => {
    await postgres.server().crash()
    return issue()
  })
  const asked = ask('POST', `/v1/accounts/${renewed}/renew`)
  const journal = join(world.sallyport.dataFolder, 'journal')
  await expect.poll(() => readdirSync(journal).filter((name) => name.startsWith('ans_'))).toHaveLength(1)
  expect(await world.leaksInFiles({ withBackup: false })).toEqual([])
  await postgres.server().start()

  await asked
  expect(world.leaks()).toEqual([])
  world.read('the dump', await postgres.server().dump(url))
  const { folder } = postgres.server()
  const files = filesIn(folder)
  expect(files.some((file) => file.includes('pg_wal/0'))).toBe(true)
  for (const file of files) world.read(file, readFileSync(join(folder, file), 'latin1'))
  const found = [...world.leaks(), ...(await world.leaksInFiles())]
  expect(found.filter((each) => !each.startsWith('control in '))).toEqual([])
  for (const place of ['the dump', 'the backup', 'pg_wal']) {
    expect(found.filter((each) => each.startsWith('control in ')).join()).toContain(place)
  }
})
