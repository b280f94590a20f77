import { canary, findCanaries, type Sink, sink } from '@sallyport/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { connected, exchange, failureOf, requestText } from './passage.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'
import { rawExchange, type WireMessage, type WireServer, wireReply, wireServer } from './wire.suite.ts'

let sallyport: TestSallyport
let upstream: WireServer
let elsewhere: Sink
let account: string
const secret = canary('the credential')
const adminKey = canary('the caller’s key')

beforeAll(async () => {
  sallyport = await startSallyport({ SALLYPORT_ADMIN_KEY: adminKey })
  upstream = await wireServer()
  elsewhere = await sink()
  account = await connected(sallyport, { baseUrl: `${upstream.origin}/base` }, { secret: { token: secret } })
})
afterAll(async () => {
  await Promise.all([sallyport.close(), upstream.close(), elsewhere.close()])
})
afterEach(() => {
  upstream.answer = () => wireReply()
  expect(elsewhere.connections).toBe(0)
})

async function call(
  line: string,
  headers: readonly string[] = [],
  body: string | Buffer = '',
): Promise<{ reply: WireMessage; sent: WireMessage | undefined }> {
  const [method, path] = line.split(/ (.*)/s)
  const before = upstream.requests.length
  const reply = await exchange(sallyport, `${method} /proxy/${path}`, headers, body)
  return { reply, sent: upstream.requests[before] }
}

function textOf({ line, headers, body }: WireMessage): string {
  return [line, ...headers.map((header) => header.join(': ')), '', body.toString('latin1')].join('\n')
}

describe('the caller’s key', () => {
  test.each([
    [['authorization: Bearer {key}']],
    [['AUTHORIZATION: bearer  {key} ']],
    [['Authorization: Bearer {key}', 'authorization: Bearer {key}']],
    [['Authorization: Bearer {key}', 'Proxy-Authorization: Bearer {key}']],
    [['Authorization: Bearer {key}', 'Proxy_Authorization: Bearer {key}']],
    [['Authorization: Bearer {key}', 'Sallyport-Key: {key}', 'SALLYPORT_KEY: {key}']],
    [['X-Other-Key: {key}', 'Authorization: Bearer {key}', 'Cookie: a=1; session={key}']],
    [['Authorization: Bearer {key}', 'X-Authorization: Bearer {key}', 'Referer: https://x/?k={key}']],
  ])('is not forwarded: %j', async (written) => {
    const headers = written.map((header) => header.replace('{key}', adminKey))
    const { sent } = await call(`GET ${account}/x`, headers)
    expect(sent?.all('authorization')).toEqual([`Bearer ${secret}`])
    expect(sent && findCanaries(textOf(sent))).toEqual(['the credential'])
    const placement = { in: 'header', name: 'X-Api-Key', template: '{token}' }
    const elsewherePlaced = await connected(sallyport, { baseUrl: upstream.origin, placement })
    const { sent: bare } = await call(`GET ${elsewherePlaced}/x`, headers)
    expect(bare?.all('authorization')).toEqual([])
    expect(bare && findCanaries(textOf(bare))).toEqual([])
  })

  test('is not forwarded in a query either, and refused where it is in the address itself', async () => {
    const { sent } = await call(`GET ${account}/x?a=1&access_token=${adminKey}&b=2`)
    expect(sent?.line).toBe('GET /base/x?a=1&b=2 HTTP/1.1')
    const target = [`Sallyport-Target: ${upstream.origin}/base/x?key=${adminKey}`]
    for (const refused of [
      await call(`GET ${account}/${adminKey}/x`),
      await call(`GET ${account}`, target),
    ]) {
      expect([failureOf(refused.reply), refused.sent]).toEqual([[400, 'bad_request'], undefined])
    }
  })

  test.each([
    ['the query', '?access_token=', []],
    ['a cookie', '', ['Cookie: session=']],
    ['another header', '', ['X-Api-Key: ']],
    ['Proxy-Authorization', '', ['Proxy-Authorization: Bearer ']],
    ['another scheme', '', ['Authorization: Basic ']],
  ])('opens nothing from %s', async (_, query, headers) => {
    const withKey = headers.map((header) => `${header}${adminKey}`)
    const own = withKey.some((header) => header.startsWith('Auth'))
      ? withKey
      : [...withKey, 'Authorization: ']
    const { reply, sent } = await call(`GET ${account}/x${query && query + adminKey}`, own)
    expect([failureOf(reply), sent]).toEqual([[401, 'key_invalid'], undefined])
  })

  test('without proxy:call, or for other accounts, opens nothing', async () => {
    const create = (input: object) => sallyport.request('POST', '/v1/keys', { name: 'k', ...input })
    const reader = (await create({ scopes: ['accounts:read', 'tokens:read', 'organization:admin'] })).body
    const other = await connected(sallyport, { baseUrl: upstream.origin })
    const narrow = (await create({ scopes: ['proxy:call'], accounts: [other] })).body
    const { id, key } = (await create({ scopes: ['proxy:call'], accounts: [account] })).body
    const as = async (text: string) => {
      const { reply, sent } = await call(`GET ${account}/x`, [`Authorization: Bearer ${text}`])
      return [...failureOf(reply), sent?.line]
    }
    expect(await as(reader.key)).toEqual([403, 'scope_missing', undefined])
    expect(await as(narrow.key)).toEqual([404, 'not_found', undefined])
    expect(await as(key)).toEqual([200, undefined, 'GET /base/x HTTP/1.1'])
    await sallyport.request('DELETE', `/v1/keys/${id}`)
    expect(await as(key)).toEqual([401, 'key_invalid', undefined])
  })
})

test('TRACE, which would have a server send the credential back, is refused', async () => {
  const { reply, sent } = await call(`TRACE ${account}/x`)
  expect([...failureOf(reply), sent]).toEqual([405, 'method_refused', undefined])
})

describe('the caller cannot set', () => {
  const names = [
    'Forwarded',
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'x-forwarded-proto',
    'Proxy-Connection',
    'Proxy-Foo',
    'Keep-Alive',
    'TE',
    'Trailer',
    'HTTP2-Settings',
    'Sallyport-Anything',
  ]
  const forms = names.flatMap((name) => [name, name.toUpperCase(), name.replaceAll('-', '_')])

  test.each([...new Set(forms), 'Content_Length', 'Transfer_Encoding', 'Host_', 'Connection_'])(
    '%s',
    async (name) => {
      const { reply, sent } = await call(`POST ${account}/x`, [`${name}: 1`], 'body')
      expect(reply.line).toBe('HTTP/1.1 200 OK')
      const framing = ['Host_', 'Connection_'].includes(name) ? [] : sent?.all(name)
      expect([framing, sent?.all('host'), sent?.all('content-length'), sent?.body.toString()]).toEqual([
        [],
        [new URL(upstream.origin).host],
        ['4'],
        'body',
      ])
    },
  )

  test('Upgrade: the request goes without it', async () => {
    const { reply, sent } = await call(`GET ${account}/x`, [
      'Connection: close, Upgrade',
      'Upgrade: websocket',
    ])
    expect([reply.line, sent?.all('upgrade')]).toEqual(['HTTP/1.1 200 OK', []])
  })

  test('what is listed in Connection, in any of several such headers', async () => {
    const listed = ['Connection: close, X-One', 'connection: x_two', 'X-One: 1', 'X-Two: 2', 'X-Three: 3']
    const { sent } = await call(`GET ${account}/x`, listed)
    expect(['x-one', 'x-two', 'x-three'].map((name) => sent?.all(name).length)).toEqual([0, 0, 1])
  })

  test('away our credential or the body’s framing by listing them', async () => {
    const list = 'Connection: close, Authorization, Host, Content-Length, Content-Type'
    const { sent } = await call(`POST ${account}/x`, [list, 'Content-Type: text/x'], 'body')
    expect(sent?.all('authorization')).toEqual([`Bearer ${secret}`])
    expect([sent?.all('content-type'), sent?.all('host').length, sent?.body.toString()]).toEqual([
      ['text/x'],
      1,
      'body',
    ])
  })

  test('the header that carries the credential, in any case and form', async () => {
    const placement = { in: 'header', name: 'X-Api-Key', template: '{token}' }
    const id = await connected(
      sallyport,
      { baseUrl: upstream.origin, placement },
      { secret: { token: secret } },
    )
    const mine = ['X-Api-Key', 'x-api-key', 'X_API_KEY', 'x-Api_key'].map((name) => `${name}: mine`)
    const { sent } = await call(`GET ${id}/x`, mine)
    const seen = sent?.headers.filter(([name]) => /api.key/i.test(name))
    expect(seen).toEqual([['X-Api-Key', secret]])
  })

  test('the cookie that carries the credential', async () => {
    const placement = { in: 'header', name: 'Cookie', template: 'sid={token}' }
    const id = await connected(
      sallyport,
      { baseUrl: upstream.origin, placement },
      { secret: { token: secret } },
    )
    const { sent } = await call(`GET ${id}/x`, ['Cookie: sid=mine', 'COOKIE: a=1'])
    expect(sent?.all('cookie')).toEqual([`sid=${secret}`])
  })

  test.each([
    'api_key=mine',
    '%61pi_key=mine',
    'api%5Fkey=mine',
    '%61%70%69%5f%6b%65%79=mine',
    'API_KEY=mine',
    'api_key',
    'api_key=mine&api_key=mine',
    'x=1;api_key=mine',
    'api_key;x=mine',
  ])('the query parameter that carries the credential: %s', async (query) => {
    const placement = { in: 'query', name: 'api_key' }
    const id = await connected(
      sallyport,
      { baseUrl: upstream.origin, placement },
      { secret: { token: secret } },
    )
    const { sent } = await call(`GET ${id}/x?a=1&${query}&b=2`)
    expect(sent?.line).toBe(`GET /x?a=1&b=2&api_key=${secret} HTTP/1.1`)
  })
})

describe('a path', () => {
  const encoded = (text: string) => text.replace(/[./\\\0]/g, hex)
  const hex = (character: string) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  const again = (text: string) => text.replaceAll('%', '%25')
  const attacks = [
    '..',
    '.',
    'a/..',
    'a/../..',
    './a',
    'a/./b',
    'a/..;/b',
    '..;x=1',
    'a\\b',
    '..\\a',
    '\\\\host/a',
  ]
  const wicked = attacks.flatMap((plain) => {
    const once = encoded(plain)
    return [plain, once, once.toUpperCase().replaceAll('A', 'a'), again(once), again(again(once))]
  })
  const controls = [
    '%00',
    'a%00b',
    'a%0d%0aX:1',
    '%250a',
    '%25257f',
    '%1f',
    '.%2e/a',
    '%2e./a',
    'a%2f../b',
    'a%2F..%2Fb',
  ]

  test.each([...new Set([...wicked, ...controls, '/host/a', '//host/a'])])(
    '"%s" is refused',
    async (path) => {
      const { reply, sent } = await call(`GET ${account}/${path}`)
      expect([failureOf(reply), sent]).toEqual([[400, 'path_refused'], undefined])
    },
  )

  test.each(['a b', 'a\tb', 'a\x01b', 'a\x7fb', 'a\0b', 'a\xe9b'])('%j is not even HTTP', async (path) => {
    const before = upstream.requests.length
    const answer = await rawExchange(
      sallyport.origin,
      requestText(sallyport, `GET /proxy/${account}/${path}`),
    )
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 /)
    expect(upstream.requests.length).toBe(before)
  })

  test('with a fragment is refused: what we add to the query would be lost in it', async () => {
    for (const path of ['a#b', 'a?b#c', '#', '?#']) {
      const { reply, sent } = await call(`GET ${account}/${path}`)
      expect([path, Number(reply.line.split(' ')[1]), sent]).toEqual([path, 400, undefined])
    }
  })

  test('that passes moves neither host nor prefix', async () => {
    const host = new URL(elsewhere.origin).host
    const odd = [
      '@',
      ':80@',
      '.evil.test/',
      ';@',
      '%40',
      '%2F%2F',
      'http://',
      'http:%2f%2f',
      ':',
      '%252525252e%2f',
    ]
    for (const start of odd) {
      const { sent } = await call(`GET ${account}/${start}${host}`)
      expect(sent?.line).toBe(`GET /base/${start}${host} HTTP/1.1`)
      expect(sent?.all('host')).toEqual([new URL(upstream.origin).host])
    }
  })
})

describe('framing that two servers could read differently is refused', () => {
  const body = '0\r\n\r\nGET /proxy/smuggled HTTP/1.1\r\nHost: x\r\n\r\n'
  test.each([
    ['length and chunks', ['Content-Length: 4', 'Transfer-Encoding: chunked']],
    ['chunks and length', ['Transfer-Encoding: chunked', 'Content-Length: 4']],
    ['two lengths', ['Content-Length: 4', 'Content-Length: 5']],
    ['a list of lengths', ['Content-Length: 4, 5']],
    ['the same length twice', ['Content-Length: 4', 'Content-Length: 4']],
    ['a signed length', ['Content-Length: +4']],
    ['a hexadecimal length', ['Content-Length: 0x4']],
    ['a length of too many digits', ['Content-Length: 99999999999999999999999']],
    ['an encoding that is not chunked', ['Transfer-Encoding: identity']],
    ['chunked, but not last', ['Transfer-Encoding: chunked, gzip']],
    ['chunked last, behind another', ['Transfer-Encoding: gzip, chunked']],
    ['chunked last, in another header', ['Transfer-Encoding: xchunked', 'Transfer-Encoding: chunked']],
    ['chunked in odd letters', ['Transfer-Encoding: xchunked']],
    ['chunked twice', ['Transfer-Encoding: chunked', 'Transfer-Encoding: gzip']],
    ['space before the colon', ['Content-Length : 4']],
    ['a folded header', ['X-Folded: a\r\n b', 'Content-Length: 4']],
    ['a header folded at once', ['X-Folded:\r\n\tb', 'Content-Length: 4']],
    ['a bare line feed', ['X-One: a\nX-Two: b', 'Content-Length: 4']],
    ['a bare carriage return', ['X-One: a\rX-Two: b', 'Content-Length: 4']],
    ['a NUL', ['X-One: a\0b', 'Content-Length: 4']],
    ['a name with a space', ['X One: a', 'Content-Length: 4']],
    ['no name', [': a', 'Content-Length: 4']],
  ])('%s', async (_, headers) => {
    const before = upstream.requests.length
    const head = requestText(sallyport, `POST /proxy/${account}/x`, headers)
    const answer = (await rawExchange(sallyport.origin, Buffer.concat([head, Buffer.from(body)]))).toString()
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1)
    expect(upstream.requests.length).toBe(before)
  })

  test.each([
    ['line feeds alone', 'GET /proxy/{account}/x HTTP/1.1\nHost: x\nAuthorization: Bearer {key}\n\n'],
    ['no Host', 'GET /proxy/{account}/x HTTP/1.1\r\nAuthorization: Bearer {key}\r\n\r\n'],
    ['another protocol', 'GET /proxy/{account}/x HTTP/3.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n'],
    ['CONNECT', 'CONNECT /proxy/{account}/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n'],
  ])('a request with %s', async (_, text) => {
    const before = upstream.requests.length
    const bytes = text.replace('{account}', account).replace('{key}', adminKey)
    expect((await rawExchange(sallyport.origin, bytes)).toString()).not.toMatch(/^HTTP\/1\.1 [235]/)
    expect(upstream.requests.length).toBe(before)
  })

  test('a request behind one without Host, in the same packet', async () => {
    const before = upstream.requests.length
    const line = `GET /proxy/${account}/x HTTP/1.1\r\n`
    const whole = `${line}Host: x\r\nAuthorization: Bearer ${adminKey}\r\n\r\n`
    const answer = (await rawExchange(sallyport.origin, `${line}\r\n${whole}`)).toString()
    expect(answer.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 400'])
    expect(upstream.requests.length).toBe(before)
  })

  test.each(['zz\r\n', '-1\r\n', '4;x=\n', '3\r\nabcd', 'fffffffffffffffff\r\n'])(
    'a chunk that begins %j',
    async (chunk) => {
      const head = requestText(sallyport, `POST /proxy/${account}/x`, ['Transfer-Encoding: chunked'])
      const answer = (
        await rawExchange(sallyport.origin, Buffer.concat([head, Buffer.from(chunk + body)]))
      ).toString()
      expect(answer).not.toMatch(/^HTTP\/1\.1 2/)
      expect(upstream.requests.some(({ line }) => line.includes('smuggled'))).toBe(false)
    },
  )
})

test('neither the credential nor the caller’s key is logged, wherever they stood', async () => {
  const placement = { in: 'query', name: 'api_key' }
  const gone = await wireServer()
  await gone.close()
  const unreachable = { baseUrl: gone.origin, placement }
  const id = await connected(sallyport, unreachable, { secret: { token: secret } })
  await call(`GET ${id}/x?key=${adminKey}`, [`Cookie: ${adminKey}`])
  upstream.answer = ({ headers }) => wireReply('500 Oops', [], JSON.stringify(headers))
  expect((await call(`GET ${account}/x`)).reply.body.toString()).toContain(secret)
  upstream.answer = () => `HTTP/1.1 200 ${secret}\r\n${secret}\r\n\r\n`
  await call(`GET ${account}/x`)
  await call(`GET ${account}/../${adminKey}`)
  expect(sallyport.logged()).toContain('upstream_unreachable')
  expect(findCanaries(sallyport.logged())).toEqual([])
})
