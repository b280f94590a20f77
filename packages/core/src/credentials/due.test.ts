import { describe, expect, test } from 'vitest'
import { accountDue, isIdle, keepAliveDue, renewalDue, retryDue } from './due.ts'
import { renewalTime } from './freshness.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const issuedAt = Date.UTC(2026, 0, 1)

/** Randomness that is the same each time: nothing, half, or nearly all. */
const dice = (share: number) => ({
  bytes: (count: number) => {
    const bytes = Buffer.alloc(count)
    bytes.writeUInt32BE(Math.min(Math.floor(share * 2 ** 32), 2 ** 32 - 1))
    return bytes
  },
})
const all = dice(1)
const none = dice(0)

function tokens(lifetime: number) {
  return { issuedAt, expiresAt: issuedAt + lifetime }
}

describe('tokens that were just issued are due in the background', () => {
  test.each<[lifetime: number, policy: object, latest: number, earliest: number]>([
    [hour, {}, 30 * minute, 15 * minute],
    [10 * minute, {}, 5 * minute, 2.5 * minute],
    [day, {}, day - 30 * minute, day - 45 * minute],
    [day, { before: 7200 }, day - 2 * hour, day - 3 * hour],
    [10 * minute, { notBefore: 570 }, 9.5 * minute, 9.5 * minute],
    [10 * minute, { notBefore: 240 }, 5 * minute, 4 * minute],
    [10 * minute, { notBefore: 3600 }, 10 * minute, 10 * minute],
    [40 * second, {}, 30 * second, 30 * second],
    [second, {}, 30 * second, 30 * second],
  ])(
    'of %i ms with %j after %i ms at the latest, and after %i at the earliest',
    (lifetime, policy, latest, earliest) => {
      expect(renewalDue(tokens(lifetime), policy, issuedAt, none)).toBe(issuedAt + latest)
      const soonest = renewalDue(tokens(lifetime), policy, issuedAt, all) ?? 0
      expect(soonest - issuedAt - earliest).toBeGreaterThanOrEqual(0)
      expect(soonest - issuedAt - earliest).toBeLessThanOrEqual(1)
    },
  )

  test('no later than a call would have to wait for it, unless they live less than a minute', () => {
    for (const lifetime of [minute, 3 * minute, 10 * minute, hour, day, 90 * day]) {
      for (const share of [0, 0.3, 0.7, 1]) {
        const due = renewalDue(tokens(lifetime), {}, issuedAt, dice(share)) ?? 0
        expect(due).toBeLessThanOrEqual(renewalTime(tokens(lifetime), {}) ?? 0)
      }
    }
  })

  test('never, where they have no end', () => {
    expect(renewalDue({ issuedAt, expiresAt: undefined }, {}, issuedAt, none)).toBeUndefined()
  })

  test('half a minute from now at the earliest, however old they are', () => {
    const now = issuedAt + day
    expect(renewalDue(tokens(hour), {}, now, all)).toBe(now + 30 * second)
  })
})

describe('an account', () => {
  const account = {
    ...tokens(hour),
    ...({ disabled: false, status: 'connected', renewable: true, updatedAt: issuedAt } as const),
  }
  const due = (change: Partial<Parameters<typeof accountDue>[0]>) =>
    accountDue({ ...account, ...change }, {}, issuedAt, none)

  test('is due while it is connected, and while it fails', () => {
    expect(due({})).toBe(issuedAt + 30 * minute)
    expect(due({ status: 'failing' })).toBe(issuedAt + 30 * minute)
    expect(due({ issuedAt: undefined })).toBe(issuedAt + 30 * minute)
  })

  test.each<Partial<Parameters<typeof accountDue>[0]>>([
    { disabled: true },
    { renewable: false },
    { status: 'pending' },
    { status: 'needs_reconnect' },
    { status: 'revoked' },
    { status: 'expiring' },
    { expiresAt: undefined },
  ])('is not with %j', (change) => {
    expect(due(change)).toBeUndefined()
  })

  test.each<[idle: boolean, Partial<Parameters<typeof isIdle>[0]>]>([
    [true, {}],
    [false, { createdAt: -day }],
    [true, { createdAt: -day - 1 }],
    [false, { lastUsedAt: -day }],
    [true, { lastUsedAt: -day - 1 }],
    // Connected long after it was made.
    [false, { issuedAt: -hour }],
    [true, { issuedAt: -hour, generation: 2 }],
  ])('counts as idle: %j, with %j', (idle, change) => {
    const times = { createdAt: -9 * day, issuedAt: -8 * day, lastUsedAt: undefined, ...change }
    const { createdAt, lastUsedAt, generation = 1 } = { ...times }
    const at = (ago: number | undefined) => (ago === undefined ? undefined : issuedAt + ago)
    const account = {
      generation,
      createdAt: issuedAt + createdAt,
      issuedAt: at(times.issuedAt),
      lastUsedAt: at(lastUsedAt),
    }
    expect(isIdle(account, issuedAt)).toBe(idle)
  })
})

describe('an account that nobody uses is kept alive', () => {
  test.each<
    [name: string, refreshExpiresAt: number | undefined, refreshLifetime: number | undefined, after: number]
  >([
    ['what the provider says', 30 * day, 3600, 10 * day],
    ['what the definition says', undefined, 3600, 20 * minute],
    ['a week, which is assumed', undefined, undefined, 56 * hour],
    ['an end that has passed', -day, undefined, 0],
  ])('after a third of %s', (_, end, refreshLifetime, after) => {
    const refreshExpiresAt = end === undefined ? undefined : issuedAt + end
    expect(keepAliveDue({ issuedAt, refreshExpiresAt }, { refreshLifetime })).toBe(issuedAt + after)
  })
})

describe('a renewal that failed is tried again', () => {
  const failed = { failures: 1, retryAfterSeconds: undefined, expiresAt: undefined, waitsForEnd: false }
  const retry = (change: Partial<typeof failed | Parameters<typeof retryDue>[0]>, random = all) =>
    retryDue({ ...failed, ...change }, 0, random)

  test.each<[failures: number, longest: number]>([
    [1, 15 * second],
    [2, 45 * second],
    [3, 135 * second],
    [4, 405 * second],
    [5, 1215 * second],
    [6, 30 * minute],
    [1000, 30 * minute],
  ])('after failure %i within %i ms, at a random moment', (failures, longest) => {
    expect(retry({ failures }, none)).toBe(5 * second)
    expect(retry({ failures })).toBeGreaterThan(longest - 2)
    expect(retry({ failures })).toBeLessThanOrEqual(longest)
  })

  test.each([
    [60, minute],
    [3600, hour],
    [86_400, hour],
  ])('when the provider that asks for %i seconds wants it, within an hour', (retryAfterSeconds, after) => {
    expect(retry({ retryAfterSeconds }, none)).toBe(after)
  })

  test('when the access token has ended, where its answer was lost', () => {
    expect(retry({ waitsForEnd: true, expiresAt: hour }, none)).toBe(hour)
    expect(retry({ waitsForEnd: true, expiresAt: -1 }, none)).toBe(5 * second)
    expect(retry({ waitsForEnd: true }, none)).toBe(5 * second)
  })
})
