import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Bounds, Limiter, Place } from '../../limiter-ports.ts'
import { QueueLimiter } from './queue-limiter.ts'
import { RemoteLimiter } from './remote-limiter.ts'
import { serveLimiter } from './served-limiter.ts'
import { type FakeTimers, fakeTimers } from './timers.suite.ts'

const bounds = fc.record(
  {
    concurrency: fc.integer({ min: 1, max: 3 }),
    rate: fc.record({
      requests: fc.integer({ min: 1, max: 3 }),
      milliseconds: fc.constantFrom(50, 100, 400),
    }),
  },
  { requiredKeys: [] },
)

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('enter' as const), account: fc.integer({ min: 0, max: 3 }) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('leave' as const), which: fc.nat(40) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('time' as const),
      milliseconds: fc.integer({ min: 1, max: 200 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('pause' as const),
      account: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
      milliseconds: fc.integer({ min: 1, max: 300 }),
    }),
  },
)

const course = fc.record({ together: bounds, each: bounds, steps: fc.array(step, { maxLength: 60 }) })
type Course = typeof course extends fc.Arbitrary<infer T> ? T : never

interface Call {
  readonly account: string
  readonly place: Place
  enteredAt: number | undefined
  state: 'waiting' | 'inside' | 'ended'
}

/** One after the other; after each what must always hold is checked. */
async function walk(
  timers: FakeTimers,
  limiter: Limiter,
  { together, each, steps }: Course,
): Promise<Call[]> {
  const calls: Call[] = []
  for (const one of steps) {
    if (one.kind === 'enter') calls.push(enter(timers, limiter, `acc_${one.account}`, { together, each }))
    else if (one.kind === 'leave') leave(calls[one.which])
    else if (one.kind === 'time') await timers.advance(one.milliseconds)
    else
      limiter.pause(
        { integration: 'int_1', ...(one.account !== undefined && { account: `acc_${one.account}` }) },
        one.milliseconds,
      )
    await timers.settle()
    check(calls, together)
    for (const account of new Set(calls.map((call) => call.account)))
      check(
        calls.filter((call) => call.account === account),
        each,
      )
  }
  return calls
}

function enter(
  timers: FakeTimers,
  limiter: Limiter,
  account: string,
  bounds: { together: Bounds; each: Bounds },
): Call {
  const queue = { length: 20, milliseconds: 1000 }
  const place = limiter.enter({ integration: 'int_1', account, ...bounds, queue })
  const call: Call = { account, place, enteredAt: undefined, state: 'waiting' }
  void place.entered.then((refusal) => {
    if (!refusal) call.enteredAt = timers.monotonic()
    if (call.state === 'waiting') call.state = refusal ? 'ended' : 'inside'
  })
  return call
}

function leave(call: Call | undefined): void {
  call?.place.leave()
  if (call) call.state = 'ended'
}

function check(calls: readonly Call[], { concurrency, rate }: Bounds): void {
  const inside = calls.filter(({ state }) => state === 'inside').length
  if (concurrency !== undefined) expect(inside).toBeLessThanOrEqual(concurrency)
  if (!rate) return
  const times = calls
    .flatMap(({ enteredAt }) => (enteredAt === undefined ? [] : [enteredAt]))
    .sort((a, b) => a - b)
  for (const [index, time] of times.entries()) {
    const next = times[index + rate.requests]
    if (next !== undefined) expect(next - time).toBeGreaterThanOrEqual(rate.milliseconds)
  }
}

/** The limiter itself, and the same behind messages that are nothing but JSON. */
const ways = {
  'in this process': (timers: FakeTimers) => new QueueLimiter({ timers }),
  'by messages': (timers: FakeTimers): Limiter => {
    const served = serveLimiter(new QueueLimiter({ timers }), (answer) =>
      remote.receive(JSON.parse(JSON.stringify(answer))),
    )
    const remote: RemoteLimiter = new RemoteLimiter({
      timers,
      ask: (question) => served.receive(JSON.parse(JSON.stringify(question))),
    })
    return remote
  },
}

test.each(Object.entries(ways))('%s: never more than the limits, whatever comes', async (_, make) => {
  await fc.assert(
    fc.asyncProperty(course, async (given) => {
      const timers = fakeTimers()
      await walk(timers, make(timers), given)
    }),
    { numRuns: 150 },
  )
})

test.each(Object.entries(ways))(
  '%s: nobody waits for ever, and what ended left nothing behind',
  async (_, make) => {
    await fc.assert(
      fc.asyncProperty(course, async (given) => {
        const timers = fakeTimers()
        const limiter = make(timers)
        const calls = await walk(timers, limiter, given)
        await timers.advance(2000)
        expect(calls.filter(({ state }) => state === 'waiting')).toEqual([])
        for (const call of calls) {
          leave(call)
          leave(call)
        }
        await timers.advance(2000)
        const most = Math.min(given.together.concurrency ?? 3, given.each.concurrency ?? 3)
        const burst = Math.min(given.together.rate?.requests ?? 3, given.each.rate?.requests ?? 3)
        const { together, each } = given
        const last = Array.from({ length: Math.min(most, burst) }, () =>
          enter(timers, limiter, 'acc_0', { together, each }),
        )
        await timers.settle()
        expect(last.map(({ state }) => state)).toEqual(last.map(() => 'inside'))
      }),
      { numRuns: 100 },
    )
  },
)

test('an account that keeps coming starves nobody: who waits goes in after at most one call of each other', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 40 }),
      async (concurrency, accounts) => {
        const timers = fakeTimers()
        const limiter = new QueueLimiter({ timers })
        const order: string[] = []
        const together = { concurrency }
        const inside: Place[] = []
        const come = (account: string) => {
          const queue = { length: 1000, milliseconds: 100_000 }
          const place = limiter.enter({ integration: 'int_1', account, together, each: {}, queue })
          void place.entered.then(() => {
            order.push(account)
            inside.push(place)
          })
        }
        for (let flood = 0; flood < 30; flood += 1) come('flood')
        for (const account of accounts) come(`acc_${account}`)
        await timers.settle()
        const [others, before] = [new Set(accounts).size, order.length]
        for (let round = 0; round <= others; round += 1) {
          come('flood')
          inside.shift()?.leave()
          await timers.settle()
        }
        expect(new Set(order.slice(before)).size).toBe(others + 1)
      },
    ),
    { numRuns: 50 },
  )
})

test('a process that dies frees what it held, and its place in the queue', async () => {
  const timers = fakeTimers()
  const limiter = new QueueLimiter({ timers })
  const posted: unknown[] = []
  const dying = serveLimiter(limiter, (answer) => posted.push(answer))
  const entry = {
    ...{ integration: 'int_1', account: 'acc_1', together: { concurrency: 2 }, each: {} },
    queue: { length: 10, milliseconds: 10_000 },
  }
  for (const place of [1, 2, 3]) dying.receive({ limiter: 'enter', place, entry })
  const next = limiter.enter(entry)
  const second = limiter.enter(entry)
  await timers.settle()
  expect(posted).toHaveLength(2)
  dying.close()
  expect(await next.entered).toBeUndefined()
  expect(await second.entered).toBeUndefined()
  expect(posted).toHaveLength(2)
})

test('what one process hears of a pause all know, also one that starts later', async () => {
  const timers = fakeTimers()
  const limiter = new QueueLimiter({ timers })
  const one = remoteOf(limiter, timers)
  const other = remoteOf(limiter, timers)
  one.pause({ integration: 'int_1', account: 'acc_1' }, 1000)
  expect([one.isPausing, other.isPausing]).toEqual([true, true])
  expect([other, remoteOf(limiter, timers)].map((each) => each.isPaused('int_1', 'acc_1'))).toEqual([
    true,
    true,
  ])
  await timers.advance(1000)
  expect([one.isPausing, other.isPausing]).toEqual([false, false])
})

function remoteOf(limiter: QueueLimiter, timers: FakeTimers): RemoteLimiter {
  const remote = new RemoteLimiter({ timers, ask: (question) => served.receive(question) })
  const served = serveLimiter(limiter, (answer) => remote.receive(answer))
  return remote
}
