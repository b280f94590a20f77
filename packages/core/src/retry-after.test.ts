import { expect, test } from 'vitest'
import { parseRetryAfter } from './retry-after.ts'

const now = Date.UTC(1994, 10, 6, 8, 49, 0)

test.each<[value: string | undefined, seconds: number | undefined]>([
  [undefined, undefined],
  ['0', 0],
  ['120', 120],
  ['999999999', 999_999_999],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 37],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 37],
  ['Sun Nov  6 08:49:37 1994', 37],
  ['Sun, 06 Nov 1994 08:48:00 GMT', 0],
  ['', undefined],
  ['soon', undefined],
  ['in 2099', undefined],
  ['-5', undefined],
  ['3.5', undefined],
  ['1e3', undefined],
  ['9999999999', undefined],
  ['1994-11-06T08:49:37Z', undefined],
  ['Sun, 99 Nov 1994 08:49:37 GMT', undefined],
  ['120, 240', undefined],
])('Retry-After %j asks for %j seconds', (value, seconds) => {
  expect(parseRetryAfter(value, now)).toBe(seconds)
})

test('half a second is not less than one', () => {
  expect(parseRetryAfter('Sun, 06 Nov 1994 08:49:01 GMT', now + 500)).toBe(1)
})
