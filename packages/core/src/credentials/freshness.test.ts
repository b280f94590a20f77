import { describe, expect, test } from 'vitest'
import { type Freshness, freshness, renewalMargin } from './freshness.ts'

const minute = 60_000
const issuedAt = Date.UTC(2026, 0, 1)

function tokens(lifetimeMinutes: number | undefined) {
  return {
    issuedAt,
    expiresAt: lifetimeMinutes === undefined ? undefined : issuedAt + lifetimeMinutes * minute,
  }
}

describe('renewalMargin', () => {
  test.each<[lifetime: number | undefined, before: number | undefined, marginMinutes: number | undefined]>([
    [60, undefined, 30],
    [10, undefined, 5],
    [61, undefined, 30],
    [59, undefined, 29.5],
    [24 * 60, undefined, 30],
    [1, undefined, 0.5],
    [60, 300, 5],
    [60, 7200, 30],
    [24 * 60, 7200, 120],
    [undefined, undefined, undefined],
    [undefined, 300, undefined],
  ])(
    'a token of %j minutes with renewal.before %j is renewed %j minutes before its end',
    (lifetime, before, margin) => {
      expect(renewalMargin(tokens(lifetime), { before })).toBe(
        margin === undefined ? undefined : margin * minute,
      )
    },
  )
})

describe('freshness', () => {
  test.each<[lifetime: number, age: number, renewable: boolean, verdict: Freshness]>([
    [60, 0, true, 'fresh'],
    [60, 30, true, 'fresh'],
    [60, 30.001, true, 'due'],
    [60, 59.999, true, 'due'],
    [60, 60, true, 'expired'],
    [60, 600, true, 'expired'],
    [10, 5, true, 'fresh'],
    [10, 5.001, true, 'due'],
    [10, 10, true, 'expired'],
    [60, 30.001, false, 'fresh'],
    [60, 59.999, false, 'fresh'],
    [60, 60, false, 'ended'],
    [0, 0, true, 'expired'],
  ])('a token of %j minutes at the age of %j, renewable %s, is %s', (lifetime, age, renewable, verdict) => {
    expect(freshness(tokens(lifetime), issuedAt + age * minute, {}, renewable)).toBe(verdict)
  })

  test('a new token is never due, however short it lives', () => {
    for (const lifetime of [0.001, 0.1, 1, 5, 29, 30, 31, 60]) {
      expect(freshness(tokens(lifetime), issuedAt, { before: 86_400 }, true)).toBe('fresh')
    }
  })

  test('a token without an end is fresh for ever', () => {
    expect(freshness(tokens(undefined), issuedAt + 1e15, {}, true)).toBe('fresh')
    expect(freshness(tokens(undefined), issuedAt + 1e15, {}, true, 1e15)).toBe('fresh')
  })

  test('without a token, what can be fetched is fetched', () => {
    expect(freshness(undefined, issuedAt, {}, true)).toBe('expired')
    expect(freshness(undefined, issuedAt, {}, false)).toBe('fresh')
  })

  test('a caller that needs more than the margin gets it, where a renewal can give it', () => {
    const at = issuedAt + 20 * minute
    expect(freshness(tokens(60), at, {}, true, 40 * minute)).toBe('fresh')
    expect(freshness(tokens(60), at, {}, true, 40 * minute + 1)).toBe('due')
    expect(freshness(tokens(60), at, {}, false, 50 * minute)).toBe('fresh')
  })

  test('a caller that needs less than the margin does not shorten it', () => {
    expect(freshness(tokens(60), issuedAt + 31 * minute, {}, true, 1)).toBe('due')
  })
})

test('asking for more than the provider grants renews every half a minute, not at once again', () => {
  const hour = 3_600_000
  const tokens = { issuedAt: 0, expiresAt: hour }
  expect(freshness(tokens, 10_000, {}, true, 2 * hour)).toBe('fresh')
  expect(freshness(tokens, 31_000, {}, true, 2 * hour)).toBe('due')
  expect(freshness(tokens, 31_000, {}, true, hour / 2)).toBe('fresh')
})
