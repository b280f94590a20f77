import type { RateLimit } from '@sallyport/contract'
import { RateLimit as RateLimitSchema } from '@sallyport/contract'
import { describe, expect, test } from 'vitest'
import type { UpstreamReply } from '../attempt.ts'
import type { Verdict } from '../classify.ts'
import { mayAskForPause, pauseAsked, secondsUntil } from './signals.ts'

const now = Date.parse('2026-01-31T12:00:00Z')

/** A reply whose body has arrived. */
function reply(status: number, headers: Readonly<Record<string, string>> = {}, body = ''): UpstreamReply {
  const raw = Object.entries({ 'Content-Type': 'application/json', ...headers }).flat()
  return {
    status,
    statusText: '',
    headers: raw.map((text) => Buffer.from(text)),
    upgraded: undefined,
    peek: () => Promise.resolve(Buffer.from(body)),
    pipe: () => true,
    discard: () => undefined,
    whenEnded: () => undefined,
  }
}

function asked(given: UpstreamReply, rule?: Partial<RateLimit>, verdict: Verdict = 'ok') {
  return pauseAsked(given, { verdict, rule: rule && RateLimitSchema.parse(rule), now })
}

describe('without a word of the definition', () => {
  test.each([
    ['seconds', '30', 30_000],
    ['a date', 'Sat, 31 Jan 2026 12:00:45 GMT', 45_000],
    ['a date that has passed', 'Sat, 31 Jan 2026 11:00:00 GMT', 0],
    ['more than is believed', '86400', 300_000],
    ['nonsense', 'soon', 0],
    ['a negative number', '-5', 0],
  ])('429 with Retry-After as %s', async (_, value, milliseconds) => {
    expect(await asked(reply(429, { 'Retry-After': value }))).toBe(milliseconds)
  })

  test('429 alone says that it was too much, and not until when', async () => {
    expect(await asked(reply(429))).toBe(0)
  })

  test('503 counts where it says until when', async () => {
    expect(await asked(reply(503, { 'Retry-After': '7' }))).toBe(7000)
    expect(await asked(reply(503))).toBeUndefined()
  })

  test.each([200, 301, 404, 500])('%i asks for nothing, whatever its headers', async (status) => {
    const given = reply(status, { 'Retry-After': '7', 'X-RateLimit-Remaining': '0' })
    expect(mayAskForPause(given, 'ok')).toBe(false)
    expect(await asked(given)).toBeUndefined()
  })

  test('what authErrors.rateLimited describes counts, whatever its status', async () => {
    expect(mayAskForPause(reply(403), 'rate_limited')).toBe(true)
    expect(await asked(reply(403, { 'Retry-After': '7' }), undefined, 'rate_limited')).toBe(7000)
  })
})

describe('as the definition says', () => {
  test.each<[unit: NonNullable<RateLimit['reset']>['unit'], value: string]>([
    ['s', '20'],
    ['ms', '20000'],
    ['epoch_s', String(now / 1000 + 20)],
    ['epoch_ms', String(now + 20_000)],
    ['iso', '2026-01-31T12:00:20Z'],
  ])('a reset header in %s', async (unit, value) => {
    const rule = { reset: { path: 'header:X-RateLimit-Reset', unit } }
    expect(await asked(reply(429, { 'X-RateLimit-Reset': value }), rule)).toBe(20_000)
  })

  test('Retry-After goes before it', async () => {
    const rule = { reset: { path: 'header:X-Reset', unit: 's' as const } }
    expect(await asked(reply(429, { 'X-Reset': '20', 'Retry-After': '3' }), rule)).toBe(3000)
  })

  test('a time in the body', async () => {
    const rule = { reset: { path: '/retry_after', unit: 's' as const } }
    expect(await asked(reply(429, {}, '{"retry_after":0.65}'), rule)).toBe(650)
    expect(await asked(reply(429, {}, 'not JSON'), rule)).toBe(0)
  })

  test('none left, in a reply that succeeded', async () => {
    const rule = {
      remainingHeader: 'X-RateLimit-Remaining',
      reset: { path: 'header:X-RateLimit-Reset', unit: 's' as const },
    }
    const left = (count: string) => reply(200, { 'x-ratelimit-remaining': count, 'x-ratelimit-reset': '9' })
    expect(await asked(left('0'), rule)).toBe(9000)
    expect(await asked(left('1'), rule)).toBeUndefined()
    expect(await asked(left('none'), rule)).toBeUndefined()
  })

  test('other statuses take the place of 429 and 503', async () => {
    const rule = { statuses: [420] }
    expect(await asked(reply(420, { 'Retry-After': '5' }), rule, 'rate_limited')).toBe(5000)
    expect(await asked(reply(429, { 'Retry-After': '5' }), rule)).toBeUndefined()
  })

  test('a pause where no reply names one, and a bound on those that do', async () => {
    expect(await asked(reply(429), { defaultPause: 4 })).toBe(4000)
    expect(await asked(reply(429, { 'Retry-After': '500' }), { longestPause: 60 })).toBe(60_000)
    expect(await asked(reply(503), { defaultPause: 4 })).toBeUndefined()
  })
})

test.each([
  ['s', Number.POSITIVE_INFINITY],
  ['s', -1],
  ['s', { seconds: 1 }],
  ['ms', 'NaN'],
  ['iso', 'tomorrow'],
  ['iso', 5],
  ['epoch_s', null],
] as const)('%s: %j is no time', (unit, value) => {
  expect(secondsUntil(value, unit, now)).toBeUndefined()
})
