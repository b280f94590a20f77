import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { converse } from './conversation.suite.ts'
import { connected, requestText } from './passage.suite.ts'
import { freePort, startSallyport, type TestSallyport } from './sallyport.suite.ts'
import { rawExchange, type WireServer, wireReply, wireServer } from './wire.suite.ts'

let sallyport: TestSallyport
let upstream: WireServer
let account: string

beforeAll(async () => {
  sallyport = await startSallyport({ SALLYPORT_MAX_REQUEST_BYTES: '1000' })
  upstream = await wireServer()
  account = await connected(sallyport, { baseUrl: upstream.origin })
})
afterAll(async () => {
  await sallyport.close()
  await upstream.close()
})
beforeEach(() => {
  upstream.answer = () => wireReply()
})

async function rawReply(line = `GET /proxy/${account}/x`, headers: readonly string[] = []): Promise<string> {
  return (await rawExchange(sallyport.origin, requestText(sallyport, line, headers))).toString('latin1')
}

describe('a client that waits for 100 Continue', () => {
  const head = (path: string, key = sallyport.adminKey, length = 4) =>
    [
      `POST /proxy/${path} HTTP/1.1`,
      'Host: x',
      `Authorization: Bearer ${key}`,
      'Expect: 100-continue',
      `Content-Length: ${length}`,
      '\r\n',
    ].join('\r\n')

  test('is told to go on once there is a connection for its body, and its connection goes on', async () => {
    const client = await converse(sallyport.origin)
    for (const round of [1, 2]) {
      client.say(head(`${account}/x`))
      const went = new RegExp(`(HTTP/1\\.1 100 Continue\r\n\r\n[^]*){${round}}`)
      expect(await client.heard(went)).not.toMatch(new RegExp(`(HTTP/1\\.1 200[^]*){${round}}`))
      client.say('body')
      await client.heard(new RegExp(`(HTTP/1\\.1 200 OK[^]*\r\n\r\nok[^]*){${round}}`))
    }
    client.socket.destroy()
    expect(upstream.requests.slice(-2).map(({ body }) => body.toString())).toEqual(['body', 'body'])
    expect(upstream.requests.at(-1)?.all('expect')).toEqual([])
  })

  test('in chunks is told to go on', async () => {
    const client = await converse(sallyport.origin)
    client.say(head(`${account}/x`).replace('Content-Length: 4', 'Transfer-Encoding: chunked'))
    await client.heard(/100 Continue\r\n\r\n$/)
    client.say('4\r\nbody\r\n0\r\n\r\n')
    await client.heard(/200 OK/)
    client.socket.destroy()
    expect(upstream.requests.at(-1)?.body.toString()).toBe('body')
  })

  test('and signs what it sends is told to go on', async () => {
    const auth = { type: 'hmac', message: '{request.body}', headers: { 'X-Signature': '{signature}' } }
    const signing = await connected(
      sallyport,
      { baseUrl: upstream.origin, auth },
      { secret: { key: 'the-key' } },
    )
    const client = await converse(sallyport.origin)
    client.say(head(`${signing}/x`))
    await client.heard(/100 Continue\r\n\r\n$/)
    client.say('body')
    await client.heard(/200 OK/)
    client.socket.destroy()
  })

  test('is not told to where it is refused, and its connection ends with the refusal', async () => {
    const gone = await connected(sallyport, { baseUrl: `http://127.0.0.1:${await freePort()}` })
    const refusals = [
      [head(`${account}/x`, 'wrong'), 401, 'key_invalid'],
      [head('acc_1/x'), 404, 'not_found'],
      [head(`${account}/x`, sallyport.adminKey, 1001), 413, 'body_too_large'],
      [head(`${account}/../x`), 400, 'path_refused'],
      [head(`${gone}/x`), 502, 'upstream_unreachable'],
    ] as const
    const before = upstream.requests.length
    for (const [request, status, code] of refusals) {
      const client = await converse(sallyport.origin)
      client.say(request)
      const reply = await client.closed()
      expect([reply.slice(0, 13), /sallyport-error: (.*)\r/.exec(reply)?.[1]]).toEqual([
        `HTTP/1.1 ${status} `,
        code,
      ])
    }
    expect(upstream.requests.length).toBe(before)
  })

  test('is not told to where the address is blocked', async () => {
    const strict = await startSallyport({ SALLYPORT_ALLOWED_PRIVATE_CIDRS: '' })
    onTestFinished(() => strict.close())
    const id = await connected(strict, { baseUrl: 'http://localhost:9' })
    const client = await converse(strict.origin)
    client.say(head(`${id}/x`, strict.adminKey))
    expect(await client.closed()).toMatch(/^HTTP\/1\.1 403 /)
  })

  test('at any other endpoint is told at once, as ever', async () => {
    const client = await converse(sallyport.origin)
    const type = 'Expect: 100-continue\r\nContent-Type: application/json'
    const request = head('').replace('/proxy/', '/v1/accounts/test').replace('Expect: 100-continue', type)
    client.say(request)
    await client.heard(/^HTTP\/1\.1 100 Continue\r\n\r\n$/)
    client.say('{}  ')
    expect(await client.heard(/problem\+json/)).toMatch(/HTTP\/1\.1 4\d\d /)
    client.socket.destroy()
  })

  test('with another expectation is refused', async () => {
    const before = upstream.requests.length
    expect(await rawReply(undefined, ['Expect: the-unexpected'])).toMatch(/^HTTP\/1\.1 417 /)
    expect(upstream.requests.length).toBe(before)
  })
})

describe('an interim reply of the API', () => {
  const early = (link: string) => `HTTP/1.1 103 Early Hints\r\n${link}\r\nX-Other: 1\r\n\r\n`

  test('with links comes before the reply, each link by itself', async () => {
    const links = ['</a.css>; rel=preload; as=style, </b.js>;rel="preload"', '<https://x.example/,;>; rel=x']
    upstream.answer = () => early(links.map((link) => `Link: ${link}`).join('\r\n')) + wireReply()
    expect(await rawReply()).toMatch(
      /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>; rel=preload; as=style, <\/b\.js>;rel="preload", <https:\/\/x\.example\/,;>; rel=x\r\n\r\nHTTP\/1\.1 200 OK\r\n/,
    )
  })

  test.each([
    ['Link: nonsense', ''],
    ['X-Link: <a>', ''],
    ['Link: <a>; title="a b"', ''],
    ['Link: <a>; rel=x, nonsense; y, <b>; rel=z', 'Link: <b>; rel=z\r\n\r\n'],
  ])('with %j harms nothing', async (link, passed) => {
    upstream.answer = () => early(link) + wireReply()
    const hint = passed && `HTTP/1.1 103 Early Hints\r\n${passed}`
    expect(await rawReply()).toMatch(new RegExp(`^${hint.replaceAll('.', '\\.')}HTTP/1\\.1 200 OK\r\n`))
  })

  test('that says it is working on it passes, as often as it comes', async () => {
    upstream.answer = () => 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(2) + wireReply()
    expect(await rawReply()).toMatch(/^(HTTP\/1\.1 102 Processing\r\n\r\n){2}HTTP\/1\.1 200 OK\r\n/)
  })

  test('that nobody knows is dropped', async () => {
    upstream.answer = () => `HTTP/1.1 199 What\r\nX: 1\r\n\r\n${wireReply()}`
    expect(await rawReply()).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  })

  test('is not followed by others for ever', async () => {
    const interims = 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(1_000)
    upstream.answer = () => interims + wireReply()
    expect((await rawReply()).replaceAll('HTTP/1.1 102 Processing\r\n\r\n', '')).toMatch(/^HTTP\/1\.1 200 /)
    upstream.answer = () => `${interims}HTTP/1.1 199 One more\r\n\r\n${wireReply()}`
    const reply = await rawReply()
    expect(reply.slice(reply.indexOf('HTTP/1.1 5'))).toMatch(/^HTTP\/1\.1 502 .*\r\n/)
    expect(reply).toMatch(/a thousand interim replies/)
  })

  test('does not reach a client of HTTP/1.0', async () => {
    upstream.answer = () => early('Link: <a>') + wireReply()
    const text = requestText(sallyport, `GET /proxy/${account}/x`).toString().replace('HTTP/1.1', 'HTTP/1.0')
    expect((await rawExchange(sallyport.origin, text)).toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  })
})

describe('trailers of a reply', () => {
  const chunked = (trailers: string, headers: readonly string[] = []) =>
    `HTTP/1.1 200 OK\r\n${['Transfer-Encoding: chunked', ...headers].join('\r\n')}\r\n\r\n4\r\nbody\r\n0\r\n${trailers}\r\n`

  test('are announced and pass, in order, repeats kept', async () => {
    const trailers = 'X-Sum: 1\r\nGrpc-Status: 0\r\nX-Sum: 2\r\n'
    upstream.answer = () => chunked(trailers, ['Trailer: X-Sum, Grpc-Status'])
    const reply = await rawReply()
    expect(reply).toMatch(/\r\nTrailer: X-Sum, Grpc-Status\r\n/)
    expect(reply.endsWith(`\r\n0\r\n${trailers}\r\n`)).toBe(true)
  })

  test('pass also where nothing announced them', async () => {
    upstream.answer = () => chunked('X-Sum: 1\r\n')
    expect((await rawReply()).endsWith('\r\n0\r\nX-Sum: 1\r\n\r\n')).toBe(true)
  })

  test('that would frame, route or authenticate do not', async () => {
    const names = [
      'Transfer-Encoding',
      'Content-Type',
      'Set-Cookie',
      'Host',
      'WWW-Authenticate',
      'Trailer',
      'Connection',
    ]
    const trailers = [...names, 'Sallyport-Error', 'Access-Control-Allow-Origin', 'X-Good']
    upstream.answer = () =>
      chunked(trailers.map((name) => `${name}: 1\r\n`).join(''), [`Trailer: ${trailers.join(', ')}`])
    const reply = await rawReply()
    expect(reply).toMatch(/\r\nTrailer: X-Good\r\n/)
    expect(reply.endsWith('\r\n0\r\nX-Good: 1\r\n\r\n')).toBe(true)
  })

  test('that contradict the framing cut the reply', async () => {
    upstream.answer = () => chunked('Content-Length: 5\r\n')
    expect((await rawReply()).endsWith('0\r\n\r\n')).toBe(false)
  })

  test.each([
    ['a sized reply', 'HTTP/1.1 200 OK\r\nTrailer: X\r\nContent-Length: 2\r\n\r\nok'],
    ['a reply without body', 'HTTP/1.1 304 Not Modified\r\nTrailer: X\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ])('announced by %s are not announced further', async (_, answer) => {
    upstream.answer = () => answer
    const reply = await rawReply()
    expect(reply).toMatch(/^HTTP\/1\.1 (200|304) /)
    expect(reply).not.toMatch(/trailer/i)
  })

  test('do not reach a client of HTTP/1.0, and its body is whole', async () => {
    upstream.answer = () => chunked('X-Sum: 1\r\n', ['Trailer: X-Sum'])
    const text = requestText(sallyport, `GET /proxy/${account}/x`).toString().replace('HTTP/1.1', 'HTTP/1.0')
    const reply = (await rawExchange(sallyport.origin, text)).toString()
    expect([reply.endsWith('\r\n\r\nbody'), /trailer/i.test(reply)]).toEqual([true, false])
  })
})
