import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { poolKey } from '../egress/pools.ts'
import {
  address as addressOf,
  certificate,
  httpServer,
  httpsServer,
  socketServer,
  type TestServer,
  testEgress,
} from '../egress/servers.suite.ts'
import { type AttemptRequest, attempt, type UpstreamReply } from './attempt.ts'
import { Caller } from './caller.ts'

function request({ origin }: Pick<TestServer, 'origin'>, rest: Partial<AttemptRequest> = {}): AttemptRequest {
  const { hostname } = addressOf(origin)
  return {
    ...{ method: 'GET', address: { origin, hostname, path: '/' } as AttemptRequest['address'], headers: [] },
    ...{ body: undefined, timeout: undefined, caller: new Caller() },
    pool: poolKey({
      ...{ organization: 'org_1', account: 'acc_1', origin },
      connectTimeout: rest.timeouts?.connect,
    }),
    ...rest,
  }
}

/** The whole of it; its connection is free for the next request then. */
async function textOf(reply: UpstreamReply): Promise<string> {
  const text = String(await reply.peek(1000, 1000))
  for (let turns = 0; turns < 3; turns += 1) await new Promise(setImmediate)
  return text
}

/** Answers the first request on a connection, and does what it is told with the second. */
function keptAlive(
  onSecond: (socket: Socket) => void,
  onFirst = (_: Socket) => undefined,
): Promise<TestServer> {
  return socketServer((socket) => {
    let requests = 0
    socket.on('error', () => undefined)
    socket.on('data', () => {
      requests += 1
      if (requests > 1) return onSecond(socket)
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      onFirst(socket)
    })
  })
}

describe('a connection that ends as it is used again', () => {
  test.each([
    ['closed', (socket: Socket) => void socket.end()],
    ['reset', (socket: Socket) => void socket.resetAndDestroy()],
  ])('%s: the request goes out once more, on a new one', async (_, end) => {
    const server = await keptAlive(end)
    const egress = testEgress()
    expect(await textOf(await attempt(egress, request(server)))).toBe('ok')
    expect(await textOf(await attempt(egress, request(server)))).toBe('ok')
    expect(server.connections).toBe(2)
  })

  test('over TLS as well', async () => {
    const { cert, key } = await certificate()
    const served = new WeakSet<object>()
    const server = await httpsServer(
      ({ socket }, response) => {
        if (served.has(socket)) socket.destroy()
        else response.end('ok')
        served.add(socket)
      },
      { cert, key },
    )
    const egress = testEgress({ extraCertificateAuthorities: [cert] })
    expect(await textOf(await attempt(egress, request(server)))).toBe('ok')
    expect(await textOf(await attempt(egress, request(server)))).toBe('ok')
    expect(server.connections).toBe(2)
  })

  test('only once, whatever a server makes of it', async () => {
    // An empty line before a reply is none of it, and seems to be of one before.
    const server = await socketServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', () => socket.end('\r\n'))
    })
    await expect(attempt(testEgress(), request(server))).rejects.toMatchObject({
      code: 'upstream_unreachable',
    })
    expect(server.connections).toBe(2)
  })

  test.each([
    ['a POST, which might be done twice', { method: 'POST', body: Buffer.from('x') }],
    ['a PATCH', { method: 'PATCH', body: Buffer.from('x') }],
  ])('%s is not sent again', async (_, rest) => {
    const server = await keptAlive((socket) => void socket.end())
    const egress = testEgress()
    await textOf(await attempt(egress, request(server)))
    await expect(attempt(egress, request(server, rest))).rejects.toMatchObject({
      code: 'upstream_unreachable',
    })
    expect(server.connections).toBe(1)
  })

  test('one of which a part has come is not sent again', async () => {
    const server = await keptAlive((socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-'))
    const egress = testEgress()
    await textOf(await attempt(egress, request(server)))
    await expect(attempt(egress, request(server))).rejects.toMatchObject({
      code: 'upstream_unreachable',
    })
    expect(server.connections).toBe(1)
  })

  test('a new connection that ends without a reply says so, over TLS too', async () => {
    const plain = await socketServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', () => socket.resetAndDestroy())
    })
    const { cert, key } = await certificate()
    const secure = await httpsServer((message) => message.socket.destroy(), { cert, key })
    const egress = testEgress({ extraCertificateAuthorities: [cert] })
    for (const server of [plain, secure]) {
      await expect(attempt(egress, request(server))).rejects.toMatchObject({
        code: 'upstream_unreachable',
      })
      expect(server.connections).toBe(1)
    }
  })
})

describe('what takes too long', () => {
  const none = { connect: undefined, headers: undefined, idle: undefined }

  test('headers: says so, and for how long', async () => {
    const server = await httpServer(() => undefined)
    const timeouts = { ...none, headers: 50 }
    await expect(attempt(testEgress(), request(server, { timeouts }))).rejects.toMatchObject({
      code: 'upstream_timeout',
      message: expect.stringContaining('did not begin to answer within 0.05 s'),
    })
  })

  test('headers, where the caller says how long: the caller counts', async () => {
    const server = await httpServer(() => undefined)
    const timeouts = { ...none, headers: 60_000 }
    await expect(attempt(testEgress(), request(server, { timeouts, timeout: 40 }))).rejects.toMatchObject({
      message: expect.stringContaining('within 0.04 s'),
    })
  })

  test('connecting: by the definition, and by the caller', async () => {
    const never = { lookup: () => new Promise<never>(() => undefined) }
    const origin = 'https://nowhere.example'
    for (const waits of [{ timeouts: { ...none, connect: 30 } }, { timeout: 30 }]) {
      await expect(attempt(testEgress(never), request({ origin }, waits))).rejects.toMatchObject({
        code: 'upstream_timeout',
        sent: 'no',
        message: expect.stringContaining('No connection to the API came about within 0.03 s'),
      })
    }
  })

  test('a silence in the reply ends it', async () => {
    const server = await httpServer((_, response) => void response.writeHead(200).write('one'))
    const timeouts = { ...none, idle: 50 }
    const reply = await attempt(testEgress(), request(server, { timeouts }))
    const ended = await new Promise<Error | undefined>((resolve) => {
      reply.pipe({
        ...{ write: () => true, once: () => undefined },
        ...{ end: () => resolve(undefined), destroy: resolve },
      })
    })
    expect(ended).toMatchObject({ code: 'UND_ERR_BODY_TIMEOUT' })
  })
})

describe('its end is told once', () => {
  async function ended(answer: Parameters<typeof httpServer>[0], act: (reply: UpstreamReply) => void) {
    const reply = await attempt(testEgress(), request(await httpServer(answer)))
    let times = 0
    const end = new Promise<void>((resolve) => {
      reply.whenEnded(() => {
        times += 1
        resolve()
      })
    })
    act(reply)
    await end
    await new Promise(setImmediate)
    return times
  }
  const sink = { write: () => true, once: () => undefined, end: () => undefined, destroy: () => undefined }

  test('of a whole reply, one that was discarded, and one that broke off', async () => {
    expect(
      await ended(
        (_, response) => response.end('ok'),
        (reply) => reply.pipe(sink),
      ),
    ).toBe(1)
    expect(
      await ended(
        (_, response) => void response.writeHead(200).write('x'),
        (reply) => reply.discard(),
      ),
    ).toBe(1)
    const broken = (
      _: unknown,
      response: { socket: Socket | null; writeHead(status: number): { write(text: string): void } },
    ) => {
      response.writeHead(200).write('x')
      setImmediate(() => response.socket?.destroy())
    }
    expect(await ended(broken, (reply) => reply.pipe(sink))).toBe(1)
  })

  test('also to whoever asks when it is over', async () => {
    const server = await httpServer((_, response) => response.end('ok'))
    const reply = await attempt(testEgress(), request(server))
    await textOf(reply)
    let isTold = false
    reply.whenEnded(() => {
      isTold = true
    })
    expect(isTold).toBe(true)
  })
})
