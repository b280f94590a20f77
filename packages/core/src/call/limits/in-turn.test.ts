import type { RequestListener, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { Definition } from '@sallyport/contract'
import { IntegrationInput } from '@sallyport/contract'
import { fakeClock } from '@sallyport/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parseUrl } from '../../destination/url.ts'
import { poolKey } from '../../egress/pools.ts'
import { httpServer, socketServer, testEgress } from '../../egress/servers.suite.ts'
import type { Random } from '../../ports.ts'
import { schemeOf } from '../../schemes/index.ts'
import { attempt } from '../attempt.ts'
import { Body } from '../body.ts'
import type { Answer, CallInput } from '../call.ts'
import type { CallTarget } from '../call-target.ts'
import { Caller } from '../caller.ts'
import { verdictOf } from '../verdict.ts'
import { heed, inTurn } from './in-turn.ts'
import { Limits } from './limits.ts'
import { QueueLimiter } from './queue-limiter.ts'
import { fakeTimers } from './timers.suite.ts'
import { trafficOf } from './traffic.ts'

/** As long as a back-off may take: half a second for the second, and so on. */
const longest: Random = { bytes: (count) => Buffer.alloc(count, 255) }

/** An account of an API on loopback, and calls of it. */
async function passage(answer: RequestListener, says: Partial<Definition> = {}, origin?: string) {
  const server = await httpServer(answer)
  const timers = fakeTimers()
  const clock = fakeClock()
  const egress = testEgress()
  const callers: Caller[] = []
  // Replies that nobody read would keep the connections from being closed.
  onTestFinished(() => {
    for (const caller of callers) caller.leave()
  })
  const limits = new Limits({ limiter: new QueueLimiter({ timers }), monotonic: timers.monotonic })
  const ports = { limits, timers, clock, random: longest }
  const definition = IntegrationInput.parse({
    ...{ key: 'crm', name: 'CRM', baseUrl: server.origin, auth: { type: 'api_token' } },
    ...says,
  })
  const target = (id: string) => {
    const found = {
      ...{ integration: { id: 'int_1', key: 'crm' }, account: { organizationId: 'org_1', id } },
      ...{ definition, scheme: schemeOf(definition) },
    } as unknown as CallTarget
    return { ...found, traffic: trafficOf(found) }
  }
  const call = (given: Partial<CallInput> & { id?: string } = {}) => {
    const { id = 'acc_1', ...rest } = given
    const input = {
      ...{ method: 'GET', path: '', query: '', headers: [], body: undefined, targetUrl: undefined },
      ...{ timeout: undefined, retries: undefined, caller: new Caller(), ...rest },
    }
    callers.push(input.caller)
    const { hostname = '' } = parseUrl(server.origin) ?? {}
    const address = { origin: origin ?? server.origin, hostname, path: `/${input.path}` }
    const send = async ({ method, timeout, caller, body }: typeof input): Promise<Answer> => {
      const pool = poolKey({ organization: 'org_1', account: id, origin: address.origin })
      const request = { method, address, headers: [], body: body?.send(), timeout, caller, pool }
      const reply = await attempt(egress, request)
      const rules = target(id).traffic?.authErrors ?? { statuses: [401] }
      return { reply, verdict: await verdictOf(reply, rules), sentAs: target(id) }
    }
    return { input, reply: inTurn(ports, target(id), input, send) }
  }
  return { server, timers, clock, limits, ports, target, call }
}

/** Waits for what a real server brings. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate)
}

type Scripted = number | readonly [status: number, retryAfter: string]

/** Answers with these in turn, the last one for ever. */
function answering(...script: readonly Scripted[]): RequestListener {
  let asked = 0
  return (_, response) => {
    const next = script[Math.min(asked, script.length - 1)] ?? 200
    asked += 1
    const [status, retryAfter] = typeof next === 'number' ? [next, undefined] : next
    response.writeHead(status, retryAfter === undefined ? {} : { 'Retry-After': retryAfter })
    response.end(`reply ${asked}`)
  }
}

async function textOf({ reply }: Answer): Promise<string> {
  return String(await reply.peek(1000, 1000))
}

describe('what failed transiently', () => {
  test.each([502, 503, 504, 429])('%i: is sent again as often as the caller asks', async (status) => {
    const { timers, call } = await passage(answering(status, status, 200))
    const { reply } = call({ retries: 2 })
    for (const milliseconds of [249, 499]) {
      await until(() => timers.waiting > 0)
      await timers.advance(milliseconds)
    }
    expect([(await reply).reply.status, await textOf(await reply)]).toEqual([200, 'reply 3'])
  })

  test('waits before it is sent again, longer each time', async () => {
    const { server, timers, call } = await passage(answering(503, 503, 200))
    const { reply } = call({ retries: 5 })
    await until(() => server.requests.length === 1)
    await until(() => timers.waiting > 0)
    await timers.advance(248)
    expect(server.requests).toHaveLength(1)
    await timers.advance(1)
    await until(() => server.requests.length === 2)
    await until(() => timers.waiting > 0)
    await timers.advance(498)
    expect(server.requests).toHaveLength(2)
    await timers.advance(1)
    expect((await reply).reply.status).toBe(200)
  })

  test.each<[what: string, status: number, given: Partial<CallInput>]>([
    ['nobody asked for it', 503, {}],
    ['the caller forbids it', 503, { retries: 0 }],
    ['it might be done twice', 503, { method: 'POST', retries: 5 }],
    ['it has not failed', 200, { retries: 5 }],
    ['it would fail again', 404, { retries: 5 }],
    ['the API itself has failed', 500, { retries: 5 }],
  ])('is passed on at once where %s', async (_, status, given) => {
    const { server, call } = await passage(answering(status))
    expect((await call(given).reply).reply.status).toBe(status)
    expect(server.requests).toHaveLength(1)
  })

  test('a POST with a key of idempotency is sent again, with its body', async () => {
    const { server, timers, call } = await passage(answering(503, 200))
    const body = new Body(Readable.from([Buffer.from('one'), Buffer.from('two')]), undefined)
    const { reply } = call({ method: 'POST', headers: ['Idempotency-Key', 'k'], retries: 1, body })
    await until(() => server.requests.length === 1)
    await until(() => timers.waiting > 0)
    await timers.advance(1000)
    expect((await reply).reply.status).toBe(200)
    expect(server.requests.map((request) => request.body)).toEqual(['onetwo', 'onetwo'])
  })

  test('a body that is too long to be kept is sent once', async () => {
    const { server, call } = await passage(answering(503, 200))
    const body = new Body(Readable.from([Buffer.alloc(2_000_000)]), undefined)
    expect((await call({ method: 'PUT', retries: 3, body }).reply).reply.status).toBe(503)
    expect(server.requests).toHaveLength(1)
  })

  test('the last reply is the one that is passed on, whole', async () => {
    const { server, timers, call } = await passage(answering(503))
    const { reply } = call({ retries: 1 })
    await until(() => server.requests.length === 1)
    await until(() => timers.waiting > 0)
    await timers.advance(1000)
    expect(await textOf(await reply)).toBe('reply 2')
  })

  test('a connection that is refused is tried again, whatever the method', async () => {
    const gone = await socketServer(() => undefined)
    const { timers, call, server } = await passage(answering(200), {}, 'http://127.0.0.1:1')
    const { reply } = call({ method: 'POST', retries: 2 })
    const failure = reply.catch((error: unknown) => error)
    for (const milliseconds of [249, 499]) {
      await until(() => timers.waiting > 0)
      await timers.advance(milliseconds)
    }
    expect(await failure).toMatchObject({ code: 'upstream_unreachable' })
    expect([gone.connections, server.connections]).toEqual([0, 0])
  })

  test('nothing is sent for a caller who has left', async () => {
    const { server, timers, call } = await passage(answering(503, 200))
    const { reply, input } = call({ retries: 3 })
    await until(() => server.requests.length === 1)
    await until(() => timers.waiting > 0)
    input.caller.leave()
    expect((await reply).reply.status).toBe(503)
    await timers.advance(10_000)
    expect(server.requests).toHaveLength(1)
  })

  test('all attempts together take no longer than Sallyport-Timeout', async () => {
    const { server, timers, call } = await passage(answering(503))
    const { reply } = call({ retries: 5, timeout: 600 })
    await until(() => server.requests.length === 1)
    await until(() => timers.waiting > 0)
    await timers.advance(300)
    await until(() => server.requests.length === 2)
    expect((await reply).reply.status).toBe(503)
    expect(server.requests).toHaveLength(2)
  })

  test('the definition may ask for it, for statuses of its own', async () => {
    const { server, timers, call } = await passage(answering(500, 200), {
      retry: { times: 1, statuses: [500] },
    })
    const { reply } = call()
    await until(() => server.requests.length === 1)
    await until(() => timers.waiting > 0)
    await timers.advance(1000)
    expect((await reply).reply.status).toBe(200)
  })
})

describe('a reply that says too much was sent', () => {
  test('is passed on unchanged, and the next call waits until the API takes it', async () => {
    const { server, timers, call } = await passage(answering([429, '5'], 200))
    const first = await call().reply
    expect([first.reply.status, await textOf(first)]).toEqual([429, 'reply 1'])
    const second = call().reply
    await timers.advance(4999)
    expect(server.requests).toHaveLength(1)
    await timers.advance(1)
    expect((await second).reply.status).toBe(200)
  })

  test('a longer pause than calls wait for is told at once, with its end', async () => {
    const { server, call } = await passage(answering([429, '120']))
    await call().reply
    await expect(call().reply).rejects.toMatchObject({
      code: 'limit_reached',
      retryAfterSeconds: 120,
      message: expect.stringContaining('The API wants a pause of account acc_1 of the integration crm'),
    })
    expect((await call({ id: 'acc_2' }).reply).reply.status).toBe(429)
    expect(server.requests).toHaveLength(2)
  })

  test('holds for all accounts where the definition says so, and for none where it says that', async () => {
    const rateLimit = { longestPause: 300, pauses: 'integration' as const }
    const shared = await passage(answering([429, '120']), { rateLimit })
    await shared.call().reply
    await expect(shared.call({ id: 'acc_2' }).reply).rejects.toMatchObject({ code: 'limit_reached' })
    const ignored = await passage(answering([429, '120']), {
      rateLimit: { ...rateLimit, pauses: 'nothing' },
    })
    await ignored.call().reply
    expect((await ignored.call().reply).reply.status).toBe(429)
  })

  test('is recognized by what its body holds', async () => {
    const answer: RequestListener = (_, response) =>
      response
        .writeHead(200, { 'Content-Type': 'application/json' })
        .end('{"ok":false,"error":"ratelimited","wait":60}')
    const rateLimit = {
      ...{ statuses: [200], path: '/error', values: ['ratelimited'], longestPause: 300 },
      ...{ reset: { path: '/wait', unit: 's' as const }, pauses: 'account' as const },
    }
    const { call } = await passage(answer, { rateLimit })
    expect((await call().reply).verdict).toBe('rate_limited')
    await expect(call().reply).rejects.toMatchObject({ code: 'limit_reached', retryAfterSeconds: 60 })
  })

  test('with a retry the same call waits for the end of the pause where that fits', async () => {
    const { server, timers, call } = await passage(answering([429, '5'], 200))
    const { reply } = call({ retries: 1 })
    await until(() => server.requests.length === 1)
    await until(() => timers.waiting > 0)
    await timers.advance(4999)
    expect(server.requests).toHaveLength(1)
    await timers.advance(2)
    expect((await reply).reply.status).toBe(200)
  })

  test('and is passed on where it does not', async () => {
    const { server, call } = await passage(answering([429, '60']))
    expect((await call({ retries: 3 }).reply).reply.status).toBe(429)
    expect(server.requests).toHaveLength(1)
  })

  test('counts also where nothing else is limited', async () => {
    const { ports, target, call, limits } = await passage(answering([503, '60']))
    const answer = await call().reply
    expect(await heed(ports, target('acc_9'), answer)).toBe(60_000)
    expect([limits.isPaused(target('acc_9')), limits.isPaused(target('acc_8'))]).toEqual([true, false])
  })
})

describe('a place is free again', () => {
  const one = { limits: { concurrency: 1, queue: { length: 5, seconds: 10 } } }

  test('when the reply has come to its end, and not before', async () => {
    const replies: ServerResponse[] = []
    const { server, timers, call, limits } = await passage((_message, response) => {
      replies.push(response)
      response.writeHead(200).write('a part')
    }, one)
    const first = await call().reply
    const second = call().reply
    await timers.settle()
    expect([server.requests.length, limits.snapshot()]).toMatchObject([1, { inUse: 1, waiting: 1 }])
    replies[0]?.end(', and the rest')
    expect(await textOf(first)).toBe('a part, and the rest')
    await second
    replies[1]?.end()
    await until(() => limits.snapshot().inUse === 0)
    expect(limits.snapshot()).toMatchObject({ inUse: 0, waiting: 0, entered: 2 })
  })

  test('when the reply is discarded, breaks off, or never comes', async () => {
    const { call, limits } = await passage((message, response) => {
      if (message.url === '/broken') message.socket.destroy()
      else response.writeHead(200).write('a part')
    }, one)
    const discarded = await call().reply
    discarded.reply.discard()
    await expect(call({ path: 'broken' }).reply).rejects.toMatchObject({ code: 'upstream_unreachable' })
    const last = await call().reply
    expect(limits.snapshot()).toMatchObject({ inUse: 1, waiting: 0, entered: 3 })
    last.reply.discard()
    await until(() => limits.snapshot().inUse === 0)
  })

  test('when its caller leaves, before or after the reply has begun', async () => {
    const { server, call, limits } = await passage(
      (_, response) => void response.writeHead(200).write('x'),
      one,
    )
    const first = call()
    await first.reply
    const waiting = call()
    waiting.input.caller.leave()
    await expect(waiting.reply).rejects.toMatchObject({ code: 'bad_request', detail: 'the caller left' })
    first.input.caller.leave()
    await until(() => limits.snapshot().inUse === 0)
    expect([server.requests.length, limits.snapshot().waiting]).toEqual([1, 0])
  })

  test('what waits longer than Sallyport-Timeout allows is told which limit it was', async () => {
    const { timers, call, limits } = await passage(
      (_, response) => void response.writeHead(200).write('x'),
      one,
    )
    const first = await call().reply
    const second = call({ timeout: 2000 }).reply.catch((error: unknown) => error)
    await timers.advance(2000)
    expect(await second).toMatchObject({
      code: 'limit_reached',
      status: 429,
      message: expect.stringMatching(
        /1 calls of the integration crm .*\(limits\.concurrency\).*waited for 2 s/,
      ),
    })
    expect(limits.snapshot().refused).toMatchObject({ integration_concurrency: 1, account_concurrency: 0 })
    first.reply.discard()
  })
})
