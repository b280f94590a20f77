import { once } from 'node:events'
import type { RequestListener, ServerResponse } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { CredentialRequest } from './credential-request.ts'
import { EgressError } from './failure.ts'
import { address, answering, httpServer, socketServer, testEgress } from './servers.suite.ts'

const secret = 'client-secret-canary'
const megabytes = 1024 * 1024

describe('a reply', () => {
  test('comes back whole, with headers by lower-case name and no cookies', async () => {
    const server = await httpServer((_, response) => {
      response.writeEarlyHints({ link: '</x>; rel=preload' })
      response.writeHead(201, [
        ...[
          'Content-Type',
          'application/json',
          'Set-Cookie',
          'a=b',
          '__proto__',
          'x',
          'X-Two',
          '1',
          'X-Two',
          '2',
        ],
      ])
      response.end('{"access_token":"x"}')
    })
    const reply = await post(`${server.origin}/token?a=b`)
    expect(reply.status).toBe(201)
    expect(reply.body.toString()).toBe('{"access_token":"x"}')
    expect(reply.headers['content-type']).toBe('application/json')
    expect(reply.headers['x-two']).toBe('1, 2')
    expect(Object.getPrototypeOf(reply.headers)).toBeNull()
    expect(Object.keys(reply.headers)).toContain('__proto__')
    expect(Object.keys(reply.headers)).not.toContain('set-cookie')
    expect(server.requests).toEqual([
      expect.objectContaining({ method: 'POST', url: '/token?a=b', body: `client_secret=${secret}` }),
    ])
  })

  test('that came while this process stood still is read, though its time is over by then', async () => {
    // In a thread of its own, which goes on.
    const server = new Worker(
      `const { parentPort } = require('node:worker_threads')
       const server = require('node:http').createServer((_, response) => response.end('{"a":1}'))
       server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))`,
      { eval: true },
    )
    const [port] = await once(server, 'message')
    const standStill = () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700)
    const reply = await testEgress().credentialRequest({
      ...request(`http://127.0.0.1:${port}`),
      timeouts: { firstByteMilliseconds: 200, totalMilliseconds: 400 },
      reached: (stage) => stage === 'sent' && standStill(),
    })
    expect(reply.body.toString()).toBe('{"a":1}')
    await server.terminate()
  })

  test('each request has a connection of its own, closed afterwards', async () => {
    const server = await httpServer((_, response) => response.end('{}'))
    const egress = testEgress()
    for (let count = 0; count < 3; count++) await egress.credentialRequest(request(server.origin))
    expect(server.connections).toBe(3)
    expect(server.requests.map(({ headers }) => headers.connection)).toEqual(['close', 'close', 'close'])
    await until(() => server.open.size === 0)
  })

  test('framing, host and encoding are ours, whatever the definition writes', async () => {
    const server = await httpServer((_, response) => response.end('{}'))
    const headers = {
      Host: 'evil.test',
      'Accept-Encoding': 'br',
      Connection: 'keep-alive',
      'Content-Length': '3',
      'X-A': '1',
    }
    await post(server.origin, { headers })
    expect(server.requests[0]?.headers).toMatchObject({
      host: `127.0.0.1:${server.port}`,
      'accept-encoding': 'identity',
      connection: 'close',
      'x-a': '1',
      'user-agent': 'Sallyport',
    })
    expect(server.requests[0]?.body).toContain(secret)
    await post(server.origin, { headers: { 'User-Agent': 'mine' } })
    expect(server.requests[1]?.headers['user-agent']).toBe('mine')
  })

  test('a header that HTTP cannot carry is our failure, tells no value and sends nothing', async () => {
    const server = await httpServer((_, response) => response.end('{}'))
    const error = await failure(post(server.origin, { headers: { 'X-A': `${secret}\r\nX-B: 1` } }))
    expect(error).toMatchObject({ code: 'internal', sent: 'no' })
    expect(told(error)).not.toContain(secret)
    expect(server.requests).toEqual([])
  })
})

describe('a redirect', () => {
  test.each([300, 301, 302, 303, 304, 305, 307, 308])(
    '%i is refused, and its target receives nothing',
    async (status) => {
      const sink = await httpServer((_, response) => response.end('{}'))
      const server = await httpServer((_, response) => {
        response.writeHead(status, { location: `${sink.origin}/stolen?code=${secret}` }).end()
      })
      for (const method of ['POST', 'GET']) {
        const error = await failure(post(server.origin, { method }))
        expect(error).toMatchObject({ code: 'redirect_refused', status: 502 })
        expect(told(error)).not.toContain(secret)
      }
      expect(sink.connections).toBe(0)
      expect(server.requests).toHaveLength(2)
    },
  )
})

describe('an encoded reply', () => {
  test.each<[string, (text: string) => Buffer]>([
    ['gzip', gzipSync],
    ['GZIP', gzipSync],
    ['x-gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['identity', Buffer.from],
  ])('one layer of %s is decoded', async (encoding, encode) => {
    const server = await encoded(encoding, encode('{"a":1}'))
    expect((await post(server.origin)).body.toString()).toBe('{"a":1}')
  })

  test.each<[string, Buffer]>([
    ['gzip, gzip', gzipSync(gzipSync('{}'))],
    ['br,gzip', gzipSync(brotliCompressSync('{}'))],
    ['zstd', Buffer.from('{}')],
    ['constructor', Buffer.from('{}')],
    ['gzip', Buffer.from('{}')],
    ['gzip', gzipSync('{"a":1}').subarray(0, -9)],
    ['br', brotliCompressSync('{"a":"long enough to be cut"}').subarray(0, 6)],
  ])('%s that cannot be decoded in one layer is malformed', async (encoding, body) => {
    const server = await encoded(encoding, body)
    expect(await failure(post(server.origin))).toMatchObject({
      code: 'malformed_token_response',
      sent: 'unknown',
    })
  })

  test('256 KiB pass, one byte more does not, encoded or not', async () => {
    const most = Buffer.alloc(256 * 1024, 'a')
    for (const encode of [gzipSync, undefined]) {
      const fits = await encoded(encode ? 'gzip' : 'identity', encode ? encode(most) : most)
      expect((await post(fits.origin)).body.length).toBe(256 * 1024)
      const over = Buffer.concat([most, Buffer.from('a')])
      const tooLong = await encoded(encode ? 'gzip' : 'identity', encode ? encode(over) : over)
      expect(await failure(post(tooLong.origin))).toMatchObject({ code: 'malformed_token_response' })
    }
  })

  test('bombs burst without taking memory', async () => {
    const zeros = Buffer.alloc(32 * megabytes)
    const servers = [
      await encoded('gzip', gzipSync(zeros)),
      await encoded('br', brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })),
      await encoded('deflate', deflateSync(zeros)),
    ]
    const burst = async (count: number) => {
      for (let round = 0; round < count; round++) {
        for (const server of servers) {
          expect(await failure(post(server.origin))).toMatchObject({ code: 'malformed_token_response' })
        }
      }
    }
    await burst(3)
    // Of this thread alone, unlike the process's resident size.
    const before = process.memoryUsage().arrayBuffers
    let peak = before
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers)
    }, 1)
    await burst(10)
    clearInterval(watch)
    expect((peak - before) / megabytes).toBeLessThan(16)
  })

  test('an endless reply is cut off, not read to its end', async () => {
    let written = 0
    const server = await httpServer((_, response) => {
      Readable.from(chunks()).pipe(response)
    })
    function* chunks() {
      for (; written < 500 * megabytes; written += 65_536) yield Buffer.alloc(65_536, 'a')
    }
    expect(await failure(post(server.origin))).toMatchObject({ code: 'malformed_token_response' })
    await until(() => server.open.size === 0)
    expect(written).toBeLessThan(50 * megabytes)
  })
})

describe('trouble', () => {
  test.each<[string, RequestListener, Partial<EgressError>]>([
    [
      'no answer',
      () => undefined,
      { code: 'upstream_timeout', sent: 'unknown', detail: 'no answer in time' },
    ],
    [
      'only interim answers',
      interim,
      { code: 'upstream_timeout', sent: 'unknown', detail: 'no answer in time' },
    ],
    [
      'one byte at a time',
      drip,
      { code: 'upstream_timeout', sent: 'unknown', detail: 'no whole reply in time' },
    ],
    [
      'a reset',
      (message) => message.socket.resetAndDestroy(),
      { code: 'upstream_unreachable', sent: 'unknown' },
    ],
    ['a close', (message) => message.socket.destroy(), { code: 'upstream_unreachable', sent: 'unknown' }],
    ['half a body', half, { code: 'upstream_unreachable', sent: 'unknown' }],
  ])('%s is in doubt, and is not tried again', async (_, answer, expected) => {
    const server = await httpServer(answer)
    const timeouts = { connectMilliseconds: 3_000, firstByteMilliseconds: 300, totalMilliseconds: 700 }
    for (const method of ['POST', 'GET']) {
      const error = await failure(post(server.origin, { method, timeouts }))
      expect(error).toMatchObject(expected)
      expect(told(error)).not.toContain(secret)
    }
    await sleep(50)
    expect(server.requests).toHaveLength(2)
    expect(server.connections).toBe(2)
  })

  test('a connection that is refused was not sent', async () => {
    const gone = createServer().listen(0, '127.0.0.1')
    await once(gone, 'listening')
    const { port } = gone.address() as AddressInfo
    gone.close()
    await once(gone, 'close')
    const refused = await failure(post(`http://127.0.0.1:${port}`))
    expect(refused).toMatchObject({ code: 'upstream_unreachable', sent: 'no', detail: 'ECONNREFUSED' })
  })

  test('a name server or a handshake that never ends was not sent', async () => {
    const timeouts = { connectMilliseconds: 80 }
    const never = () => new Promise<never>(() => undefined)
    const dns = testEgress({ lookup: never }).credentialRequest({ ...request('https://api.test'), timeouts })
    expect(await failure(dns)).toMatchObject({
      code: 'upstream_timeout',
      sent: 'no',
      detail: 'no connection in time',
    })

    const silent = await socketServer((socket) => socket.resume())
    const tls = testEgress().credentialRequest({ ...request(`https://127.0.0.1:${silent.port}`), timeouts })
    expect(await failure(tls)).toMatchObject({ code: 'upstream_timeout', sent: 'no' })
    await until(() => silent.open.size === 0)
  })

  test('a connection that comes too late is not written to', async () => {
    const server = await httpServer((_, response) => response.end('{}'))
    const slow = async () => {
      await sleep(120)
      return answering(['127.0.0.1'])()
    }
    const late = testEgress({ lookup: slow }).credentialRequest({
      ...request(`http://api.test:${server.port}`),
      timeouts: { connectMilliseconds: 40 },
    })
    expect(await failure(late)).toMatchObject({ code: 'upstream_timeout', sent: 'no' })
    await sleep(200)
    expect(server.requests).toEqual([])
  })

  test('what is no HTTP at all is unreachable, and its bytes are not repeated', async () => {
    const server = await socketServer((socket) => {
      socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${secret}\r\n\r\n${secret}`))
    })
    const error = await failure(post(server.origin))
    expect(error).toMatchObject({ code: 'upstream_unreachable', sent: 'unknown' })
    expect(told(error)).not.toContain(secret)
  })

  test('headers without end are cut off', async () => {
    const server = await socketServer((socket) => {
      socket.once('data', () =>
        socket.write(`HTTP/1.1 200 OK\r\n${'X-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n'.repeat(20_000)}`),
      )
    })
    expect(await failure(post(server.origin))).toMatchObject({
      code: 'upstream_unreachable',
      sent: 'unknown',
    })
    await until(() => server.open.size === 0)
  })
})

function request(origin: string, changes: Partial<CredentialRequest> = {}): CredentialRequest {
  const method = changes.method ?? 'POST'
  const body = method === 'POST' ? `client_secret=${secret}` : undefined
  return { url: address(origin), method, headers: { authorization: `Basic ${secret}` }, body, ...changes }
}

function post(origin: string, changes: Partial<CredentialRequest> = {}) {
  return testEgress().credentialRequest(request(origin, changes))
}

function encoded(encoding: string, body: Buffer) {
  return httpServer((_, response) => {
    response.writeHead(200, { 'content-encoding': encoding, 'content-length': body.length }).end(body)
  })
}

function interim(_: unknown, response: ServerResponse) {
  response.writeProcessing()
}

async function drip(_: unknown, response: ServerResponse) {
  response.writeHead(200)
  while (!response.destroyed) {
    response.write('a')
    await sleep(20)
  }
}

function half(_: unknown, response: ServerResponse) {
  response.writeHead(200, { 'content-length': 100 })
  response.write('{"access_token":')
  response.socket?.end()
}

async function failure(outcome: Promise<unknown>): Promise<EgressError> {
  const error = await outcome.catch((cause: unknown) => cause)
  if (error instanceof EgressError) return error
  throw new TypeError('it did not fail', { cause: error })
}

/** All that a log could print of an error. */
function told(error: Error): string {
  const all = [error, error.cause].filter((each) => each instanceof Error)
  return JSON.stringify(all.map((each) => [each.message, each.stack, { ...each }]))
}

async function until(condition: () => boolean) {
  const deadline = performance.now() + 3_000
  while (!condition()) {
    if (performance.now() > deadline) throw new TypeError('waited in vain')
    await sleep(5)
  }
}
