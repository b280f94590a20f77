import { expect, test } from 'vitest'
import { isFollowed, readEventSearch } from './search.ts'

test('an address says which events a list shows; what it cannot mean is left out, and moments are told in one way', () => {
  expect(
    readEventSearch({
      ...{ type: 'call', account: 'acc_1', app: 'shop', request: 'req_0a', status: '4xx', live: true },
      ...{ since: '2026-01-01T01:00:00+01:00', until: '2026-01-02' },
    }),
  ).toEqual({
    ...{ type: 'call', account: 'acc_1', app: 'shop', request: 'req_0a', status: '4xx', live: true },
    ...{ since: '2026-01-01T00:00:00.000Z', until: '2026-01-02T00:00:00.000Z' },
  })
  expect(readEventSearch({ status: 404, live: 'true' })).toEqual({ status: '404', live: true })
  const nothing = {
    type: 'x',
    request: 'evt_1',
    status: '4',
    since: 'soon',
    account: '',
    key: 'k'.repeat(65),
  }
  expect(readEventSearch({ ...nothing, live: 'no', app: ['shop'], other: 'x' })).toEqual({})
})

test('what is followed is the newest page alone: older ones, and a stretch of time that is over, do not change', () => {
  expect(isFollowed({ live: true })).toBe(true)
  expect(isFollowed({})).toBe(false)
  expect(isFollowed({ live: true, cursor: 'x' })).toBe(false)
  expect(isFollowed({ live: true, until: '2026-01-01T00:00:00.000Z' })).toBe(false)
})
