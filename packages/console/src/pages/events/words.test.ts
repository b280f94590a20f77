import type { AnyEventReply, CallEventReply } from '@sallyport/contract'
import { expect, test } from 'vitest'
import { histogram } from './histogram.ts'
import { resultOf, titleOf, toneOf } from './words.ts'

function call(data: Partial<CallEventReply['data']>, second = 0): CallEventReply {
  const common = { requestId: 'req_1', method: 'GET', path: '/users/{id}', attempts: 1 }
  return {
    ...{ id: 'evt_1', type: 'call', at: new Date(second * 1000).toISOString() },
    data: { ...common, bytes: { up: 0, down: 0 }, milliseconds: { total: 1 }, ...data },
  }
}

function change(type: string): AnyEventReply {
  return { id: 'evt_2', type, at: new Date(0).toISOString(), data: {} }
}

test.each([
  [call({ status: 200 }), 'good', '200'],
  [call({ status: 304 }), 'good', '304'],
  [call({ status: 404 }), 'warn', '404'],
  [call({ status: 503 }), 'bad', '503'],
  [call({ status: 429, code: 'limit_reached' }), 'bad', '429 limit_reached'],
  [call({ status: 200, brokenBy: 'upstream' }), 'bad', '200, broken off'],
  [call({ status: 200, brokenBy: 'caller' }), 'warn', '200, broken off'],
  [call({}), 'warn', 'caller left'],
])('a call says in a word how it ended, and how serious that is: %#', (event, tone, result) => {
  expect([toneOf(event), resultOf(event)]).toEqual([tone, result])
})

test('an event that a later version tells is shown as well as can be', () => {
  expect(titleOf(change('account.needs_reconnect'))).toBe('Account needs reconnect')
  expect([titleOf(change('account.moved_on')), toneOf(change('account.moved_on'))]).toEqual([
    'Account moved on',
    'calm',
  ])
  expect(toneOf(change('toString'))).toBe('calm')
  expect(titleOf(call({}))).toBe('GET /users/{id}')
})

test('a chart of events has each of them once, from the oldest on until its end', () => {
  const events = [call({ status: 500 }, 4800), call({ status: 200 }, 2400), call({ status: 200 }, 0)]
  const { total, bars } = histogram(events, 4_800_000)
  expect(total).toEqual({ good: 2, calm: 0, warn: 0, bad: 1 })
  expect(bars).toHaveLength(48)
  expect(
    bars.flatMap(({ counts: { good, bad } }, index) => (good + bad > 0 ? [[index, good, bad]] : [])),
  ).toEqual([
    [0, 1, 0],
    [24, 1, 0],
    [47, 0, 1],
  ])
  // One event, or none, is a chart too.
  expect(histogram(events.slice(0, 1), 4_800_000).total.bad).toBe(1)
  expect(histogram([], 4_800_000).bars).toHaveLength(48)
})
