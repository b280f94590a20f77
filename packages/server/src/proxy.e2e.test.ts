import { METHODS } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connected, exchange, requestText } from './passage.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'
import { rawExchange, type WireMessage, type WireServer, wireReply, wireServer } from './wire.suite.ts'

let sallyport: TestSallyport
let upstream: WireServer
let account: string

beforeAll(async () => {
  sallyport = await startSallyport()
  upstream = await wireServer()
  account = await connected(sallyport, { baseUrl: `${upstream.origin}/base` })
})
afterAll(async () => {
  await sallyport.close()
  await upstream.close()
})
beforeEach(() => {
  upstream.answer = () => wireReply()
})

/** Calls with this path after the account, and gives what reached the upstream as well. */
async function call(
  line: string,
  headers: readonly string[] = [],
  body: string | Buffer = '',
  through = account,
): Promise<{ reply: WireMessage; sent: WireMessage | undefined }> {
  const [method, path = ''] = line.split(' ')
  const before = upstream.requests.length
  const reply = await exchange(sallyport, `${method} /proxy/${through}${path}`, headers, body)
  return { reply, sent: upstream.requests[before] }
}

describe('the request', () => {
  const methods = METHODS.filter((method) => method !== 'CONNECT' && method !== 'TRACE')

  test.each(methods)('%s passes', async (method) => {
    const { reply, sent } = await call(`${method} /things`)
    expect([reply.line, sent?.line]).toEqual(['HTTP/1.1 200 OK', `${method} /base/things HTTP/1.1`])
  })

  test.each(['GET', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY'])('%s may have a body', async (method) => {
    const { sent } = await call(`${method} /things`, ['Content-Type: text/plain'], 'a body')
    expect([sent?.body.toString(), sent?.all('content-length')]).toEqual(['a body', ['6']])
  })

  test('headers keep their case, order and repetition', async () => {
    const given = [
      'X-bEta: 2',
      'x-ALPHA: 1',
      'X-Twice: a',
      'Accept: text/x',
      'X-Twice: b',
      'X-Empty: ',
      'Cookie: c=1',
    ]
    const { sent } = await call('GET /things', given)
    const names = new Set(['x-beta', 'x-alpha', 'x-twice', 'accept', 'x-empty', 'cookie'])
    const seen = sent?.headers.filter(([name]) => names.has(name.toLowerCase()))
    expect(seen?.map(([name, value]) => `${name}: ${value}`)).toEqual(given)
  })

  test('header values beyond ASCII pass byte for byte', async () => {
    const { sent } = await call('GET /things', ['X-Name: Z\xfcrich \xe2\x82\xac'])
    expect(sent?.all('x-name')).toEqual(['Z\xfcrich \xe2\x82\xac'])
  })

  test('the query passes byte for byte and in order, and ours follows', async () => {
    const id = await connected(sallyport, {
      baseUrl: upstream.origin,
      request: { query: { v: '2 &3' } },
    })
    const query = 'b=2&a=1&&a=%7e+%20&=x&empty=&flag&q=%C3%A9;k=1?&x[]=%5B'
    const { sent } = await call(`GET /things?${query}`, [], '', id)
    expect(sent?.line).toBe(`GET /things?${query}&v=2%20%263 HTTP/1.1`)
  })

  test.each([
    ['/a%2Fb%2fc/d%20e+f', '/base/a%2Fb%2fc/d%20e+f'],
    ['/%41%7E~%E2%82%AC', '/base/%41%7E~%E2%82%AC'],
    ['/a//b/', '/base/a//b/'],
    ["/@scope%2Fname;v=1,2:3!$&'()*=", "/base/@scope%2Fname;v=1,2:3!$&'()*="],
    ['/...', '/base/...'],
    ['/.well-known/x..y', '/base/.well-known/x..y'],
    ['/100%', '/base/100%'],
    ['', '/base'],
    ['/', '/base'],
    ['?a=1', '/base?a=1'],
  ])('the path "%s" is appended as it was sent', async (path, expected) => {
    const { sent } = await call(`GET ${path}`)
    expect(sent?.line).toBe(`GET ${expected} HTTP/1.1`)
  })

  test.each([
    ['', '', '/'],
    ['', '/x?a=1', '/x?a=1'],
    ['/', '', '/'],
    ['/', '/x', '/x'],
    ['/v1', '', '/v1'],
    ['/v1/', '', '/v1/'],
    ['/v1/', '/', '/v1/'],
    ['/v1/', '/x', '/v1/x'],
    ['/v%2F1/', '/x', '/v%2F1/x'],
    ['/v1?key=1', '', '/v1?key=1'],
    ['/v1/?key=1', '/x?a=2', '/v1/x?key=1&a=2'],
  ])('base URL "%s" with path "%s" is %s', async (base, path, expected) => {
    const id = await connected(sallyport, { baseUrl: `${upstream.origin}${base}` })
    const { sent } = await call(`GET ${path}`, [], '', id)
    expect([sent?.line, sent?.all('host')]).toEqual([
      `GET ${expected} HTTP/1.1`,
      [new URL(upstream.origin).host],
    ])
  })

  test('a client that waits for 100 Continue is told to go on, and the upstream is not asked to', async () => {
    const { reply, sent } = await call('POST /things', ['Expect: 100-continue'], 'a body')
    expect([reply.line, sent?.body.toString(), sent?.all('expect')]).toEqual([
      'HTTP/1.1 200 OK',
      'a body',
      [],
    ])
  })

  test.each([10, 100_000, 3_000_000])('a sized body of %i bytes stays sized', async (length) => {
    const { sent } = await call('PUT /things', [], 'x'.repeat(length))
    expect([sent?.all('content-length'), sent?.all('transfer-encoding')]).toEqual([[String(length)], []])
    expect(sent?.body.length).toBe(length)
  })

  test.each([5, 100_000, 3_000_000])('a chunked body of %i bytes arrives whole', async (length) => {
    const body = `${length.toString(16)};ext=1\r\n${'x'.repeat(length)}\r\n2\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n`
    const { sent } = await call('PUT /things', ['Transfer-Encoding: chunked', 'Trailer: X-Trailer'], body)
    expect(sent?.body.toString()).toBe(`${'x'.repeat(length)}de`)
    expect([sent?.all('trailer'), sent?.all('x-trailer')]).toEqual([[], []])
  })

  test.each([
    ['Content-Length: 0', ''],
    ['Transfer-Encoding: chunked', '0\r\n\r\n'],
  ])('a body of no bytes passes: %s', async (header, body) => {
    const { reply, sent } = await call('POST /things', [header], body)
    expect([reply.line, sent?.body.length]).toEqual(['HTTP/1.1 200 OK', 0])
  })

  test('bytes pass as they are: binary, and a body that is encoded', async () => {
    const bytes = Buffer.from(Array.from({ length: 512 }, (_, index) => index % 256))
    expect((await call('POST /things', [], bytes)).sent?.body).toEqual(bytes)
    const packed = gzipSync('{"a":1}')
    const { sent } = await call(
      'POST /things',
      ['Content-Encoding: gzip', 'Content-Type: application/json'],
      packed,
    )
    expect([sent?.body, sent?.all('content-encoding')]).toEqual([packed, ['gzip']])
  })
})

describe('the reply', () => {
  test('status, reason, headers and body come back, headers in case, order and repetition', async () => {
    const given = ['X-bEta: 2', 'x-ALPHA: 1', 'Link: <a>', 'LINK: <b>', 'Date: yesterday', 'ETag: W/"1"']
    upstream.answer = () => wireReply('418 Short and stout', given, 'tea')
    const { reply } = await call('GET /things')
    expect([reply.line, reply.body.toString()]).toEqual(['HTTP/1.1 418 Short and stout', 'tea'])
    const names = new Set(['x-beta', 'x-alpha', 'link', 'date', 'etag'])
    const seen = reply.headers.filter(([name]) => names.has(name.toLowerCase()))
    expect(seen.map(([name, value]) => `${name}: ${value}`)).toEqual(given)
  })

  test('a reply to HEAD has headers and no body', async () => {
    upstream.answer = () => 'HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nETag: "1"\r\n\r\n'
    const { reply } = await call('HEAD /things')
    expect([reply.line, reply.all('content-length'), reply.all('etag'), reply.body.length]).toEqual([
      'HTTP/1.1 200 OK',
      ['1234'],
      ['"1"'],
      0,
    ])
  })

  test.each([
    ['204 No Content', ''],
    ['304 Not Modified', 'ETag: "1"\r\n'],
    ['304 Not Modified', 'ETag: "1"\r\nContent-Length: 1234\r\n'],
  ])('%s has no body, whatever its headers say: %j', async (status, headers) => {
    upstream.answer = () => `HTTP/1.1 ${status}\r\n${headers}\r\n`
    const { reply } = await call('GET /things', ['If-None-Match: "1"'])
    expect([reply.line, reply.body.length]).toEqual([`HTTP/1.1 ${status}`, 0])
    expect(reply.all('transfer-encoding')).toEqual([])
    expect(reply.all('etag')).toEqual(headers === '' ? [] : ['"1"'])
  })

  test('a part of a file is asked for and comes back as a part', async () => {
    upstream.answer = () => wireReply('206 Partial Content', ['Content-Range: bytes 2-3/10'], 'cd')
    const { reply, sent } = await call('GET /file', ['Range: bytes=2-3', 'If-Range: "1"'])
    expect([sent?.all('range'), sent?.all('if-range')]).toEqual([['bytes=2-3'], ['"1"']])
    expect([reply.line, reply.all('content-range'), reply.body.toString()]).toEqual([
      'HTTP/1.1 206 Partial Content',
      ['bytes 2-3/10'],
      'cd',
    ])
  })

  test.each([
    ['chunked', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n'],
    ['ended by closing', 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabcd'],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nabcd'],
    [
      'after an interim reply',
      `HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n${wireReply('200 OK', [], 'abcd')}`,
    ],
  ])('a body %s comes whole', async (_, answer) => {
    upstream.answer = () => answer
    expect((await call('GET /things')).reply.body.toString()).toBe('abcd')
  })

  test('an encoded body is passed through untouched', async () => {
    const packed = gzipSync('x'.repeat(1000))
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n`
    upstream.answer = () => Buffer.concat([Buffer.from(head), packed])
    const { reply } = await call('GET /things', ['Accept-Encoding: gzip'])
    expect([reply.body, reply.all('content-encoding')]).toEqual([packed, ['gzip']])
  })

  test('headers that speak for a host are the host’s alone: the upstream’s are removed', async () => {
    const removed = [
      'Strict-Transport-Security: max-age=1',
      'Clear-Site-Data: "*"',
      'Alt-Svc: h3=":443"',
      'Access-Control-Allow-Origin: *',
      'access-control-Expose-Headers: X',
      'Set-Cookie: a=1',
      'Sallyport-Error: internal',
      'Sallyport-Request-Id: theirs',
      'Content-Security-Policy: default-src *',
      'X-Content-Type-Options: none',
      'Keep-Alive: timeout=1',
      'Proxy-Authenticate: Basic',
      'Upgrade: h2c',
      'Connection: keep-alive, X-Hop',
      'X-Hop: 1',
    ]
    upstream.answer = () => wireReply('200 OK', [...removed, 'X-Kept: 1'])
    const { reply } = await call('GET /things')
    const all = Object.fromEntries(reply.headers.map(([name]) => [name.toLowerCase(), reply.all(name)]))
    expect(all).toEqual({
      'x-kept': ['1'],
      'content-length': ['2'],
      'sallyport-request-id': [expect.stringMatching(/^req_[0-9a-z]+$/)],
      'x-content-type-options': ['nosniff'],
      'content-security-policy': ['sandbox'],
      connection: ['close'],
      date: [expect.any(String)],
    })
  })

  test('cookies come back where they are asked for, each on its own line', async () => {
    upstream.answer = () => wireReply('200 OK', ['Set-Cookie: a=1; Path=/', 'set-cookie: b=2'])
    const { reply, sent } = await call('GET /things', ['Sallyport-Cookies: keep'])
    expect(reply.all('set-cookie')).toEqual(['a=1; Path=/', 'b=2'])
    expect(sent?.headers.filter(([name]) => /^sallyport-/i.test(name))).toEqual([])
  })
})

describe('a connection', () => {
  test('of the caller serves one request after the other, whatever came of the first', async () => {
    const stays = ['Connection: keep-alive']
    const bytes = Buffer.concat([
      requestText(sallyport, `GET /proxy/${account}/one`, stays),
      requestText(sallyport, `POST /proxy/${account}/../two`, stays, 'x'.repeat(3000)),
      requestText(sallyport, 'GET /proxy/acc_unknown/three', stays),
      requestText(sallyport, `POST /proxy/${account}/four`, [], 'y'.repeat(3000)),
    ])
    const statuses = (await rawExchange(sallyport.origin, bytes)).toString('latin1').match(/HTTP\/1\.1 \d+/g)
    expect(statuses?.map((text) => text.slice(-3))).toEqual(['200', '400', '404', '200'])
  })

  test('goes on after an upstream that answered without reading the body', async () => {
    const eager = await wireServer({ eager: true })
    eager.answer = () => wireReply('413 Content Too Large', ['Connection: close'], '')
    const id = await connected(sallyport, { baseUrl: eager.origin })
    const bytes = Buffer.concat([
      requestText(sallyport, `POST /proxy/${id}/upload`, ['Connection: keep-alive'], 'x'.repeat(9_000_000)),
      requestText(sallyport, `GET /proxy/${account}/next`),
    ])
    const answers = (await rawExchange(sallyport.origin, bytes)).toString('latin1').match(/HTTP\/1\.1 \d+/g)
    await eager.close()
    expect(answers).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200'])
  })

  test('goes on after an upstream that could not be reached, whose body nobody read', async () => {
    const gone = await wireServer()
    await gone.close()
    const id = await connected(sallyport, { baseUrl: gone.origin })
    const bytes = Buffer.concat([
      requestText(sallyport, `POST /proxy/${id}/upload`, ['Connection: keep-alive'], 'x'.repeat(9_000_000)),
      requestText(sallyport, `GET /proxy/${account}/next`),
    ])
    const answers = (await rawExchange(sallyport.origin, bytes)).toString('latin1').match(/HTTP\/1\.1 \d+/g)
    expect(answers).toEqual(['HTTP/1.1 502', 'HTTP/1.1 200'])
  })
})
