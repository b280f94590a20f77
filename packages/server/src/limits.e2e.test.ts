import { once } from 'node:events'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'
import { echoServer } from '@sallyport/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { connected } from './passage.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'
import { openCall, type StreamServer, streamServer } from './stream.suite.ts'
import { opened } from './websocket.suite.ts'

let sallyport: TestSallyport
let upstream: StreamServer
let answer: RequestListener
let asked: { readonly request: IncomingMessage; readonly response: ServerResponse }[]

beforeAll(async () => {
  sallyport = await startSallyport({
    SALLYPORT_ORGANIZATION_CONCURRENCY: '8',
    SALLYPORT_KEY_CONCURRENCY: '2',
    SALLYPORT_KEY_REQUESTS_PER_SECOND: '5',
    SALLYPORT_INVALID_KEYS_PER_MINUTE: '20',
  })
  upstream = await streamServer((request, response) => {
    asked.push({ request, response })
    answer(request, response)
  })
})
afterAll(async () => {
  await sallyport.close()
  await upstream.close()
})
beforeEach(() => {
  asked = []
  answer = (_, response) => response.end('ok')
})

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn()
}

function call(account: string, path = '', headers: Record<string, string> = {}, method = 'GET') {
  return sallyport.request(method, `/proxy/${account}/${path}`, undefined, { headers })
}

const never = () => undefined

describe('limits of a definition', () => {
  test('so many calls reach the API at once, the next when one has ended', async () => {
    const account = await connected(sallyport, { baseUrl: upstream.origin, limits: { concurrency: 2 } })
    answer = never
    const replies = [1, 2, 3].map((number) => call(account, String(number)))
    await until(() => asked.length === 2)
    asked[0]?.response.end('first')
    await until(() => asked.length === 3)
    for (const { response } of asked) response.end('done')
    expect((await Promise.all(replies)).map(({ status }) => status)).toEqual([200, 200, 200])
  })

  test('more than may wait are told which limit, whose, and when to come again', async () => {
    const account = await connected(sallyport, {
      baseUrl: upstream.origin,
      limits: { perAccount: { concurrency: 1 }, queue: { length: 0 } },
    })
    answer = never
    const first = call(account)
    await until(() => asked.length === 1)
    const second = await call(account)
    expect([second.status, second.headers.get('sallyport-error')]).toEqual([429, 'limit_reached'])
    expect(second.headers.get('retry-after')).toBe('1')
    expect(second.body.detail).toContain(`No more than 1 calls of account ${account} of the integration`)
    expect(second.body.detail).toContain('limits.perAccount.concurrency')
    asked[0]?.response.end()
    await first
    expect(asked).toHaveLength(1)
  })

  test('a caller who leaves, waiting or not, makes room', async () => {
    const account = await connected(sallyport, { baseUrl: upstream.origin, limits: { concurrency: 1 } })
    answer = never
    const inside = openCall(sallyport, `${account}/inside`)
    inside.request.end()
    await until(() => asked.length === 1)
    const waiting = openCall(sallyport, `${account}/waiting`)
    waiting.request.end()
    await once(waiting.request, 'finish')
    const last = call(account, 'last')
    waiting.request.destroy()
    inside.request.destroy()
    await until(() => asked.length === 2)
    asked[1]?.response.end('ok')
    expect((await last).status).toBe(200)
    expect(asked.map(({ request }) => request.url)).toEqual(['/inside', '/last'])
  })

  test('a WebSocket keeps its place until it is closed', async () => {
    const server = await echoServer()
    onTestFinished(() => server.close())
    const account = await connected(sallyport, { baseUrl: server.origin, limits: { concurrency: 1 } })
    const client = await opened(sallyport, `${account}/live`)
    const waiting = call(account)
    await turn()
    const refused = await call(account, '', { 'sallyport-timeout': '50ms' })
    expect([refused.status, refused.body.code]).toEqual([429, 'limit_reached'])
    client.close()
    expect((await waiting).text).toBe('ok')
  })

  test('a rate is kept to, and what would wait too long hears it at once', async () => {
    const account = await connected(sallyport, {
      baseUrl: upstream.origin,
      limits: { rate: { requests: 2, seconds: 60 } },
    })
    expect([(await call(account)).status, (await call(account)).status]).toEqual([200, 200])
    const third = await call(account)
    expect([third.status, Number(third.headers.get('retry-after'))]).toEqual([429, expect.closeTo(60, -1)])
    expect(third.body.detail).toContain('No more than 2 requests of the integration')
    expect(asked).toHaveLength(2)
  })
})

describe('an API that has had too much', () => {
  test('says so to its caller, and is left alone as long as it asks', async () => {
    const account = await connected(sallyport, { baseUrl: upstream.origin })
    answer = (_, response) => response.writeHead(429, { 'retry-after': '60' }).end('slow down')
    const first = await call(account)
    expect([first.status, first.text, first.headers.get('sallyport-error')]).toEqual([429, 'slow down', null])
    const second = await call(account)
    expect([second.status, second.body.code, second.headers.get('retry-after')]).toEqual([
      ...[429, 'limit_reached', '60'],
    ])
    expect(asked).toHaveLength(1)
  })

  test('is waited for where it does not take long', async () => {
    const account = await connected(sallyport, { baseUrl: upstream.origin })
    answer = (_, response) => response.writeHead(503, { 'retry-after': '1' }).end()
    expect((await call(account)).status).toBe(503)
    answer = (_, response) => response.end('ok')
    expect((await call(account)).status).toBe(200)
  })
})

describe('Sallyport-Retry', () => {
  test('has what failed transiently sent again, and nothing that might be done twice', async () => {
    const account = await connected(sallyport, { baseUrl: upstream.origin })
    answer = (_, response) => response.writeHead(asked.length < 3 ? 503 : 200).end(`reply ${asked.length}`)
    expect((await call(account, '', { 'sallyport-retry': '2' })).text).toBe('reply 3')
    asked = []
    expect((await call(account, '', { 'sallyport-retry': '2' }, 'POST')).text).toBe('reply 1')
    expect((await call(account, '', { 'sallyport-retry': '2' }, 'PUT')).text).toBe('reply 3')
    expect(asked[0]?.request.headers['sallyport-retry']).toBeUndefined()
  })

  test.each(['6', '-1', 'yes', ''])('%j is refused', async (text) => {
    const account = await connected(sallyport, { baseUrl: upstream.origin })
    const reply = await call(account, '', { 'sallyport-retry': text })
    expect([reply.status, reply.body.detail]).toEqual([400, 'Sallyport-Retry takes a number from 0 to 5.'])
    expect(asked).toEqual([])
  })
})

test('a definition says how long each phase may take', async () => {
  const account = await connected(sallyport, { baseUrl: upstream.origin, timeouts: { headers: 0.1 } })
  answer = never
  const reply = await call(account)
  expect([reply.status, reply.body.code]).toEqual([504, 'upstream_timeout'])
  expect(reply.body.detail).toContain('did not begin to answer within 0.1 s')
})

test('every fault of what a definition says of its traffic is named at once', async () => {
  const defined = await sallyport.request('POST', '/v1/integrations', {
    ...{ key: 'faulty', name: 'Faulty', baseUrl: upstream.origin },
    auth: {
      ...{ type: 'oauth2', grant: 'client_credentials', clientId: 'id', clientSecret: 'secret' },
      ...{ tokenUrl: `${upstream.origin}/token`, authErrors: { rateLimited: { statuses: [403] } } },
    },
    limits: { concurrency: 0, rate: { requests: 1, seconds: 100_000 }, queue: { depth: 1 } },
    rateLimit: { statuses: [429], values: ['x'], reset: { path: 'X-Reset', unit: 'days' } },
    timeouts: { connect: 0 },
    retry: { times: 6 },
  })
  expect(defined.status).toBe(422)
  expect(defined.body.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
    ...['/limits/concurrency', '/limits/queue/depth', '/limits/rate/seconds'],
    ...['/rateLimit/reset/path', '/rateLimit/reset/unit', '/rateLimit/statuses', '/retry/times'],
    '/timeouts/connect',
  ])
  const files = await sallyport.request('POST', '/v1/integrations', {
    ...{ key: 'files', name: 'Files', hosts: ['files.example.com'], limits: { concurrency: 1 } },
    auth: { type: 'sftp', host: 'files.example.com', hostKey: 'SHA256:AAAA' },
  })
  expect(files.body.errors).toContainEqual(
    expect.objectContaining({ path: '/limits', code: 'not_for_this_type' }),
  )
})

test('a WebSocket counts among the calls of its organization until it is closed', async () => {
  const server = await echoServer()
  onTestFinished(() => server.close())
  const account = await connected(sallyport, { baseUrl: server.origin })
  const clients = await Promise.all(Array.from({ length: 8 }, () => opened(sallyport, `${account}/live`)))
  expect((await call(account)).body.code).toBe('limit_reached')
  for (const client of clients) client.close()
  let status = 0
  while (status !== 200) status = (await call(account)).status
})

test('an organization has so many calls under way, and one that ended makes room', async () => {
  const account = await connected(sallyport, { baseUrl: upstream.origin })
  answer = never
  const open = Array.from({ length: 8 }, () => {
    const { request, reply } = openCall(sallyport, account)
    request.end()
    return { request, reply }
  })
  await until(() => asked.length === 8)
  const refused = await call(account)
  expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([
    ...[429, 'limit_reached', '1'],
  ])
  expect(refused.body.detail).toContain('SALLYPORT_ORGANIZATION_CONCURRENCY')
  open[0]?.request.destroy()
  asked[1]?.response.end()
  await open[1]?.reply
  answer = (_, response) => response.end('ok')
  expect((await call(account)).status).toBe(200)
  for (const { request } of open) request.destroy()
})

describe('a key', () => {
  async function newKey(): Promise<string> {
    const input = { name: 'limited', scopes: ['proxy:call', 'accounts:read'] }
    const { body } = await sallyport.request('POST', '/v1/keys', input)
    return body.key
  }

  test('has so many calls under way at once', async () => {
    const account = await connected(sallyport, { baseUrl: upstream.origin })
    const key = await newKey()
    answer = never
    const path = `/proxy/${account}/`
    const replies = [1, 2].map(() => sallyport.request('GET', path, undefined, { key }))
    await until(() => asked.length === 2)
    const refused = await sallyport.request('GET', path, undefined, { key })
    expect([refused.status, refused.body.detail]).toEqual([
      ...[429, expect.stringContaining('SALLYPORT_KEY_CONCURRENCY')],
    ])
    for (const { response } of asked) response.end()
    expect((await Promise.all(replies)).map(({ status }) => status)).toEqual([200, 200])
  })

  test('is served so often in a second, whatever it asks for', async () => {
    const account = await connected(sallyport, { baseUrl: upstream.origin })
    const key = await newKey()
    const paths = Array.from({ length: 10 }, (_, index) =>
      index % 2 ? '/v1/accounts' : `/proxy/${account}/`,
    )
    const replies = []
    for (const path of paths) replies.push(await sallyport.request('GET', path, undefined, { key }))
    const refused = replies.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    for (const { body } of refused) expect(body.detail).toContain('SALLYPORT_KEY_REQUESTS_PER_SECOND')
  })
})

describe('without a valid key', () => {
  test('an address is told so often what is wrong, and then when to come back; a valid key is served', async () => {
    const account = await connected(sallyport, { baseUrl: upstream.origin })
    const attempts = [
      ...Array.from({ length: 11 }, () => ['GET', '/v1/accounts'] as const),
      ...Array.from({ length: 11 }, () => ['GET', `/proxy/${account}/`] as const),
    ]
    const replies = []
    for (const [method, path] of attempts) {
      replies.push(await sallyport.request(method, path, undefined, { key: 'wrong' }))
    }
    expect(replies.slice(0, 20).every(({ status }) => status === 401)).toBe(true)
    for (const { status, body, headers } of replies.slice(20)) {
      expect([status, body.code, Number(headers.get('retry-after'))]).toEqual([
        ...[429, 'limit_reached', expect.closeTo(60, -2)],
      ])
    }
    expect((await call(account)).status).toBe(200)
    expect((await sallyport.request('GET', '/v1/accounts')).status).toBe(200)
  })
})
