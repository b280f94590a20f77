import { once } from 'node:events'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { cookieJar, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { codeDefinition, person } from './authorization.suite.ts'
import { owner, testBrowser } from './people.suite.ts'
import { type StartedRealms, startRealms, type TestRealm } from './realms.suite.ts'
import { canMount, smallDisk } from './small-disk.suite.ts'
import { webSocket } from './websocket.suite.ts'
import { rawExchange } from './wire.suite.ts'

/** The first key of a realm, and an account of the authorization code grant that nobody has connected. */
async function pendingAccount(realm: TestRealm, origin: string) {
  const { body: integration } = await realm.request('POST', '/v1/integrations', codeDefinition({ origin }))
  const { body: account } = await realm.request('POST', '/v1/accounts', { integration: 'loop', name: 'Ann' })
  const authorize = async (input = {}): Promise<URL> => {
    const path = `/v1/accounts/${account.id}/authorize`
    return new URL((await realm.request('POST', path, input)).body.authorizationUrl)
  }
  const status = async () => (await realm.request('GET', `/v1/accounts/${account.id}`)).body.status
  return { integration, id: account.id, authorize, status }
}

async function provider() {
  const started = await loopbackProvider()
  onTestFinished(started.close)
  return started
}

/** The same address at another realm. */
function at({ publicUrl }: TestRealm, url: URL): URL {
  return new URL(url.pathname + url.search, publicUrl)
}

describe('what one realm gave out, another does not know', () => {
  test('a key, and what is stored under it', async () => {
    const { us, eu } = await startRealms()
    await us.request('POST', '/v1/environments', { key: 'inus', name: 'In us' })
    expect((await us.request('GET', '/v1/environments/inus')).status).toBe(200)
    expect((await eu.request('GET', '/v1/environments/inus')).status).toBe(404)
    for (const [realm, key] of [
      [us, eu.key],
      [eu, us.key],
    ] as const) {
      for (const path of ['/v1/environments', '/proxy/acc_1/', '/sftp/acc_1/']) {
        const refused = await realm.request('GET', path, undefined, key)
        expect([path, refused.status, refused.body.code]).toEqual([path, 401, 'key_invalid'])
        expect(refused.body.type).toBe(`${realm.publicUrl}/errors/key_invalid`)
      }
    }
    expect((await eu.request('GET', '/openapi.json')).body.servers).toEqual([{ url: eu.publicUrl }])
  })

  test('a set-up token, with which nobody sets up the other', async () => {
    const { us, eu, offers } = await startRealms({ SALLYPORT_ADMIN_KEY: '' })
    expect(offers.map(({ realm }) => realm)).toEqual(['us', 'eu'])
    const [ofUs, ofEu] = offers.map(({ token }) => token)
    const setUp = (realm: TestRealm, token = '') => realm.request('POST', '/setup', { token }, null)
    expect([(await setUp(us, ofEu)).status, (await setUp(eu, ofUs)).status]).toEqual([401, 401])
    expect([(await setUp(us, ofUs)).status, (await setUp(eu, ofEu)).status]).toEqual([201, 201])
  })

  test('a session, and the password of a person', async () => {
    const { us, eu, offers } = await startRealms({ SALLYPORT_ADMIN_KEY: '' })
    const [ofUs, ofEu] = offers.map(({ token }) => token)
    const [ann, bob] = [testBrowser(us.publicUrl), testBrowser(eu.publicUrl)]
    await ann.post('/setup', { token: ofUs ?? '', ...owner })
    await bob.post('/setup', {
      token: ofEu ?? '',
      ...owner,
      email: 'bob@example.test',
      password: 'Quite another one, long enough',
    })
    expect([(await ann.get('/v1/keys')).status, (await bob.get('/v1/keys')).status]).toEqual([200, 200])
    const elsewhere = await testBrowser(eu.publicUrl).get('/v1/keys', { cookie: ann.cookie() ?? '' })
    expect([elsewhere.status, elsewhere.body.code]).toEqual([401, 'session_invalid'])
    const { email, password } = owner
    const logIn = async (realm: TestRealm) =>
      (await testBrowser(realm.publicUrl).json('POST', '/login', { email, password })).status
    expect([await logIn(us), await logIn(eu)]).toEqual([201, 401])
  })

  test('a start link, a state with its code and its browser, and a result to confirm', async () => {
    const { us, eu } = await startRealms()
    const { origin } = await provider()
    const [inUs, inEu] = [await pendingAccount(us, origin), await pendingAccount(eu, origin)]
    expect(inUs.integration.redirectUri).toBe(`${us.publicUrl}/callback/${inUs.integration.id}`)
    expect(inEu.integration.redirectUri).toBe(`${eu.publicUrl}/callback/${inEu.integration.id}`)

    const start = await inUs.authorize()
    expect(start.origin).toBe(us.publicUrl)
    expect((await person().get(at(eu, start))).status).toBe(400)

    const ann = person()
    const callback = await ann.toCallback(start.href)
    expect(callback.origin).toBe(us.publicUrl)
    const jar = cookieJar()
    const elsewhere = at(eu, callback)
    // Also where the path is that of an integration which the other realm has.
    const foreign = new URL(elsewhere)
    foreign.pathname = `/callback/${inEu.integration.id}`
    for (const url of [elsewhere, foreign]) {
      const cookie = jar.header(callback) ?? ''
      expect((await ann.get(url, cookie === '' ? {} : { cookie })).status).toBe(400)
    }
    expect([await inUs.status(), await inEu.status()]).toEqual(['pending', 'pending'])
    expect((await ann.get(callback)).status).toBe(303)
    expect([await inUs.status(), await inEu.status()]).toEqual(['connected', 'pending'])

    await us.request('PATCH', '/v1/environments/development', { returnUrls: ['https://app.example/done'] })
    const ended = await person().finish(
      (await inUs.authorize({ confirm: true, returnUrl: 'https://app.example/done' })).href,
    )
    const result = new URL(ended.location).searchParams.get('result')
    const refused = await eu.request('POST', `/v1/accounts/${inEu.id}/confirm`, { result })
    expect([refused.status, await inEu.status()]).toEqual([409, 'pending'])
    expect((await us.request('POST', `/v1/accounts/${inUs.id}/confirm`, { result })).status).toBe(201)
  })
})

type Row = readonly [expected: string | number, line: string, ...headers: string[]]

describe('a request is for the realm whose host it names', () => {
  const ends: (() => Promise<void> | void)[] = []
  let realms: StartedRealms
  beforeAll(async () => {
    realms = await startRealms({ SALLYPORT_TRUSTED_PROXIES: '127.0.0.0/8' }, (work) => ends.unshift(work))
  })
  afterAll(async () => {
    for (const end of ends) await end()
  })

  /** By whom it was answered, or with which status where that cannot be told. */
  async function answered(head: readonly string[]): Promise<string | number> {
    const { us, eu } = realms
    const text = (
      await rawExchange(us.publicUrl, [...head, 'Connection: close', '', ''].join('\r\n'))
    ).toString()
    const status = Number(text.slice(9, 12))
    if (status !== 401) return status
    const type = /"type":"([^"]+)\/errors\//.exec(text)?.[1]
    return type === us.publicUrl ? 'us' : type === eu.publicUrl ? 'eu' : 'nobody'
  }

  // `US` and `EU` stand for the two hosts, with their port.
  test.each([
    ['us', 'GET / HTTP/1.1', 'Host: US'],
    ['eu', 'GET / HTTP/1.1', 'Host: EU'],
    ['eu', 'GET / HTTP/1.1', 'hOsT:   LOCALHOST:PORT  '],
    [421, 'GET / HTTP/1.1', 'Host: localhost.:PORT'],
    [421, 'GET / HTTP/1.1', 'Host: localhost'],
    [421, 'GET / HTTP/1.1', 'Host: localhost:1'],
    [421, 'GET / HTTP/1.1', 'Host: elsewhere.example'],
    [421, 'GET / HTTP/1.1', 'Host: '],
    [421, 'GET / HTTP/1.1', 'Host: US, EU'],
    [421, 'GET / HTTP/1.1', 'Host: EU/'],
    [421, 'GET / HTTP/1.1', 'Host: x@EU'],
    [421, 'GET / HTTP/1.1', 'Host: EU@US.example'],
    [421, 'GET / HTTP/1.1', 'Host: US', 'Host: EU'],
    [421, 'GET / HTTP/1.1', 'Host: EU', 'host: EU'],
    [421, 'GET / HTTP/1.1', 'Host: __proto__'],
    [400, 'GET / HTTP/1.1', 'X-Forwarded-Host: EU'],
    [421, 'GET / HTTP/1.0', 'X-Forwarded-Host: EU'],
    [421, 'GET / HTTP/1.0'],
    ['us', 'GET / HTTP/1.0', 'Host: US'],
    ['us', 'GET / HTTP/1.1', 'Host: US', 'X-Forwarded-Host: EU', 'X-Forwarded-For: 10.0.0.1'],
    ['us', 'GET / HTTP/1.1', 'Host: US', 'Forwarded: host=EU', 'X-Host: EU', 'X-Original-Host: EU'],
    [421, 'GET / HTTP/1.1', 'Host: elsewhere.example', 'X-Forwarded-Host: EU'],
    ['eu', 'GET http://EU/ HTTP/1.1', 'Host: EU'],
    [421, 'GET http://EU/ HTTP/1.1', 'Host: US'],
    [421, 'GET http://US/ HTTP/1.1', 'Host: EU'],
    [421, 'GET http://x@EU/ HTTP/1.1', 'Host: EU'],
    [421, 'GET HTTPS://EU/ HTTP/1.1', 'Host: US'],
    [421, 'GET ws://EU/ HTTP/1.1', 'Host: US'],
    [421, 'GET //EU/ HTTP/1.1', 'Host: elsewhere.example'],
  ] satisfies readonly Row[])('%s: %s %s %s', async (...row: Row) => {
    const { us, eu, port } = realms
    const [expected, line, ...headers] = row
    const spelled = (text: string) =>
      text
        .replaceAll('US', new URL(us.publicUrl).host)
        .replaceAll('EU', new URL(eu.publicUrl).host)
        .replaceAll('PORT', String(port))
    // In the absolute form nothing is the passage's.
    const paths = line.includes('://')
      ? ['/v1/accounts']
      : ['/v1/accounts', '/proxy/acc_1/x', '/sftp/acc_1/x']
    for (const path of paths) {
      const head = [spelled(line).replace('/ HTTP', `${path} HTTP`), ...headers.map(spelled)]
      expect([path, await answered(head)]).toEqual([path, expected])
    }
  })

  test('on one connection each request by itself', async () => {
    const { us, eu } = realms
    const request = (host: string) => `GET /openapi.json HTTP/1.1\r\nHost: ${host}\r\n`
    const [ofUs, ofEu] = [new URL(us.publicUrl).host, new URL(eu.publicUrl).host]
    const bytes = `${request(ofUs)}\r\n${request(ofEu)}\r\n${request('x')}\r\n${request(ofEu)}Connection: close\r\n\r\n`
    const text = (await rawExchange(us.publicUrl, bytes)).toString()
    const servers = [...text.matchAll(/"servers":\[\{"url":"([^"]+)"|"code":"(realm_unknown)"/g)]
    expect(servers.map(([, url, code]) => url ?? code)).toEqual([
      us.publicUrl,
      eu.publicUrl,
      'realm_unknown',
      eu.publicUrl,
    ])
  })

  test('WebSockets and tunnels as well', async () => {
    const { us, eu, port } = realms
    const refusedBy = async (host: string) => {
      const open = webSocket({ origin: us.publicUrl, adminKey: eu.key }, 'acc_1/x', { headers: { host } })
      const [, reply] = (await once(open, 'unexpected-response')) as [unknown, { statusCode: number }]
      return reply.statusCode
    }
    // Of us the key is not known; of eu it is, and the account is not.
    expect([
      await refusedBy(`127.0.0.1:${port}`),
      await refusedBy(`localhost:${port}`),
      await refusedBy('x'),
    ]).toEqual([401, 404, 421])
    const tunnel = (host: string) =>
      rawExchange(us.publicUrl, `CONNECT api.example:443 HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
    expect(String(await tunnel('x'))).toMatch(/^HTTP\/1.1 421 /)
    expect(String(await tunnel(`localhost:${port}`))).toMatch(/^HTTP\/1.1 405 /)
  })

  test('who asks for another is told whose move it is', async () => {
    const { us } = realms
    const text = String(
      await rawExchange(
        us.publicUrl,
        'POST /v1/accounts HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}',
      ),
    )
    expect(text).toMatch(/^HTTP\/1.1 421 Misdirected Request\r\n/)
    expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n')))).toEqual({
      type: `${us.publicUrl}/errors/realm_unknown`,
      title: 'Misdirected request',
      status: 421,
      code: 'realm_unknown',
      detail: expect.stringContaining('Use the public URL of the realm'),
      requestId: expect.stringMatching(/^req_/),
    })
  })

  test('monitors are answered under any host, of all realms', async () => {
    const { us } = realms
    const ask = async (path: string, host = 'Host: monitor.example') => {
      const text = String(await rawExchange(us.publicUrl, `GET ${path} HTTP/1.0\r\n${host}\r\n\r\n`))
      return { status: Number(text.slice(9, 12)), body: text.slice(text.indexOf('\r\n\r\n') + 4) }
    }
    expect((await ask('/healthz?x')).status).toBe(200)
    expect((await ask('/healthz', 'X: x')).status).toBe(200)
    expect((await ask('/health')).status).toBe(421)
    const ready = await ask('/readyz')
    expect(JSON.parse(ready.body)).toEqual({
      status: 'ready',
      realms: { us: { status: 'ready' }, eu: { status: 'ready' } },
    })
    const { body } = await ask('/metrics')
    expect(body.match(/^sallyport_calls_under_way.*$/gm)).toEqual([
      'sallyport_calls_under_way{realm="us"} 0',
      'sallyport_calls_under_way{realm="eu"} 0',
    ])
    expect(body.match(/^process_start_time_seconds .*$/gm)).toHaveLength(1)
    expect((await us.request('GET', '/metrics')).text).toContain('sallyport_upstream_pools{realm="eu"} 0')
  })
})

test('when it stops, calls under way in every realm come to their end', async () => {
  const { us, eu, close } = await startRealms()
  const api = await provider()
  api.script('ANY /api/*', { status: 200 })
  const gate = api.hold('ANY /api/*')
  const call = async (realm: TestRealm) => {
    const definition = { key: 'api', name: 'API', baseUrl: `${api.origin}/api`, auth: { type: 'api_token' } }
    await realm.request('POST', '/v1/integrations', definition)
    const account = { integration: 'api', name: 'A', secret: { token: 'token-of-the-api' } }
    const { body } = await realm.request('POST', '/v1/accounts', account)
    return body.id
  }
  const ids = [await call(us), await call(eu)] as const
  const calls = [us.request('GET', `/proxy/${ids[0]}/x`), eu.request('GET', `/proxy/${ids[1]}/x`)]
  await gate.arrivals(2)
  const closed = close(20_000)
  // Until no more come in.
  while (await eu.request('GET', '/healthz').catch(() => undefined)) await turn()
  gate.release()
  const replies = await Promise.all(calls)
  expect(replies.map(({ status }) => status)).toEqual([200, 200])
  await closed
})

// Only a disk that is really full shows it: where none can be mounted, this is listed as skipped.
test.skipIf(!canMount)(
  'a realm whose database fails serves what it still can; the others notice nothing',
  async () => {
    const disk = smallDisk(20)
    const databases = { eu: `sqlite:${join(disk.folder, 'eu')}` }
    const { us, eu } = await startRealms({}, undefined, databases)
    const api = await provider()
    api.script('ANY /api/*', { status: 200 })
    const definition = { key: 'api', name: 'API', baseUrl: `${api.origin}/api`, auth: { type: 'api_token' } }
    const connect = async (realm: TestRealm) => {
      await realm.request('POST', '/v1/integrations', definition)
      const account = { integration: 'api', name: 'A', secret: { token: 'token-of-the-api' } }
      return (await realm.request('POST', '/v1/accounts', account)).body.id as string
    }
    const [inUs, inEu] = [await connect(us), await connect(eu)]
    disk.fill()
    const write = (realm: TestRealm, key: string) =>
      realm.request('POST', '/v1/environments', { key, name: key })
    // What its log has room for is still written.
    const failed = await until(async (attempt) => {
      const reply = await write(eu, `full${attempt}`)
      return reply.status === 201 ? undefined : reply
    })
    expect([failed.status, failed.body.code]).toEqual([503, 'database_unavailable'])
    for (let round = 0; round < 5; round += 1) {
      expect((await write(us, `well${round}`)).status).toBe(201)
      expect((await us.request('GET', `/proxy/${inUs}/x`)).status).toBe(200)
      expect((await eu.request('GET', `/proxy/${inEu}/x`)).status).toBe(200)
      expect((await write(eu, `not${round}`)).status).toBe(503)
    }
    expect((await us.request('GET', '/healthz')).status).toBe(200)
    disk.empty()
    expect((await write(eu, 'again')).status).toBe(201)
  },
)

async function until<Result>(work: (attempt: number) => Promise<Result | undefined>): Promise<Result> {
  for (let attempt = 0; ; attempt += 1) {
    const result = await work(attempt)
    if (result !== undefined) return result
  }
}
