import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { canary, faults, type ReceivedRequest, type Script } from '@sallyport/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Canaries, quoted, startCanaries } from './canary.suite.ts'
import { launch, spawnSallyport } from './process.suite.ts'
import { freePort } from './sallyport.suite.ts'
import { type WireServer, wireServer } from './wire.suite.ts'

let world: Canaries
let wire: WireServer
beforeAll(async () => {
  world = await startCanaries()
  wire = await wireServer()
})
afterAll(async () => {
  await world.close()
  await wire.close()
})
afterEach(() => expect(world.leaks()).toEqual([]))
const machine = (more?: object) => world.machine(more)
const person = (more?: object) => world.person(more)

describe('what a person or a program gives', () => {
  const token = (more: object = {}) => ({
    baseUrl: `${world.provider.origin}/open`,
    parameters: [{ name: 'tenant', secret: true, required: true, pattern: '^canary' }],
    auth: { type: 'api_token' },
    request: { headers: { 'X-Tenant': '{tenant}' } },
    ...more,
  })
  const given = () => ({ secret: { token: world.apiToken }, parameters: { tenant: world.parameter } })

  test('a value that no header can carry is refused by name', async () => {
    const tokens = await world.integration(token())
    const basic = await world.integration({ baseUrl: world.provider.origin, auth: { type: 'basic' } })
    const people = await world.integration(person())
    for (const tail of ['\r\nX-Evil: 1', '\n', '\u0000', 'ü€', '\u007f', ' ']) {
      const inputs = [
        {
          integration: tokens,
          secret: { token: world.apiToken + tail },
          parameters: { tenant: world.parameter },
        },
        {
          integration: tokens,
          secret: { token: world.apiToken },
          parameters: { tenant: world.parameter + tail },
        },
        { integration: basic, secret: { username: 'user', password: world.password + tail } },
        { integration: people, secret: { accessToken: canary('access token') + tail } },
        { integration: people, secret: { accessToken: 'a', refreshToken: canary('refresh token') + tail } },
      ]
      for (const input of inputs) {
        await world.ask('POST', '/v1/accounts/test', { name: 'A', ...input })
        const { status, body } = await world.ask('POST', '/v1/accounts', { name: 'A', ...input })
        if (status !== 201) continue
        await world.ask('GET', `/proxy/${body.id}/me`)
        await world.ask('POST', `/v1/accounts/${body.id}/renew`)
      }
    }
  })

  test('an input of the wrong shape is described without its values', async () => {
    const key = await world.integration(token())
    const id = await world.account(key, given())
    const wrong: [string, string, unknown][] = [
      ['POST', '/v1/accounts', { integration: key, name: 'A', secret: world.apiToken }],
      ['POST', '/v1/accounts', { integration: key, name: 'A', secret: { token: [world.apiToken] } }],
      [
        'POST',
        '/v1/accounts',
        { integration: key, name: 'A', secret: { token: world.apiToken.repeat(2000) } },
      ],
      [
        'POST',
        '/v1/accounts',
        { integration: key, name: 'A', secret: {}, parameters: { tenant: `-${world.parameter}` } },
      ],
      [
        'POST',
        '/v1/accounts',
        { integration: key, name: 'A', secret: {}, parameters: { tenant: [world.parameter] } },
      ],
      ['PATCH', `/v1/accounts/${id}`, { secret: { token: 1, username: world.password } }],
      ['PATCH', `/v1/accounts/${id}`, { parameters: { tenant: `-${world.parameter}` } }],
      [
        'POST',
        '/v1/integrations',
        { key: 'w', name: 'W', ...machine({ clientSecret: [world.clientSecret] }) },
      ],
      [
        'POST',
        '/v1/integrations',
        { key: 'w', name: 'W', ...machine({ clientSecret: `x{${world.clientSecret}}` }) },
      ],
      [
        'POST',
        '/v1/integrations',
        { key: 'w', name: 'W', ...machine({ tokenUrl: `https://u:${world.clientSecret}@x.example/` }) },
      ],
      [
        'POST',
        '/v1/integrations',
        { key: 'w', name: 'W', ...machine({ tokenUrl: `https://[${world.clientSecret}` }) },
      ],
      [
        'POST',
        '/v1/integrations',
        { key: 'w', name: 'W', ...token({ baseUrl: `http://u:${world.apiToken}@x.example` }) },
      ],
      ['POST', '/v1/keys', { name: 'K', scopes: [], expiresAt: canary('key') }],
      ['POST', '/v1/keys', { name: 'K', scopes: [canary('key')] }],
      ['POST', '/setup', { token: canary('set-up token') }],
      ['POST', '/setup', { token: [canary('set-up token')] }],
    ]
    for (const [method, path, body] of wrong) {
      const { status } = await world.ask(method, path, body)
      expect(status, `${method} ${path} ${JSON.stringify(body)}`).toBeGreaterThanOrEqual(400)
    }
    expect((await world.ask('GET', `/v1/accounts/${id}`)).body.secretsSet).toHaveLength(2)
  })

  test('a body that cannot be read, or is of another type than it says, is refused and quoted nowhere', async () => {
    const whole = JSON.stringify({ key: 'r3', name: 'R3', ...machine() })
    const cut = whole.slice(0, whole.indexOf(world.clientSecret) + world.clientSecret.length)
    for (const body of [
      cut,
      `${whole}${world.clientSecret}`,
      `"${world.clientSecret}`,
      `{"__proto__":"${world.clientSecret}"}`,
    ]) {
      expect((await world.ask('POST', '/v1/integrations', body)).status).toBeGreaterThanOrEqual(400)
    }
    const types = [
      'text/plain',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      'application/xml',
      'text/json',
    ]
    for (const type of types) {
      const { status } = await world.ask('POST', '/v1/integrations', whole, {
        headers: { 'content-type': type },
      })
      expect(status, type).toBe(415)
    }
    expect((await world.ask('GET', '/v1/integrations/r3')).status).toBe(404)
  })

  test('a key that is wrong is not repeated, and a new one is shown once', async () => {
    const { body } = await world.ask(
      'POST',
      '/v1/keys',
      { name: 'K', scopes: ['integrations:read'] },
      { handsOut: true },
    )
    const key = world.made('API key', body.key)
    expect((await world.ask('GET', '/v1/integrations', undefined, { key })).status).toBe(200)
    expect((await world.ask('POST', '/v1/keys', { name: 'K', scopes: ['keys:write'] }, { key })).status).toBe(
      403,
    )
    for (const wrong of [`${key}x`, key.slice(0, -1), canary('wrong key'), `sp_org_${canary('wrong key')}`]) {
      expect((await world.ask('GET', '/v1/integrations', undefined, { key: wrong })).status).toBe(401)
      expect((await world.ask('GET', '/proxy/acc_1/x', undefined, { key: wrong })).status).toBe(401)
    }
    await world.ask('GET', '/v1/keys')
    await world.ask('GET', `/v1/keys/${body.id}`)
    await world.ask('DELETE', `/v1/keys/${body.id}`)
  })

  test('a change that moves a host asks for the secret again and does not show it', async () => {
    const key = await world.integration(machine())
    const moved = { auth: { tokenUrl: 'https://elsewhere.example/token' } }
    const { status } = await world.ask('PATCH', `/v1/integrations/${key}`, moved)
    expect(status).toBe(422)
    await world.ask('PATCH', `/v1/integrations/${key}`, { auth: { clientSecret: `${world.clientSecret}` } })
    await world.ask('GET', `/v1/integrations/${key}`)
  })
})

describe('calls', () => {
  const inQuery = { placement: { in: 'query', name: 'api_key' }, test: { path: 'test' } }

  test('an upstream that fails, in whatever way, is reported without the credential', async () => {
    const { origin } = world.provider
    const header = { baseUrl: `${origin}/open`, auth: { type: 'api_token' }, test: { path: 'test' } }
    const basic = { baseUrl: `${origin}/open`, auth: { type: 'basic' }, test: { path: 'test' } }
    const connect = async () => [
      await world.account(await world.integration(header), { secret: { token: world.apiToken } }),
      await world.account(await world.integration({ ...header, ...inQuery }), {
        secret: { token: world.apiToken },
      }),
      await world.account(await world.integration(basic), {
        secret: { username: 'u', password: world.password },
      }),
    ]
    const echo = (request: ReceivedRequest) => `${quoted(request)} ${request.path}`
    const answers: [Script, number][] = [
      [faults.reset(), 502],
      [(request) => ({ headers: { 'X-Echo': encodeURIComponent(echo(request)).repeat(500) } }), 502],
      [(request) => ({ status: 500, body: echo(request) }), 500],
      [
        (request) => ({ status: 401, headers: { 'WWW-Authenticate': `Bearer error="${request.query}"` } }),
        401,
      ],
      [(request) => faults.redirect(`https://elsewhere.example/?${request.query}`), 302],
      [
        (request) => ({
          status: 200,
          headers: { 'Set-Cookie': `t=${encodeURIComponent(echo(request))}` },
          body: echo(request),
        }),
        200,
      ],
    ]
    for (const [script, status] of answers) {
      const connected = await connect()
      const stop = world.provider.script('ANY /open/*', script)
      for (const id of connected) {
        // What the API says is for the caller, also where it quotes the credential; what Sallyport says is not.
        const reply = await world.ask(
          'GET',
          `/proxy/${id}/me`,
          undefined,
          status === 502 ? {} : { handsOut: true },
        )
        expect(reply.status).toBe(status)
        await world.ask('POST', `/v1/accounts/${id}/test`)
        await world.ask('GET', `/v1/accounts/${id}`)
      }
      stop()
    }
  })

  test('bytes that are not HTTP, hosts that are closed and addresses that are refused quote nothing', async () => {
    const closed = await wireServer()
    await closed.close()
    wire.answer = ({ line, headers }) => `HTTP/1.1 200 OK\r\n${line} ${headers.join(' ')}\u0000: x\r\n\r\n`
    for (const baseUrl of [wire.origin, closed.origin, 'https://nowhere.invalid']) {
      for (const placement of [{}, inQuery]) {
        const key = await world.integration({ baseUrl, auth: { type: 'api_token' }, ...placement })
        const id = await world.account(key, { secret: { token: world.apiToken } })
        expect((await world.ask('GET', `/proxy/${id}/me`)).status).toBe(502)
        expect(
          (await world.ask('POST', `/proxy/${id}/me?q=${canary('query')}`, { body: canary('body') })).status,
        ).toBe(502)
        const secret = canary('target')
        const targets = [
          `https://u:${secret}@x.example/`,
          `http://[${secret}`,
          `https://x.example/?q=${secret}`,
          secret,
        ]
        for (const target of targets) {
          const headers = { 'Sallyport-Target': target }
          expect(
            (await world.ask('GET', `/proxy/${id}`, undefined, { headers })).status,
          ).toBeGreaterThanOrEqual(400)
        }
        const late = { headers: { 'Sallyport-Timeout': secret } }
        expect((await world.ask('GET', `/proxy/${id}/me`, undefined, late)).status).toBe(400)
        expect((await world.ask('GET', `/proxy/${id}/%2e%2e/${secret}`)).status).toBe(400)
        expect((await world.ask('GET', `/proxy/${secret}/x`)).status).toBe(400)
        expect((await world.ask('GET', `/v1/accounts/${secret}`)).status).toBe(404)
        expect((await world.ask('GET', `/v1/accounts/%${secret}`)).status).toBeGreaterThanOrEqual(400)
        expect((await world.ask('GET', `/v1/accounts?cursor=${secret}`)).status).toBe(422)
      }
    }
  })
})

describe('the process', () => {
  test('configuration that is wrong is named without its values', async () => {
    const secret = canary('configuration')
    const started = launch({
      SALLYPORT_ADMIN_KEY: `${secret} with spaces`,
      SALLYPORT_ENCRYPTION_KEYS: `k1:${Buffer.from(secret).toString('base64')},${secret}`,
      SALLYPORT_DATABASE_URL: `postgres://user:${secret}@db.example/sallyport?${secret}=1`,
      SALLYPORT_PUBLIC_URL: `https://user:${secret}@x.example`,
      SALLYPORT_PRACTICE: secret,
      SALLYPORT_PORT: secret,
    })
    expect((await started.ended).code).toBe(78)
    expect(started.stderr()).toContain('SALLYPORT_ADMIN_KEY')
    world.read('standard output', started.stdout())
    world.read('standard error', started.stderr())
  })

  test('a crash says where it happened, and not with which value', async () => {
    const [address, header] = [canary('address'), canary('header')]
    // What no request can bring about: errors of the platform that nobody caught, each with its value in it.
    const defects = `
      process.on('SIGUSR2', () => new URL('http://[${address}'))
      process.on('SIGHUP', async () => new Headers({ a: '${header}\\0' }))`
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-'))
    const preloaded = join(folder, 'defects.mjs')
    writeFileSync(preloaded, defects)
    for (const signal of ['SIGUSR2', 'SIGHUP'] as const) {
      const server = await spawnSallyport({
        SALLYPORT_PORT: String(await freePort()),
        NODE_OPTIONS: `--import=${pathToFileURL(preloaded)}`,
      })
      expect((await server.stop(signal)).code).toBe(1)
      expect(server.stderr()).toContain('crashed')
      expect(server.stderr()).toMatch(/TypeError/)
      world.read('standard error', server.stderr())
      world.read('standard output', server.stdout())
      rmSync(server.dataFolder, { recursive: true })
    }
    rmSync(folder, { recursive: true })
  })
})

describe('afterwards', () => {
  test('no file of the data folder holds any of it', async () => {
    await world.sallyport.request('GET', '/healthz')
    expect(await world.leaksInFiles()).toEqual([])
  })
})
