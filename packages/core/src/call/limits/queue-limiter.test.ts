import { describe, expect, test } from 'vitest'
import type { Bounds, Entry, Refusal } from '../../limiter-ports.ts'
import { QueueLimiter } from './queue-limiter.ts'
import { fakeTimers } from './timers.suite.ts'

interface Asked {
  together?: Bounds
  each?: Bounds
  length?: number
  milliseconds?: number
}

/** Calls of accounts `a`, `b`… of one integration, and what became of them. */
function limited({ together = {}, each = {}, length = 100, milliseconds = 10_000 }: Asked) {
  const timers = fakeTimers()
  const limiter = new QueueLimiter({ timers })
  const entered: string[] = []
  const refusals: Refusal[] = []
  const enter = (name: string, patience = milliseconds) => {
    const account = name.charAt(0)
    const entry: Entry = {
      integration: 'int_1',
      account,
      together,
      each,
      queue: { length, milliseconds: patience },
    }
    const place = limiter.enter(entry)
    void place.entered.then((refusal) => (refusal ? refusals.push(refusal) : entered.push(name)))
    return place
  }
  return { timers, limiter, enter, entered, refusals }
}

describe('concurrency', () => {
  test('so many go in, the next as one leaves, in the order in which they came', async () => {
    const { timers, enter, entered } = limited({ together: { concurrency: 2 } })
    const places = ['a1', 'a2', 'a3', 'a4'].map((name) => enter(name))
    await timers.settle()
    expect(entered).toEqual(['a1', 'a2'])
    places[1]?.leave()
    await timers.settle()
    expect(entered).toEqual(['a1', 'a2', 'a3'])
  })

  test('leaving twice makes room once', async () => {
    const { timers, enter, entered } = limited({ together: { concurrency: 1 } })
    const [first] = ['a1', 'a2', 'a3'].map((name) => enter(name))
    await timers.settle()
    first?.leave()
    first?.leave()
    await timers.settle()
    expect(entered).toEqual(['a1', 'a2'])
  })

  test('who leaves the queue is passed over, and takes no room with them', async () => {
    const { timers, enter, entered, refusals } = limited({ together: { concurrency: 1 } })
    const [first, second] = ['a1', 'a2', 'a3'].map((name) => enter(name))
    second?.leave()
    first?.leave()
    await timers.settle()
    expect(entered).toEqual(['a1', 'a3'])
    expect(refusals).toMatchObject([{ why: 'left' }])
  })

  test('an account at its own limit keeps nobody else out', async () => {
    const { timers, enter, entered } = limited({ together: { concurrency: 3 }, each: { concurrency: 1 } })
    for (const name of ['a1', 'a2', 'a3', 'b1', 'c1', 'd1']) enter(name)
    await timers.settle()
    expect(entered).toEqual(['a1', 'b1', 'c1'])
  })

  test('each integration has its own', async () => {
    const { timers, limiter, enter, entered } = limited({ together: { concurrency: 1 } })
    enter('a1')
    const other = limiter.enter({
      ...{ integration: 'int_2', account: 'a', together: { concurrency: 1 }, each: {} },
      queue: { length: 0, milliseconds: 0 },
    })
    expect(await other.entered).toBeUndefined()
    await timers.settle()
    expect(entered).toEqual(['a1'])
  })

  test('a limit that was raised holds from the next call on', async () => {
    const { timers, limiter, enter, entered } = limited({ together: { concurrency: 1 } })
    enter('a1')
    enter('a2')
    await timers.settle()
    expect(entered).toEqual(['a1'])
    const queue = { length: 9, milliseconds: 10_000 }
    limiter.enter({ integration: 'int_1', account: 'b', together: { concurrency: 3 }, each: {}, queue })
    await timers.settle()
    expect(entered).toEqual(['a1', 'a2'])
  })
})

describe('turns', () => {
  test('an account with one call does not wait behind the hundred of another', async () => {
    const { timers, enter, entered } = limited({ together: { concurrency: 1 } })
    const first = enter('a0')
    for (let call = 1; call <= 50; call += 1) enter(`a${call}`)
    enter('b1')
    enter('c1')
    first.leave()
    await timers.settle()
    expect(entered).toEqual(['a0', 'a1'])
  })

  test('accounts go in by turns, each with its oldest call', async () => {
    const { timers, enter, entered } = limited({ together: { concurrency: 1 } })
    const inside = [enter('a0')]
    for (const name of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1']) inside.push(enter(name))
    for (const turn of [0, 1, 4, 6, 2, 5]) {
      inside[turn]?.leave()
      await timers.settle()
    }
    expect(entered).toEqual(['a0', 'a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
  })
})

describe('rates', () => {
  test('no more than so many in any such time, and the next as soon as there is room', async () => {
    const { timers, enter, entered } = limited({ together: { rate: { requests: 2, milliseconds: 1000 } } })
    enter('a1').leave()
    await timers.advance(600)
    enter('a2').leave()
    enter('a3').leave
    enter('a4').leave
    await timers.advance(399)
    expect(entered).toEqual(['a1', 'a2'])
    await timers.advance(1)
    expect(entered).toEqual(['a1', 'a2', 'a3'])
    await timers.advance(600)
    expect(entered).toEqual(['a1', 'a2', 'a3', 'a4'])
  })

  test('an account that has used up its own keeps nobody else out', async () => {
    const { timers, enter, entered } = limited({ each: { rate: { requests: 1, milliseconds: 1000 } } })
    for (const name of ['a1', 'a2', 'b1', 'b2']) enter(name)
    await timers.settle()
    expect(entered).toEqual(['a1', 'b1'])
    await timers.advance(1000)
    expect(entered).toEqual(['a1', 'b1', 'a2', 'b2'])
  })

  test('what could not go in in time hears so at once, and when to come again', async () => {
    const { timers, enter, refusals } = limited({
      ...{ together: { rate: { requests: 1, milliseconds: 60_000 } }, milliseconds: 10_000 },
    })
    enter('a1')
    await timers.advance(20_000)
    enter('a2')
    await timers.settle()
    expect(refusals).toEqual([
      { of: 'integration', limit: 'rate', why: 'too_long', retryAfterMilliseconds: 40_000 },
    ])
  })
})

describe('the queue', () => {
  test('is bounded for each account by itself', async () => {
    const { timers, enter, refusals, entered } = limited({ together: { concurrency: 1 }, length: 2 })
    const first = enter('a0')
    for (const name of ['a1', 'a2', 'a3', 'b1', 'b2']) enter(name)
    await timers.settle()
    expect(refusals).toMatchObject([{ of: 'integration', limit: 'concurrency', why: 'queue_full' }])
    first.leave()
    await timers.settle()
    expect(entered).toEqual(['a0', 'a1'])
  })

  test('of length 0 lets in what there is room for, and nothing wait', async () => {
    const { timers, enter, refusals, entered } = limited({ each: { concurrency: 1 }, length: 0 })
    enter('a1')
    enter('a2')
    await timers.settle()
    expect(entered).toEqual(['a1'])
    expect(refusals).toMatchObject([{ of: 'account', limit: 'concurrency', why: 'queue_full' }])
  })

  test('lets nobody wait longer than they may', async () => {
    const { timers, enter, refusals, entered } = limited({ together: { concurrency: 1 } })
    enter('a1')
    enter('a2', 5000)
    enter('a3', 2000)
    await timers.advance(1999)
    expect(refusals).toEqual([])
    await timers.advance(1)
    expect(refusals).toEqual([
      { of: 'integration', limit: 'concurrency', why: 'waited', retryAfterMilliseconds: 1000 },
    ])
    await timers.advance(3000)
    expect(refusals).toHaveLength(2)
    expect(entered).toEqual(['a1'])
  })
})

describe('a pause', () => {
  test('that is short is waited for, by its account alone', async () => {
    const { timers, limiter, enter, entered } = limited({})
    limiter.pause({ integration: 'int_1', account: 'a' }, 3000)
    enter('a1')
    enter('b1')
    await timers.advance(2999)
    expect(entered).toEqual(['b1'])
    await timers.advance(1)
    expect(entered).toEqual(['b1', 'a1'])
  })

  test('of the integration holds for all of its accounts, and for no other integration', async () => {
    const { timers, limiter, enter, entered } = limited({})
    limiter.pause({ integration: 'int_1' }, 3000)
    enter('a1')
    enter('b1')
    await timers.settle()
    expect(entered).toEqual([])
    expect([limiter.isPaused('int_1', 'z'), limiter.isPaused('int_2', 'a')]).toEqual([true, false])
    await timers.advance(3000)
    expect(entered).toEqual(['a1', 'b1'])
  })

  test('that is longer than calls wait is told at once, also to those that wait already', async () => {
    const { timers, limiter, enter, refusals } = limited({ together: { concurrency: 1 } })
    enter('a1')
    enter('a2')
    limiter.pause({ integration: 'int_1', account: 'a' }, 30_000)
    enter('a3')
    await timers.settle()
    const refusal = { of: 'integration', limit: 'concurrency', why: 'too_long', retryAfterMilliseconds: 1000 }
    expect(refusals[0]).toEqual(refusal)
    await timers.advance(5_000)
    enter('b1')
    await timers.settle()
    expect(refusals).toHaveLength(1)
  })

  test('grows, and never shrinks', async () => {
    const { timers, limiter, enter, entered } = limited({})
    limiter.pause({ integration: 'int_1', account: 'a' }, 2000)
    limiter.pause({ integration: 'int_1', account: 'a' }, 5000)
    limiter.pause({ integration: 'int_1', account: 'a' }, 1000)
    enter('a1')
    await timers.advance(4999)
    expect(entered).toEqual([])
    await timers.advance(1)
    expect(entered).toEqual(['a1'])
  })

  test('is over when it is over', async () => {
    const { timers, limiter } = limited({})
    limiter.pause({ integration: 'int_1', account: 'a' }, 2000)
    expect(limiter.isPausing).toBe(true)
    limiter.pause({ integration: 'int_1', account: 'a' }, 3000)
    await timers.advance(2999)
    expect([limiter.isPausing, limiter.isPaused('int_1', 'a')]).toEqual([true, true])
    await timers.advance(1)
    expect([limiter.isPausing, limiter.isPaused('int_1', 'a')]).toEqual([false, false])
  })
})

test('accounts that need not be remembered are forgotten', async () => {
  const timers = fakeTimers()
  const limiter = new QueueLimiter({ timers })
  for (let number = 0; number < 50_000; number += 1) {
    const bounds = { concurrency: 1, rate: { requests: 5, milliseconds: 1000 } }
    const queue = { length: 1, milliseconds: 1000 }
    const ids = { integration: `int_${number % 7}`, account: `acc_${number}` }
    limiter.enter({ ...ids, together: {}, each: bounds, queue }).leave()
    if (number % 100 === 0) await timers.advance(500)
  }
  expect(limiter.size).toBeLessThan(5000)
})
