import { gzipSync } from 'node:zlib'
import { faults, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { connected, exchange, failureOf } from './passage.suite.ts'
import { freePort, startSallyport, type TestSallyport } from './sallyport.suite.ts'
import { type WireMessage, type WireServer, wireServer } from './wire.suite.ts'

let sallyport: TestSallyport
let upstream: WireServer

beforeAll(async () => {
  sallyport = await startSallyport()
  upstream = await wireServer()
})
afterAll(async () => {
  await sallyport.close()
  await upstream.close()
})

async function call(
  line: string,
  headers: readonly string[] = [],
  body: string | Buffer = '',
): Promise<{ reply: WireMessage; sent: WireMessage | undefined }> {
  const [method, path] = line.split(' ')
  const before = upstream.requests.length
  const reply = await exchange(sallyport, `${method} /proxy/${path}`, headers, body)
  return { reply, sent: upstream.requests[before] }
}

describe('the definition', () => {
  test('adds its headers and query, in place of the caller’s of the same name', async () => {
    const id = await connected(
      sallyport,
      {
        baseUrl: upstream.origin,
        parameters: [{ name: 'tenant' }],
        request: {
          headers: { 'X-Tenant': '{tenant}', Accept: 'text/x' },
          query: { v: '2', 't n': '{tenant}&' },
        },
      },
      { secret: { token: 'the-token' }, parameters: { tenant: 'a b' } },
    )
    const headers = ['x-tenant: mine', 'X_TENANT: mine', 'accept: mine', 'X-Other: 1']
    const { sent } = await call(`GET ${id}/x?v=1&a=1&%76=3&t+n=4&t%20n&V=5`, headers)
    expect(sent?.line).toBe('GET /x?a=1&V=5&v=2&t%20n=a%20b%26 HTTP/1.1')
    expect([sent?.all('x-tenant'), sent?.all('accept'), sent?.all('x-other')]).toEqual([
      ['a b'],
      ['text/x'],
      ['1'],
    ])
    expect(sent?.all('x_tenant')).toEqual([])
  })

  test('merges its fields into a JSON object', async () => {
    const id = await connected(
      sallyport,
      withBody({ tenant: '{tenant}', 'a"b': [1, { n: '{tenant}' }] }),
      tenant,
    )
    const type = ['Content-Type: application/json; charset=utf-8']
    const { sent } = await call(`POST ${id}/x`, type, ' {"id": [1, {"n": "}"}], "x": "\u00e9"} \n')
    const ours = { tenant: 't"1', 'a"b': [1, { n: 't"1' }] }
    expect(JSON.parse(String(sent?.body))).toEqual({ id: [1, { n: '}' }], x: 'é', ...ours })
    expect(sent?.all('content-length')).toEqual([String(sent?.body.length)])
    const replaced = await call(
      `POST ${id}/x`,
      ['Content-Type: application/vnd.x+json'],
      '{"tenant":1,"b":{}}',
    )
    expect(JSON.parse(String(replaced.sent?.body))).toEqual({ b: {}, ...ours })
    const empty = await call(`POST ${id}/x`, type, '{}')
    expect(JSON.parse(String(empty.sent?.body))).toEqual(ours)
  })

  test('leaves a JSON object’s other members as they were written, also beside one that it replaces', async () => {
    const id = await connected(sallyport, withBody({ v: 2 }))
    const bodies = ['{"id":12345678901234567890}', '{"v":{"v":",}"},"id":12345678901234567890 ,"\\u0076":1}']
    for (const body of bodies) {
      const { sent } = await call(`POST ${id}/x`, ['Content-Type: application/json'], body)
      expect(String(sent?.body).replaceAll(' ', '')).toBe('{"id":12345678901234567890,"v":2}')
    }
  })

  test('merges its fields into a form, the caller’s other fields byte for byte', async () => {
    const id = await connected(sallyport, withBody({ v: '2 3', list: [1] }))
    const type = ['Content-Type: application/x-www-form-urlencoded']
    const { sent } = await call(`POST ${id}/x`, type, 'a=%E9+%20&v=1&%76=5&b')
    expect(sent?.body.toString('latin1').split('&').slice(0, 2)).toEqual(['a=%E9+%20', 'b'])
    expect([...new URLSearchParams(String(sent?.body))].slice(2)).toEqual([
      ['v', '2 3'],
      ['list', '[1]'],
    ])
  })

  test('merges into a body that comes in chunks', async () => {
    const id = await connected(sallyport, withBody({ v: 2 }))
    const headers = ['Content-Type: application/json', 'Transfer-Encoding: chunked']
    const { sent } = await call(`POST ${id}/x`, headers, '7\r\n{"a":1}\r\n0\r\n\r\n')
    expect([String(sent?.body), sent?.all('content-length')]).toEqual(['{"a":1,"v":2}', ['13']])
  })

  const big = JSON.stringify({ text: 'x'.repeat(1_048_576) })
  test.each([
    ['an array', 'application/json', '[1]'],
    ['no JSON', 'application/json', '{"a":'],
    ['text', 'text/plain', '{"a":1}'],
    ['compressed', 'application/json', gzipSync('{"a":1}')],
    ['a compressed form', 'application/x-www-form-urlencoded', gzipSync('a=1')],
    ['longer than 1 MiB', 'application/json', big],
  ])('leaves a body alone that is %s', async (_, type, body) => {
    const id = await connected(sallyport, withBody({ v: 2 }))
    const encoding = typeof body === 'string' ? [] : ['Content-Encoding: gzip']
    const { sent } = await call(`POST ${id}/x`, [`Content-Type: ${type}`, ...encoding], body)
    expect(sent?.body.equals(Buffer.from(body))).toBe(true)
  })

  test('leaves a request without a body without one', async () => {
    const id = await connected(sallyport, withBody({ v: 2 }))
    expect((await call(`POST ${id}/x`, ['Content-Type: application/json'])).sent?.body.length).toBe(0)
  })

  const tenant = { secret: { token: 'the-token' }, parameters: { tenant: 't"1' } }
  const withBody = (body: Readonly<Record<string, unknown>>) => ({
    baseUrl: upstream.origin,
    parameters: [{ name: 'tenant', required: false }],
    request: { body },
  })
})

describe('the credential', () => {
  test.each([
    [undefined, 'GET /x', { authorization: ['Bearer the-token'] }],
    [
      { in: 'header', name: 'X-Key', template: '{token}' },
      'GET /x',
      { 'x-key': ['the-token'], authorization: [] },
    ],
    [{ in: 'query', name: 'api key' }, 'GET /x?api%20key=the-token', { authorization: [] }],
    [
      [
        { in: 'header', name: 'X-Key', template: 'Token {token}' },
        { in: 'header', name: 'X-Kind', template: 'app' },
        { in: 'query', name: 'k', template: 'a {token}' },
      ],
      'GET /x?k=a%20the-token',
      { 'x-key': ['Token the-token'], 'x-kind': ['app'], authorization: [] },
    ],
  ])('goes where the placement says: %j', async (placement, line, headers) => {
    const id = await connected(sallyport, { baseUrl: upstream.origin, ...(placement && { placement }) })
    const { sent } = await call(`GET ${id}/x`)
    expect(sent?.line).toBe(`${line} HTTP/1.1`)
    for (const [name, values] of Object.entries(headers)) expect(sent?.all(name)).toEqual(values)
  })

  test('of a basic account is user name and password in base64', async () => {
    const secret = { username: 'jörg', password: 'a:b' }
    const id = await connected(sallyport, { baseUrl: upstream.origin, auth: { type: 'basic' } }, { secret })
    const { sent } = await call(`GET ${id}/x`)
    expect(sent?.all('authorization')).toEqual([`Basic ${Buffer.from('jörg:a:b').toString('base64')}`])
  })
})

test('a value in a test request ends no segment, and adds no parameter', async () => {
  const id = await connected(
    sallyport,
    {
      baseUrl: upstream.origin,
      parameters: [{ name: 'user' }],
      test: { method: 'GET', path: '/users/{user}/me?q={user}&x=?' },
    },
    { secret: { token: 'the-token' }, parameters: { user: 'a/b?c=d&e#f' } },
  )
  await sallyport.request('POST', `/v1/accounts/${id}/test`)
  const encoded = 'a%2Fb%3Fc%3Dd%26e%23f'
  expect(upstream.requests.at(-1)?.line).toBe(`GET /users/${encoded}/me?q=${encoded}&x=? HTTP/1.1`)
})

describe('Sallyport-Target', () => {
  let id: string
  beforeAll(async () => {
    id = await connected(sallyport, { baseUrl: `${upstream.origin}/base`, request: { query: { v: '2' } } })
  })

  test.each([
    ['/elsewhere', '', '/elsewhere?v=2'],
    ['', '', '/?v=2'],
    ['/a%2Fb/?x=1&v=1&y=%7e', '?z=3', '/a%2Fb/?x=1&y=%7e&z=3&v=2'],
    ['/a#fragment', '', '/a?v=2'],
  ])('is the whole address, in place of base URL and path: %s', async (target, query, expected) => {
    const { sent } = await call(`GET ${id}/${query}`, [`Sallyport-Target: ${upstream.origin}${target}`])
    expect([sent?.line, sent?.all('sallyport-target')]).toEqual([`GET ${expected} HTTP/1.1`, []])
  })

  test('serves a definition without a base URL, which is lost without it', async () => {
    const free = await connected(sallyport, { hosts: [upstream.origin] })
    const { sent } = await call(`GET ${free}`, [`Sallyport-Target: ${upstream.origin}/x`])
    expect(sent?.line).toBe('GET /x HTTP/1.1')
    expect(failureOf((await call(`GET ${free}/x`)).reply)).toEqual([400, 'target_refused'])
  })

  test.each([
    ['/path', '/x', 'target_refused'],
    ['', '/../x', 'path_refused'],
    ['', '/a/%2e%2E/x', 'path_refused'],
    ['', '/a/%252e%252e%252fx', 'path_refused'],
    ['', '//x', 'path_refused'],
    ['', '/a%5cb', 'path_refused'],
    ['', '/a%00', 'path_refused'],
  ])('is refused with the path "%s" and the target path "%s"', async (path, target, code) => {
    const { reply, sent } = await call(`GET ${id}${path}`, [`Sallyport-Target: ${upstream.origin}${target}`])
    expect([failureOf(reply), sent]).toEqual([[400, code], undefined])
  })
})

describe('Sallyport-Timeout', () => {
  test.each(['5', '0s', '-1s', '1m', '1.5s', 's', '1 s', '99999999s', '5s, 6s'])(
    'refuses "%s"',
    async (text) => {
      const id = await connected(sallyport, { baseUrl: upstream.origin })
      const { reply, sent } = await call(`GET ${id}/x`, [`Sallyport-Timeout: ${text}`])
      expect([failureOf(reply), sent]).toEqual([[400, 'bad_request'], undefined])
    },
  )

  test.each(['200ms', '1s'])('of %s ends a wait for the first byte', async (text) => {
    const provider = await loopbackProvider()
    onTestFinished(provider.close)
    provider.script('GET /slow', faults.hang())
    const id = await connected(sallyport, { baseUrl: provider.origin })
    const { reply } = await call(`GET ${id}/slow`, [`Sallyport-Timeout: ${text}`])
    expect(failureOf(reply)).toEqual([504, 'upstream_timeout'])
    expect(provider.received('GET /slow')[0]?.headers).not.toHaveProperty('sallyport-timeout')
  })

  test('does not limit a reply that has begun', async () => {
    const provider = await loopbackProvider()
    onTestFinished(provider.close)
    provider.script('GET /slow', faults.drip('0123456789', 10))
    const id = await connected(sallyport, { baseUrl: provider.origin })
    const { reply } = await call(`GET ${id}/slow`, ['Sallyport-Timeout: 200ms'])
    expect(reply.body.toString()).toBe('0123456789')
  })
})

describe('a failure of our own says so as a problem and in Sallyport-Error', () => {
  test('with a request id, and nothing that a browser would execute or store', async () => {
    const { reply } = await call('GET acc_1/x')
    const problem = JSON.parse(String(reply.body))
    expect(problem).toMatchObject({ status: 404, code: 'not_found', title: expect.any(String) })
    expect([problem.requestId]).toEqual(reply.all('sallyport-request-id'))
    const security = ['x-content-type-options', 'content-security-policy', 'cache-control'].flatMap(reply.all)
    expect(security).toEqual(['nosniff', 'sandbox', 'no-store'])
  })

  test.each([
    ['acc_1/x', ['Authorization: Bearer wrong'], 401, 'key_invalid'],
    ['acc_1/x', ['Authorization: Basic eDp5'], 401, 'key_invalid'],
    ['acc_1/x', [], 404, 'not_found'],
    ['crm/x', [], 400, 'profile_required'],
    ['/x', [], 400, 'profile_required'],
    ['', [], 400, 'profile_required'],
  ])('%s %j → %i %s', async (path, headers, status, code) => {
    expect(failureOf((await call(`GET ${path}`, headers)).reply)).toEqual([status, code])
  })

  test('an account that was never connected, or is disabled', async () => {
    const auth = { type: 'oauth2', clientId: 'c', authorizationUrl: `${upstream.origin}/a` }
    const oauth2 = { baseUrl: upstream.origin, auth: { ...auth, tokenUrl: `${upstream.origin}/t` } }
    const pending = await connected(sallyport, oauth2, {})
    expect(failureOf((await call(`GET ${pending}/x`)).reply)).toEqual([409, 'account_pending'])
    const disabled = await connected(sallyport, { baseUrl: upstream.origin })
    await sallyport.request('PATCH', `/v1/accounts/${disabled}`, { disabled: true })
    expect(failureOf((await call(`GET ${disabled}/x`)).reply)).toEqual([409, 'account_disabled'])
  })

  test('an upstream that refuses, resets, breaks off or talks nonsense', async () => {
    const refuses = await connected(sallyport, { baseUrl: `http://127.0.0.1:${await freePort()}` })
    expect(failureOf((await call(`GET ${refuses}/x`)).reply)).toEqual([502, 'upstream_unreachable'])
    const odd = await wireServer()
    onTestFinished(odd.close)
    const id = await connected(sallyport, { baseUrl: odd.origin })
    const nonsense = [
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nabc',
      'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nConnection: close\r\n\r\nx',
      'HTTP/1.1 200 OK\r\nX: 1\r\n folded\r\nContent-Length: 0\r\n\r\n',
      'HTTP/1.1 200 OK\nContent-Length: 0\n\n',
      'HTTP/1.1 200 OK\r\nX: a\x01b\r\nContent-Length: 0\r\n\r\n',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
      'SSH-2.0-OpenSSH\r\n\r\n',
    ]
    for (const answer of nonsense) {
      odd.answer = () => answer
      expect([answer, failureOf((await call(`GET ${id}/x`)).reply)]).toEqual([
        answer,
        [502, 'upstream_unreachable'],
      ])
    }
    const provider = await loopbackProvider()
    onTestFinished(provider.close)
    provider.script('GET /x', faults.reset())
    const resets = await connected(sallyport, { baseUrl: provider.origin })
    expect(failureOf((await call(`GET ${resets}/x`)).reply)).toEqual([502, 'upstream_unreachable'])
  })
})
