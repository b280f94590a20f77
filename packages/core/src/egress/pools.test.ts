import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { guardedConnector } from './connect.ts'
import { EgressError, egressFailure } from './failure.ts'
import { createPools, type PoolKey, type PoolLimits, type Pools, poolKey } from './pools.ts'
import { httpServer, loopback, testEgress } from './servers.suite.ts'

describe('connections', () => {
  test('are shared by the calls of one account to one origin', async () => {
    const server = await httpServer((_, response) => response.end('ok'))
    const pools = testPools()
    const own = key(server.origin)
    for (let count = 0; count < 3; count++) {
      expect((await call(pools, own)).text).toBe('ok')
      await sleep(5)
    }
    expect([server.connections, pools.size()]).toEqual([1, 1])
  })

  test('are shared with no other account, organization or origin', async () => {
    const server = await httpServer((_, response) => response.end('ok'))
    const pools = testPools()
    await call(pools, key(server.origin))
    await call(pools, key(server.origin, { account: 'acc_2' }))
    await call(pools, key(server.origin, { organization: 'org_2' }))
    await call(pools, key(`http://localhost:${server.port}`))
    expect([server.connections, pools.size()]).toEqual([4, 4])
  })

  test('an aborted reply closes its connection, and nobody reads the rest of it', async () => {
    const longest: Socket[] = []
    const server = await httpServer((message, response) => {
      if (message.url === '/long') longest.push(message.socket)
      response.writeHead(200)
      response.write(`reply to ${message.url}`)
      if (message.url !== '/long') response.end()
    })
    const pools = testPools()
    const own = key(server.origin)
    const aborted = await call(pools, own, { path: '/long', abortAtFirstByte: true })
    expect(aborted.error).toBeDefined()
    expect((await call(pools, own, { path: '/mine' })).text).toBe('reply to /mine')
    expect((await call(pools, key(server.origin, { account: 'acc_2' }), { path: '/theirs' })).text).toBe(
      'reply to /theirs',
    )
    await sleep(50)
    expect(server.requests.map(({ url }) => url)).toEqual(['/long', '/mine', '/theirs'])
    expect(longest[0]?.destroyed).toBe(true)
  })

  test('redirects come back as they are', async () => {
    const sink = await httpServer((_, response) => response.end('ok'))
    const server = await httpServer((_, response) => response.writeHead(307, { location: sink.origin }).end())
    expect((await call(testPools(), key(server.origin))).status).toBe(307)
    expect(sink.connections).toBe(0)
  })
})

describe('pools', () => {
  test('beyond the maximum, the one used longest ago goes', async () => {
    const server = await httpServer((_, response) => response.end('ok'))
    const pools = testPools({ maximumPools: 2 })
    const [a, b, c] = ['a', 'b', 'c'].map((account) => key(server.origin, { account }))
    if (!a || !b || !c) throw new TypeError()
    await call(pools, a)
    await call(pools, b)
    await call(pools, a)
    await call(pools, c)
    expect(pools.size()).toBe(2)
    await call(pools, a)
    expect(server.connections).toBe(3)
    await call(pools, b)
    expect(server.connections).toBe(4)
  })

  test('a pool that goes lets its requests end', async () => {
    const held: ServerResponse[] = []
    const server = await httpServer((message, response) => {
      if (message.url === '/held') held.push(response)
      else response.end('ok')
    })
    const pools = testPools({ maximumPools: 1 })
    const slow = call(pools, key(server.origin), { path: '/held' })
    await until(() => held.length === 1)
    await call(pools, key(server.origin, { account: 'acc_2' }))
    expect(pools.size()).toBe(1)
    held[0]?.end('at last')
    expect((await slow).text).toBe('at last')
  })

  test('an idle pool is closed, one with a request under way is not', async () => {
    const held: ServerResponse[] = []
    const server = await httpServer((message, response) => {
      if (message.url === '/held') held.push(response)
      else response.end('ok')
    })
    const pools = testPools({ idleMilliseconds: 60 })
    const slow = call(pools, key(server.origin), { path: '/held' })
    await call(pools, key(server.origin, { account: 'acc_2' }))
    expect(pools.size()).toBe(2)
    await until(() => pools.size() === 1 && server.open.size === 1)
    await sleep(100)
    expect(pools.size()).toBe(1)
    held[0]?.end('at last')
    expect((await slow).text).toBe('at last')
    await until(() => pools.size() === 0 && server.open.size === 0)
  })

  test('an origin that closes a connection which waited long has none wait so long again', async () => {
    const server = await httpServer((_, response) => response.end('ok'))
    let now = 0
    const pools = testPools({ now: () => now })
    await call(pools, key(server.origin))
    await call(pools, key(server.origin, { account: 'acc_2' }))
    const closeAll = async () => {
      for (const socket of server.open) socket.end()
      await until(() => server.open.size === 0)
    }
    await closeAll()
    await call(pools, key(server.origin))
    expect(pools.size()).toBe(2)
    now = 5_000
    await closeAll()
    await until(() => pools.size() === 0)
    expect((await call(pools, key(server.origin))).text).toBe('ok')
  })

  test('closing waits for requests under way', async () => {
    const held: ServerResponse[] = []
    const server = await httpServer((_, response) => held.push(response))
    const pools = testPools()
    const slow = call(pools, key(server.origin))
    await until(() => held.length === 1)
    let isClosed = false
    const closed = pools.close().then(() => {
      isClosed = true
    })
    await sleep(30)
    expect(isClosed).toBe(false)
    held[0]?.end('at last')
    expect((await slow).text).toBe('at last')
    await closed
  })
})

describe('egress', () => {
  test('an API call to an inner address fails as blocked', async () => {
    const server = await httpServer((_, response) => response.end('ok'))
    const egress = testEgress({ allowedPrivate: [] })
    const { error } = await call(egress, key(server.origin))
    expect(egressFailure(error, 'no')).toMatchObject({ code: 'address_blocked', sent: 'no' })
    expect(server.connections).toBe(0)
  })

  test('an API call may go to a public address by plain http', async () => {
    const asked: string[] = []
    const lookup = async (hostname: string) => {
      asked.push(hostname)
      return [{ address: '93.184.216.34', family: 4 }]
    }
    const egress = testEgress({ lookup, connectTimeoutMilliseconds: 50 })
    const { error } = await call(egress, key('http://api.example.com'))
    expect(asked).toEqual(['api.example.com'])
    expect(egressFailure(error, 'no').code).toMatch(/^upstream_(timeout|unreachable)$/)
  })

  test('a failure is told in our words', () => {
    const coded = (code: string) => Object.assign(new Error('words of undici'), { code })
    expect(egressFailure(coded('UND_ERR_HEADERS_TIMEOUT'), 'unknown')).toMatchObject({
      code: 'upstream_timeout',
      sent: 'unknown',
      detail: 'UND_ERR_HEADERS_TIMEOUT',
    })
    expect(egressFailure(coded('UND_ERR_CONNECT_TIMEOUT'), 'no').code).toBe('upstream_timeout')
    expect(egressFailure(coded('ECONNRESET'), 'unknown').code).toBe('upstream_unreachable')
    expect(egressFailure(coded('UND_ERR_INVALID_ARG'), 'no').code).toBe('internal')
    expect(egressFailure('what', 'no').code).toBe('upstream_unreachable')
    expect(egressFailure(egressFailure(coded('X'), 'no'), 'unknown').sent).toBe('no')
    expect(egressFailure(coded('X'), 'no')).toBeInstanceOf(EgressError)
  })
})

function testPools(limits: Partial<PoolLimits> = {}): Pools {
  const policy = {
    allowedPrivate: loopback,
    exemptOrigins: new Set<string>(),
    allowHttpTo: 'anything',
  } as const
  const pools = createPools({ connect: (clientTls) => guardedConnector({ ...policy, clientTls }), ...limits })
  onTestFinished(() => pools.close())
  return pools
}

function key(origin: string, changes: Partial<PoolKey> = {}): PoolKey {
  return poolKey({ organization: 'org_1', account: 'acc_1', origin, ...changes })
}

interface Outcome {
  status?: number
  text: string
  error?: Error
}

function call(
  through: Pick<Pools, 'dispatch'>,
  target: PoolKey,
  { path = '/', abortAtFirstByte = false } = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    const outcome: Outcome = { text: '' }
    let abort: (error?: Error) => void = () => undefined
    through.dispatch(
      target,
      { method: 'GET', path },
      {
        onConnect(stop) {
          abort = stop
        },
        onHeaders(status) {
          outcome.status = status
          return true
        },
        onData(chunk) {
          outcome.text += chunk.toString()
          if (abortAtFirstByte) abort()
          return true
        },
        onComplete: () => resolve(outcome),
        onError: (error) => resolve({ ...outcome, error }),
      },
    )
  })
}

async function until(condition: () => boolean) {
  const deadline = performance.now() + 3_000
  while (!condition()) {
    if (performance.now() > deadline) throw new TypeError('waited in vain')
    await sleep(5)
  }
}
