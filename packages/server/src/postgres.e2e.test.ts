import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canary, findCanaries, loopbackProvider } from '@sallyport/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { codeDefinition, person } from './authorization.suite.ts'
import { withPostgres } from './postgres.suite.ts'
import { launch, type SallyportProcess, spawnSallyport } from './process.suite.ts'
import { freePort, send } from './sallyport.suite.ts'

const badConfiguration = 78
const postgres = withPostgres()

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'sallyport-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

async function spawned(environment: Readonly<Record<string, string>>, dataFolder = folder()) {
  const server = await spawnSallyport(environment, dataFolder)
  onTestFinished(async () => void (await server.kill()))
  return server
}

function ask({ origin, adminKey }: SallyportProcess, method: string, path: string, body?: unknown) {
  return send(`${origin}${path}`, method, body, { key: adminKey, headers: {} })
}

test('the life of an account, over a kill and a crash of the database, leaves no secret in any table', async () => {
  const clientSecret = canary('client secret')
  const provider = await loopbackProvider({ behaviour: { clients: [{ clientId: 'client', clientSecret }] } })
  onTestFinished(provider.close)
  const environment = { ...(await postgres.nodes()), SALLYPORT_PORT: String(await freePort()) }
  const url = environment.SALLYPORT_DATABASE_URL

  const first = await spawned(environment)
  const definition = codeDefinition(provider, { clientSecret, revokeUrl: `${provider.origin}/revoke` })
  expect((await ask(first, 'POST', '/v1/integrations', definition)).status).toBe(201)
  const { body: account } = await ask(first, 'POST', '/v1/accounts', { integration: 'loop', name: 'Ann' })
  const path = `/v1/accounts/${account.id}`
  const { body: begun } = await ask(first, 'POST', `${path}/authorize`, {})
  expect((await person().finish(begun.authorizationUrl)).status).toBe(200)
  expect((await ask(first, 'GET', `/proxy/${account.id}/me`)).body.tokenNumber).toBe(1)
  expect((await ask(first, 'POST', `${path}/renew`, {})).body.generation).toBe(2)

  await first.kill()
  const second = await spawned(environment)
  expect((await ask(second, 'GET', `/proxy/${account.id}/me`)).body.tokenNumber).toBe(2)

  await postgres.server().crash()
  const failed = await ask(second, 'GET', path)
  expect([failed.status, failed.body.code]).toEqual([503, 'database_unavailable'])
  expect(failed.headers.get('retry-after')).toBe('1')
  await postgres.server().start()
  expect((await ask(second, 'GET', path)).body).toMatchObject({ status: 'connected', generation: 2 })
  expect((await ask(second, 'POST', `${path}/renew`, {})).body.generation).toBe(3)

  const { body: token } = await ask(second, 'POST', `${path}/token`, {})
  const tables = await postgres.server().dump(url)
  expect(tables).toContain(account.id)
  const plaintexts = [
    token.accessToken,
    second.adminKey,
    ...provider.received('POST /token').flatMap(({ form }) => form.getAll('refresh_token')),
  ]
  expect(plaintexts.filter((plaintext) => tables.includes(plaintext))).toEqual([])
  expect(findCanaries(tables)).toEqual([])

  expect((await ask(second, 'POST', `${path}/disconnect`, {})).body).toMatchObject({ revocation: 'done' })
  expect(provider.received('POST /revoke')).not.toEqual([])
  const password = new URL(url).password
  expect(`${first.stderr()}${second.stderr()}${second.stdout()}`).not.toContain(password)
  expect((await second.stop()).code).toBe(0)
})

test('the data folder holds the key file, what was seen of the database, and a journal for each process, and serves several at once; one whose user no policy binds says so once', async () => {
  const environment = { ...(await postgres.nodes()), SALLYPORT_ENCRYPTION_KEYS: '' }
  const dataFolder = folder()
  const first = await spawned(environment, dataFolder)
  const url = postgres.server().asSuperuser(environment.SALLYPORT_DATABASE_URL)
  const exempt = { ...environment, SALLYPORT_DATABASE_URL: url, SALLYPORT_WORKERS: '2' }
  const second = await spawned(exempt, dataFolder)
  const names = ['encryption-key', 'instance', 'journal', 'journal-2', 'journal-3']
  expect(readdirSync(dataFolder).sort()).toEqual(names)
  expect((await ask(first, 'GET', '/v1/environments')).text).toBe(
    (await ask(second, 'GET', '/v1/environments')).text,
  )
  const warnings = [first, second].map((node) =>
    `${node.stdout()}${node.stderr()}`.match(/row-level security/g),
  )
  expect(warnings.map((found) => found?.length)).toEqual([undefined, 1])
})

test('a wrong key, or none beside a sealed database, stops the start before a byte is written', async () => {
  const environment = await postgres.nodes()
  const first = await spawned(environment)
  await first.stop()
  const before = await postgres.server().dump(environment.SALLYPORT_DATABASE_URL)
  const wrong = `k1:${Buffer.alloc(32, 9).toString('base64')}`
  await refused(
    { ...environment, SALLYPORT_ENCRYPTION_KEYS: wrong },
    'is not the one that the database was written with',
  )
  await refused(
    { ...environment, SALLYPORT_ENCRYPTION_KEYS: '' },
    'The database is sealed, and its key is missing.',
  )
  expect(uncommented(await postgres.server().dump(environment.SALLYPORT_DATABASE_URL))).toBe(
    uncommented(before),
  )
})

test('of two that begin at once, each with a key of its own, one goes on', async () => {
  const environment = {
    ...(await postgres.nodes()),
    SALLYPORT_ENCRYPTION_KEYS: '',
    SALLYPORT_PRACTICE: 'off',
  }
  const both = await Promise.all(
    [folder(), folder()].map(async (dataFolder) => {
      const settings = {
        ...environment,
        SALLYPORT_DATA_DIR: dataFolder,
        SALLYPORT_PORT: String(await freePort()),
      }
      const server = launch(settings)
      onTestFinished(async () => void (await server.kill()))
      return Promise.race([server.listening.then(() => 'listens'), server.ended.then(({ code }) => code)])
    }),
  )
  expect(both.sort()).toEqual([badConfiguration, 'listens'])
})

test('two that begin at once with the same key both serve the one organization', async () => {
  const environment = await postgres.nodes()
  const both = await Promise.all([spawned(environment), spawned(environment)])
  const replies = await Promise.all(both.map((server) => ask(server, 'GET', '/v1/environments')))
  expect(replies.map(({ status }) => status)).toEqual([200, 200])
  const url = environment.SALLYPORT_DATABASE_URL
  expect(await postgres.server().query(url, 'select count(*) from organization')).toBe('1')
})

test('a database that cannot be used is named in a sentence, without its password, and exits 78', async () => {
  const { SALLYPORT_DATABASE_URL: url, ...environment } = await postgres.nodes()
  const dataFolder = folder()
  const wrong: readonly (readonly [string, string])[] = [
    [url.replace(/:[^:@]+@/, ':wrong-password@'), 'refuses the password of "sallyport"'],
    [url.replace(/\/test_\w+$/, '/elsewhere'), 'does not exist'],
    [url.replace(/:\d+\//, ':1/'), 'cannot be reached (ECONNREFUSED)'],
    [`${url}?sslmode=verify-full`, 'does not speak TLS'],
  ]
  for (const [databaseUrl, text] of wrong) {
    const stderr = await refused({ ...environment, SALLYPORT_DATABASE_URL: databaseUrl }, text, dataFolder)
    expect(stderr).toMatch(/^SALLYPORT_DATABASE_URL cannot be used\. .+\.\n$/)
    expect(stderr).not.toContain(new URL(databaseUrl).password)
  }
  expect(readdirSync(dataFolder)).toEqual([])
})

async function refused(environment: Readonly<Record<string, string>>, text: string, dataFolder = folder()) {
  const settings = {
    SALLYPORT_DATA_DIR: dataFolder,
    SALLYPORT_PORT: String(await freePort()),
    SALLYPORT_PRACTICE: 'off',
  }
  const server = launch({ ...settings, ...environment })
  expect((await server.ended).code).toBe(badConfiguration)
  expect(server.stderr()).toContain(text)
  return server.stderr()
}

/** A dump names its moment and a key of its own in comments. */
function uncommented(dump: string): string {
  return dump.replace(/^(?:--|\\(?:un)?restrict).*\n?/gm, '')
}
