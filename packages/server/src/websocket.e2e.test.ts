import { type EchoServer, echoServer, type HandshakeRefusal, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { converse } from './conversation.suite.ts'
import { connected, exchange, failureOf, requestText } from './passage.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'
import { firstKey, serveCommand, testFolder } from './serve-command.suite.ts'
import { closing, nextMessage, opened, refusal, webSocket } from './websocket.suite.ts'

let sallyport: TestSallyport
let upstream: EchoServer
let account: string
let refuses: () => HandshakeRefusal | undefined

beforeAll(async () => {
  sallyport = await startSallyport()
  upstream = await echoServer(() => refuses())
  account = await connected(sallyport, { baseUrl: `${upstream.origin}/base` })
})
afterAll(async () => {
  await sallyport.close()
  await upstream.close()
})
beforeEach(() => {
  refuses = () => undefined
})

describe('a WebSocket', () => {
  test('opens with the credential on the handshake, and without our key', async () => {
    await opened(sallyport, `${account}/live?x=1`, { headers: { 'X-Own': '1', Origin: 'https://a.example' } })
    const { url, headers } = upstream.handshakes.at(-1) ?? {}
    expect(url).toBe('/base/live?x=1')
    expect(headers).toMatchObject({
      authorization: 'Bearer the-token',
      'x-own': '1',
      origin: 'https://a.example',
      connection: 'upgrade',
      upgrade: 'websocket',
    })
  })

  test('opens by an adapter, with the key of a profile', async () => {
    const create = async (path: string, input: unknown, method = 'POST') =>
      (await sallyport.request(method, path, input)).body
    const { integration } = await create(`/v1/accounts/${account}`, undefined, 'GET')
    await create('/v1/apps', { key: 'live', name: 'Live', adapters: [{ name: 'feed', integration }] })
    const profile = { environment: 'development', bindings: { feed: account } }
    await create('/v1/apps/live/profiles/dev', profile, 'PUT')
    const { key } = await create('/v1/keys', {
      name: 'k',
      scopes: ['proxy:call'],
      app: 'live',
      profile: 'dev',
    })
    await opened(sallyport, 'feed/live', { key })
    expect(upstream.handshakes.at(-1)?.headers).toMatchObject({ authorization: 'Bearer the-token' })
  })

  test('opens with a credential in the query', async () => {
    const placement = { in: 'query', name: 'api_key' }
    const inQuery = await connected(sallyport, { baseUrl: upstream.origin, placement })
    await opened(sallyport, `${inQuery}/live?api_key=mine&x=1`)
    expect(upstream.handshakes.at(-1)?.url).toBe('/live?x=1&api_key=the-token')
    expect(upstream.handshakes.at(-1)?.headers).not.toHaveProperty('authorization')
  })

  test('agrees with the API, and not with us, on protocol and compression', async () => {
    const client = await opened(sallyport, `${account}/live`, { protocols: ['chat.v2', 'chat.v1'] })
    expect([client.protocol, client.extensions]).toEqual(['chat.v2', 'permessage-deflate'])
  })

  test('passes text and bytes, in order, both ways', async () => {
    const client = await opened(sallyport, `${account}/live`)
    const sent = Array.from({ length: 200 }, (_, index) => `${index} ${'x'.repeat(index * 50)}`)
    const heard: string[] = []
    const all = new Promise<void>((resolve) =>
      client.on('message', (data: Buffer, isBinary: boolean) => {
        heard.push(`${isBinary ? 'bytes' : 'text'} ${data.toString()}`)
        if (heard.length === sent.length) resolve()
      }),
    )
    for (const [index, text] of sent.entries()) client.send(index % 2 ? Buffer.from(text) : text)
    await all
    expect(heard).toEqual(sent.map((text, index) => `${index % 2 ? 'bytes' : 'text'} ${text}`))
  })

  test('has what follows the handshake in the same packet arrive', async () => {
    const client = await converse(sallyport.origin)
    const handshake = [
      `GET /proxy/${account}/live HTTP/1.1`,
      'Host: x',
      `Authorization: Bearer ${sallyport.adminKey}`,
      'Connection: keep-alive, Upgrade',
      'Upgrade: WebSocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      '\r\n',
    ]
    // A masked text frame with "hi", and a mask of zeros.
    client.say(
      Buffer.concat([
        Buffer.from(handshake.join('\r\n')),
        Buffer.from('818200000000', 'hex'),
        Buffer.from('hi'),
      ]),
    )
    const heard = await client.heard(/hi$/)
    expect(heard).toMatch(
      /^HTTP\/1\.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n/,
    )
    expect(heard).toMatch(/\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/)
    expect(heard).toMatch(/\r\nSallyport-Request-Id: req_/)
    client.socket.destroy()
  })

  test('has a connection of its own, which no other call gets', async () => {
    const client = await opened(sallyport, `${account}/live`)
    for (let calls = 0; calls < 3; calls += 1) {
      expect((await exchange(sallyport, `GET /proxy/${account}/x`)).body.toString()).toBe('ok')
    }
    client.send('still here')
    expect(await nextMessage(client)).toBe('still here')
  })

  test.each(['client', 'server'] as const)('closed by the %s says to the other why', async (side) => {
    const joined = upstream.next()
    const client = await opened(sallyport, `${account}/live`)
    const server = await joined
    const [closer, other] = side === 'client' ? [client, server] : [server, client]
    const heard = [closing(closer), closing(other)]
    closer.close(4321, 'because')
    expect(await Promise.all(heard)).toEqual([
      [4321, 'because'],
      [4321, 'because'],
    ])
  })

  test.each(['client', 'server'] as const)(
    'that the %s breaks off breaks off for the other',
    async (side) => {
      const joined = upstream.next()
      const client = await opened(sallyport, `${account}/live`)
      const server = await joined
      const [breaker, other] = side === 'client' ? [client, server] : [server, client]
      const heard = closing(other)
      breaker.terminate()
      expect(await heard).toEqual([1006, ''])
    },
  )

  test('whose reader pauses pauses its writer', async () => {
    const joined = upstream.next()
    const client = await opened(sallyport, `${account}/live`)
    const server = await joined
    client.pause()
    const block = Buffer.alloc(1_000_000)
    let accepted = 0
    // Kernel buffers take some; what is passed on without a reader would take it all.
    for (; accepted < 64; accepted += 1) {
      server.send(block, { compress: false })
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(server.bufferedAmount).toBeGreaterThan(32_000_000)
    let received = 0
    const all = new Promise<void>((resolve) =>
      client.on('message', (data: Buffer) => {
        received += data.length
        if (received === accepted * block.length) resolve()
      }),
    )
    client.resume()
    await all
  })
})

describe('a handshake that opens nothing', () => {
  test.each([
    [401, {}, 'no'],
    [403, { 'X-Why': 'forbidden', 'Content-Type': 'text/plain' }, 'not you'],
    [200, { 'Content-Type': 'text/html' }, '<h1>'],
    [302, { Location: 'https://elsewhere.example/' }, ''],
  ])('comes back as the API’s own reply: %i %j', async (status, headers, body) => {
    refuses = () => ({ status, headers, body })
    const { reply, text } = await refusal(webSocket(sallyport, `${account}/live`))
    expect([reply.statusCode, text]).toEqual([status, body])
    for (const [name, value] of Object.entries(headers)) expect(reply.headers[name.toLowerCase()]).toBe(value)
    expect(reply.headers['content-security-policy']).toBe('sandbox')
  })

  test.each([
    ['with a wrong key', () => account, 'wrong', 401, 'key_invalid'],
    ['for no account', () => 'acc_1', undefined, 404, 'not_found'],
    ['with a path that is refused', () => `${account}/a%5Cb`, undefined, 400, 'path_refused'],
  ])('%s is refused as any call is', async (_, path, key, status, code) => {
    const before = upstream.handshakes.length
    const options = key === undefined ? {} : { key }
    const { reply, text } = await refusal(webSocket(sallyport, `${path()}/live`, options))
    expect([reply.statusCode, JSON.parse(text).code, reply.headers['sallyport-error']]).toEqual([
      status,
      code,
      code,
    ])
    expect(upstream.handshakes.length).toBe(before)
  })

  test('to an address that is blocked is refused before anything is dialled', async () => {
    const strict = await startSallyport({ SALLYPORT_ALLOWED_PRIVATE_CIDRS: '' })
    onTestFinished(() => strict.close())
    const before = upstream.connections
    const blocked = await connected(strict, { baseUrl: upstream.origin.replace('127.0.0.1', 'localhost') })
    const { reply } = await refusal(webSocket(strict, `${blocked}/live`))
    expect([reply.statusCode, reply.headers['sallyport-error']]).toEqual([403, 'address_blocked'])
    expect(upstream.connections).toBe(before)
  })

  test('because the API switches to something else is refused', async () => {
    refuses = () => ({ status: 101, headers: { Connection: 'Upgrade', Upgrade: 'other' } })
    const { reply } = await refusal(webSocket(sallyport, `${account}/live`))
    expect([reply.statusCode, reply.headers['sallyport-error']]).toEqual([502, 'upstream_unreachable'])
  })

  test('because the token was rejected is made again with a renewed one', async () => {
    const provider = await loopbackProvider()
    onTestFinished(provider.close)
    const auth = { type: 'oauth2', grant: 'client_credentials', tokenUrl: `${provider.origin}/token` }
    const renewing = await connected(
      sallyport,
      { baseUrl: upstream.origin, auth: { ...auth, clientId: 'client', clientSecret: 'client-secret' } },
      {},
    )
    const before = upstream.handshakes.length
    refuses = () => (upstream.handshakes.length === before + 1 ? { status: 401 } : undefined)
    const client = await opened(sallyport, `${renewing}/live`)
    client.send('through')
    expect(await nextMessage(client)).toBe('through')
    const tokens = upstream.handshakes.slice(before).map(({ headers }) => headers.authorization)
    expect([tokens.length, new Set(tokens).size]).toEqual([2, 2])
  })
})

describe('a wish for another protocol', () => {
  const request = (wish: string, body: string, method = 'POST') =>
    [
      `${method} /proxy/${account}/x HTTP/1.1`,
      'Host: x',
      `Authorization: Bearer ${sallyport.adminKey}`,
      `Connection: Upgrade, HTTP2-Settings`,
      'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
      `Upgrade: ${wish}`,
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n')

  test.each(['h2c', 'websocket', 'TLS/1.0, HTTP/1.1', 'anything'])(
    'is not heard, and the request is served on a connection that goes on: %s',
    async (wish) => {
      const client = await converse(sallyport.origin)
      for (const count of [1, 2]) {
        client.say(request(wish, 'a body'))
        await client.heard(new RegExp(`(HTTP/1\\.1 200 OK[^]*\r\n\r\nok[^]*){${count}}`))
      }
      client.socket.destroy()
    },
  )

  test('is not heard with a body, which no handshake has', async () => {
    const client = await converse(sallyport.origin)
    const before = upstream.handshakes.length
    client.say(request('websocket', 'a body', 'GET'))
    await client.heard(/HTTP\/1\.1 200 OK/)
    client.socket.destroy()
    expect(upstream.handshakes.length).toBe(before)
  })

  test.each([
    ['GET /proxy/{account}/live', 'websocket'],
    ['GET /proxy/{account}/x', 'h2c'],
    ['CONNECT example.com:443', 'x'],
  ])(
    'behind a request whose reply is still owed ends the connection, and harms nobody: %s',
    async (line, wish) => {
      const client = await converse(sallyport.origin)
      const fields = [
        'Host: x',
        `Authorization: Bearer ${sallyport.adminKey}`,
        'Connection: Upgrade',
        `Upgrade: ${wish}`,
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      ]
      const first = requestText(sallyport, `GET /proxy/${account}/x`, ['Connection: keep-alive']).toString()
      client.say(`${first}${line.replace('{account}', account)} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n`)
      await client.closed()
      expect((await exchange(sallyport, `GET /proxy/${account}/x`)).body.toString()).toBe('ok')
    },
  )

  test('is not heard elsewhere either', async () => {
    const client = await converse(sallyport.origin)
    client.say('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    await client.heard(/HTTP\/1\.1 200 OK/)
    client.socket.destroy()
  })
})

test.each(['key is revoked', 'account is disabled', 'account is deleted'])(
  'a WebSocket whose %s is ended, and both sides are told',
  async (cause) => {
    const id = await connected(sallyport, { baseUrl: upstream.origin })
    const { body } = await sallyport.request('POST', '/v1/keys', { name: 'k', scopes: ['proxy:call'] })
    const joined = upstream.next()
    const client = await opened(sallyport, `${id}/live`, { key: body.key })
    const heard = [closing(client), closing(await joined)]
    client.send('heard')
    expect(await nextMessage(client)).toBe('heard')
    if (cause === 'key is revoked') await sallyport.request('DELETE', `/v1/keys/${body.id}`)
    else if (cause === 'account is deleted') await sallyport.request('DELETE', `/v1/accounts/${id}`)
    else await sallyport.request('PATCH', `/v1/accounts/${id}`, { disabled: true })
    expect(await Promise.all(heard)).toEqual([
      [1001, ''],
      [1001, ''],
    ])
  },
)

test('CONNECT, which would open a tunnel to anywhere, is refused, with a key or without', async () => {
  for (const headers of [[], ['Authorization: none'], ['Proxy-Authorization: Basic eDp5']]) {
    const reply = await exchange(sallyport, `CONNECT ${new URL(upstream.origin).host}`, headers)
    expect(failureOf(reply)).toEqual([405, 'method_refused'])
  }
})

test('a WebSocket on which nothing is said for too long is ended, and both sides are told', async () => {
  const brief = await startSallyport({ SALLYPORT_STREAM_IDLE_SECONDS: '1', SALLYPORT_IDLE_SECONDS: '1' })
  onTestFinished(() => brief.close())
  const id = await connected(brief, { baseUrl: upstream.origin })
  const joined = upstream.next()
  const client = await opened(brief, `${id}/live`)
  const server = await joined
  expect(await Promise.all([closing(client), closing(server)])).toEqual([
    [1001, ''],
    [1001, ''],
  ])
})

test('a server that is told to stop ends its WebSockets, says so, and does not wait for them', async () => {
  const served = await serveCommand(testFolder(), { SALLYPORT_ALLOWED_PRIVATE_CIDRS: '127.0.0.0/8' })
  await served.listening
  const adminKey = await firstKey(served)
  const create = async (noun: string, input: unknown) => {
    const reply = await fetch(`${served.origin}/v1/${noun}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(input),
    })
    return (await reply.json()) as { id: string }
  }
  await create('integrations', {
    key: 'live',
    name: 'l',
    baseUrl: upstream.origin,
    auth: { type: 'api_token' },
  })
  const { id } = await create('accounts', { integration: 'live', name: 'l', secret: { token: 't' } })
  const joined = upstream.next()
  const client = await opened({ origin: served.origin, adminKey }, `${id}/live`)
  const server = await joined
  const ends = [closing(client), closing(server)]
  served.child.kill('SIGTERM')
  expect(await Promise.all(ends)).toEqual([
    [1001, ''],
    [1001, ''],
  ])
  expect(await served.exited).toBe(0)
})
