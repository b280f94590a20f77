import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { filesIn, loopbackProvider } from '@sallyport/testkit'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { firstKey, type ServeCommand, serveCommand, setupToken, testFolder } from './serve-command.suite.ts'

const badConfiguration = 78

/** Content of every file in the folder, the key file aside, so that a change of a single byte shows. */
function digests(folder: string): Record<string, string> {
  const names = filesIn(folder).filter((name) => !name.startsWith('encryption-key'))
  return Object.fromEntries(
    names.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  )
}

const mode = (file: string) => (statSync(file).mode & 0o777).toString(8)

const setUp = mkdtempSync(join(tmpdir(), 'sallyport-'))
afterAll(() => rmSync(setUp, { recursive: true }))
let setUpKey: string | undefined

/** A copy of a folder on which one was started, set up, and stopped. */
async function wasSetUp(): Promise<{ folder: string; data: string; key: string }> {
  setUpKey ??= await keyOfFirstStart()
  const folder = testFolder()
  cpSync(setUp, folder, { recursive: true })
  return { folder, data: join(folder, 'data'), key: setUpKey }
}

async function keyOfFirstStart(): Promise<string> {
  const sallyport = await serveCommand(setUp)
  await sallyport.listening
  const key = await firstKey(sallyport)
  await stop(sallyport)
  return key
}

async function stop(sallyport: ServeCommand): Promise<void> {
  sallyport.child.kill('SIGTERM')
  expect(await sallyport.exited).toBe(0)
}

async function listener(): Promise<Server> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return server
}

function call(sallyport: ServeCommand, key: string, path: string, body?: unknown): Promise<Response> {
  return fetch(sallyport.origin + path, {
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  })
}

it('keeps a second process off its data folder, which says so and exits 78', async () => {
  const folder = testFolder()
  const first = await serveCommand(folder)
  await first.listening
  const second = await serveCommand(folder)
  expect(await second.exited).toBe(badConfiguration)
  expect(second.stderr()).toContain('is in use by another Sallyport')
  first.child.kill('SIGKILL')
  await first.exited
  const third = await serveCommand(folder)
  await third.listening
  await stop(third)
})

describe('a bad configuration', () => {
  it('has every fault of it named, without the secrets in it, exits 78 and makes nothing', async () => {
    const folder = testFolder()
    const bad = {
      SALLYPORT_HOST: 'not a host',
      SALLYPORT_PORT: '70000',
      SALLYPORT_DATABASE_URL: 'mysql://localhost/sallyport',
      SALLYPORT_PUBLIC_URL: 'ftp://example.com',
      SALLYPORT_ENCRYPTION_KEYS: 'k1:c2hvcnQ=',
      SALLYPORT_ADMIN_KEY: 'too-short',
      SALLYPORT_ALLOWED_PRIVATE_CIDRS: '10.0.0.0/8,10.0.0.0/33',
      SALLYPORT_TRUSTED_PROXIES: 'proxy.example.com',
      SALLYPORT_PRACTICE: 'maybe',
      SALLYPORT_WORKERS: '0',
    }
    const sallyport = await serveCommand(folder, bad)
    expect(await sallyport.exited).toBe(badConfiguration)
    const lines = sallyport.stderr().trim().split('\n')
    expect(lines.map((line) => line.split(' ')[0]).sort()).toEqual(Object.keys(bad).sort())
    for (const line of lines) expect(line).toMatch(/^SALLYPORT_\w+ .+\.$/)
    expect(sallyport.stderr()).not.toMatch(/too-short|c2hvcnQ/)
    expect(readdirSync(folder)).toEqual([])
  })

  it('with one fault in a list says where in it', async () => {
    const first = randomBytes(32).toString('base64')
    const sallyport = await serveCommand(testFolder(), { SALLYPORT_ENCRYPTION_KEYS: `a:${first},a:x` })
    expect(await sallyport.exited).toBe(badConfiguration)
    expect(sallyport.stderr()).toContain('key 2')
    expect(sallyport.stderr()).not.toContain(first)
  })

  it.each([
    ['a file in place of the data folder', (folder: string) => join(folder, 'file')],
    ['a data folder inside a file', (folder: string) => join(folder, 'file', 'data')],
  ])('that names %s exits 78 in a sentence', async (_what, path) => {
    const folder = testFolder()
    writeFileSync(join(folder, 'file'), 'mine')
    const sallyport = await serveCommand(folder, { SALLYPORT_DATA_DIR: path(folder) })
    expect(await sallyport.exited).toBe(badConfiguration)
    expect(sallyport.stderr()).toMatch(/^SALLYPORT_DATA_DIR .+\.\n$/)
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('mine')
  })
})

describe('a port', () => {
  it('that is taken is named, and exits 78', async () => {
    const address = (await listener()).address()
    const port = String(typeof address === 'object' ? address?.port : '')
    const sallyport = await serveCommand(testFolder(), { SALLYPORT_PORT: port })
    expect(await sallyport.exited).toBe(badConfiguration)
    expect(sallyport.stderr()).toContain(`SALLYPORT_PORT ${port} is taken.`)
    expect(sallyport.stdout()).toBe('')
  })
})

describe('an address that others can reach', () => {
  it('is refused until set-up is done, exits 78, and is listened on from then', async () => {
    const folder = testFolder()
    const open = { SALLYPORT_HOST: '0.0.0.0' }
    const early = await serveCommand(folder, open)
    expect(await early.exited).toBe(badConfiguration)
    expect(early.stderr()).toMatch(/SALLYPORT_HOST .+ set-up/)
    expect(early.stdout()).toBe('')

    const onLoopback = await serveCommand(folder)
    await onLoopback.listening
    const key = await firstKey(onLoopback)
    await stop(onLoopback)

    const later = await serveCommand(folder, open)
    await later.listening
    expect(setupToken(later)).toBeUndefined()
    expect((await call(later, key, '/v1/accounts')).status).toBe(200)
    await stop(later)
  })

  it('is listened on at once where the operator has brought a key', async () => {
    const adminKey = 'an-admin-key-of-forty-characters-or-more'
    const open = { SALLYPORT_HOST: '0.0.0.0', SALLYPORT_ADMIN_KEY: adminKey }
    const sallyport = await serveCommand(testFolder(), open)
    await sallyport.listening
    expect(setupToken(sallyport)).toBeUndefined()
    expect((await call(sallyport, adminKey, '/v1/accounts')).status).toBe(200)
  })
})

describe('the encryption key', () => {
  const another = `k1:${randomBytes(32).toString('base64')}`

  it.each([
    ['is missing', (file: string) => renameSync(file, `${file}.away`), {}],
    ['is another in the environment', () => undefined, { SALLYPORT_ENCRYPTION_KEYS: another }],
    ['is another in the file', (file: string) => writeFileSync(file, `${another}\n`), {}],
    ['is cut off', (file: string) => writeFileSync(file, readFileSync(file, 'utf8').slice(0, 20)), {}],
    ['is empty', (file: string) => writeFileSync(file, ''), {}],
    [
      'bears the right name, but is not the one',
      (file: string) =>
        writeFileSync(
          file,
          `${readFileSync(file, 'utf8').split(':')[0]}:${randomBytes(32).toString('base64')}`,
        ),
      {},
    ],
  ])(
    'that %s keeps it from starting, with not a byte of the database changed',
    async (_what, spoil, environment) => {
      const { folder, data, key } = await wasSetUp()
      const file = join(data, 'encryption-key')
      const right = readFileSync(file)
      const before = digests(data)
      spoil(file)
      const spoilt = existsSync(file) ? readFileSync(file) : undefined

      const refused = await serveCommand(folder, environment)
      expect(await refused.exited).toBe(badConfiguration)
      expect(refused.stderr()).toMatch(/key/)
      expect(refused.stderr().trim().split('\n')).toHaveLength(1)
      expect(refused.stderr()).not.toContain(right.toString().split(':')[1]?.trim())
      expect(existsSync(file) ? readFileSync(file) : undefined).toEqual(spoilt)
      expect(digests(data)).toEqual(before)

      writeFileSync(file, right)
      const again = await serveCommand(folder)
      await again.listening
      expect((await call(again, key, '/v1/keys')).status).toBe(200)
    },
  )

  it('lies in a file for its owner alone, in a folder for its owner alone, as does the database', async () => {
    const folder = testFolder()
    const sallyport = await serveCommand(folder)
    await sallyport.listening
    const data = join(folder, 'data')
    for (const each of [data, join(data, 'journal')]) expect(mode(each)).toBe('700')
    for (const name of filesIn(data)) expect([name, mode(join(data, name))]).toEqual([name, '600'])
  })

  it('from the environment leaves no key file', async () => {
    const folder = testFolder()
    const sallyport = await serveCommand(folder, { SALLYPORT_ENCRYPTION_KEYS: another })
    await sallyport.listening
    expect(existsSync(join(folder, 'data', 'encryption-key'))).toBe(false)
  })
})

describe('a second start', () => {
  it('keeps everything: key, definition, account, token, and that set-up is done', async () => {
    const provider = await loopbackProvider()
    onTestFinished(() => provider.close())
    const folder = testFolder()
    const environment = { SALLYPORT_ALLOWED_PRIVATE_CIDRS: '127.0.0.0/8', SALLYPORT_WORKERS: '2' }
    const first = await serveCommand(folder, environment)
    await first.listening
    const key = await firstKey(first)
    const auth = { type: 'oauth2', grant: 'client_credentials', tokenUrl: `${provider.origin}/token` }
    await call(first, key, '/v1/integrations', {
      key: 'api',
      name: 'API',
      baseUrl: `${provider.origin}/api`,
      auth: { ...auth, clientId: 'client', clientSecret: 'client-secret' },
    })
    const made = await call(first, key, '/v1/accounts', { integration: 'api', name: 'An account' })
    const account = (await made.json()) as { id: string; status: string }
    expect(account.status).toBe('connected')
    await stop(first)

    const second = await serveCommand(folder, environment)
    await second.listening
    expect(setupToken(second)).toBeUndefined()
    expect(await (await call(second, key, `/v1/accounts/${account.id}`)).json()).toEqual(account)
    expect((await call(second, key, `/proxy/${account.id}/me`)).status).toBe(200)
    expect(provider.received('POST /token')).toHaveLength(1)
  })

  it('before set-up prints another token, and the one before does not work any more', async () => {
    const folder = testFolder()
    const first = await serveCommand(folder)
    await first.listening
    const old = setupToken(first)
    await stop(first)
    const second = await serveCommand(folder)
    await second.listening
    const reply = await fetch(`${second.origin}/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: old }),
    })
    expect(reply.status).toBe(401)
    expect((await call(second, await firstKey(second), '/v1/keys')).status).toBe(200)
  })
})

/** Well before it would end by itself, whatever is under way. */
const sooner = 28_000

describe('the signal to end', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s lets a call that is under way end, and exits 0',
    { timeout: sooner },
    async (signal) => {
      const provider = await loopbackProvider({ behaviour: { apiKey: 'key' } })
      onTestFinished(() => provider.close())
      const environment = { SALLYPORT_ALLOWED_PRIVATE_CIDRS: '127.0.0.0/8', SALLYPORT_WORKERS: '2' }
      const sallyport = await serveCommand(testFolder(), environment)
      await sallyport.listening
      const key = await firstKey(sallyport)
      await call(sallyport, key, '/v1/integrations', {
        key: 'api',
        name: 'API',
        baseUrl: `${provider.origin}/keyed`,
        auth: { type: 'api_token' },
        placement: { in: 'header', name: 'X-Api-Key', template: '{token}' },
      })
      const made = await call(sallyport, key, '/v1/accounts', {
        integration: 'api',
        name: 'x',
        secret: { token: 'key' },
      })
      const { id } = (await made.json()) as { id: string }

      const gate = provider.hold('GET /keyed/me')
      const underWay = call(sallyport, key, `/proxy/${id}/me`)
      await gate.arrived
      sallyport.child.kill(signal)
      await refused(sallyport)
      gate.release()
      const reply = await underWay
      expect([reply.status, await reply.json()]).toEqual([200, expect.objectContaining({ keyIn: 'header' })])
      expect(await sallyport.exited).toBe(0)
    },
  )
})

/**
 * Resolves once no more calls are taken. A connection that was on its way to a worker when that stopped is answered by
 * nobody, and closed with the node.
 */
async function refused({ origin }: ServeCommand): Promise<void> {
  for (;;) {
    const signal = AbortSignal.timeout(2_000)
    const reply = await fetch(`${origin}/readyz`, { signal }).catch(() => undefined)
    if (reply?.status !== 200) return
  }
}
