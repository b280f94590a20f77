import { describe, expect, test } from 'vitest'
import { cookieLifetime, readCookies, type SetCookie } from './set-cookie.ts'

const now = Date.UTC(2026, 0, 1)

describe('readCookies', () => {
  test.each<[line: string, expected: Partial<SetCookie> | undefined]>([
    ['sid=abc', { name: 'sid', value: 'abc', lifetimeSeconds: undefined, secure: false }],
    ['sid = abc ; Path=/; SECURE; HttpOnly', { value: 'abc', secure: true }],
    ['sid="a=b"', { value: '"a=b"' }],
    ['sid=', { value: '' }],
    ['sid=a; Max-Age=600', { lifetimeSeconds: 600 }],
    ['sid=a; Expires=Thu, 01 Jan 2026 00:10:00 GMT', { lifetimeSeconds: 600 }],
    ['sid=a; expires=Thu, 01-Jan-2026 00:10:00 GMT', { lifetimeSeconds: 600 }],
    ['sid=a; Expires=Thu, 01 Jan 2026 00:10:00 GMT; Max-Age=60', { lifetimeSeconds: 60 }],
    ['sid=a; Max-Age=0', { lifetimeSeconds: 0 }],
    ['sid=a; Max-Age=-1', { lifetimeSeconds: -1 }],
    ['sid=a; Max-Age=soon', { lifetimeSeconds: undefined }],
    ['sid=a; Expires=never', { lifetimeSeconds: undefined }],
    ['sid', undefined],
    ['=abc', undefined],
    ['s id=abc', undefined],
    ['sid=a\r\nX-Evil: 1', undefined],
    ['sid=ä', undefined],
    [`sid=${'x'.repeat(8193)}`, undefined],
  ])('reads %j', (line, expected) => {
    const [cookie] = readCookies([line], now)
    if (expected) expect(cookie).toMatchObject(expected)
    else expect(cookie).toBeUndefined()
  })

  test('of one name the last stands', () => {
    expect(readCookies(['a=1', 'b=2', 'a=3'], now).map(({ name, value }) => `${name}=${value}`)).toEqual([
      'a=3',
      'b=2',
    ])
  })
})

test('cookieLifetime is that of the name alone', () => {
  const lines = ['a=1; Max-Age=5', 'b=2']
  expect([
    cookieLifetime(lines, 'a', now),
    cookieLifetime(lines, 'b', now),
    cookieLifetime(lines, 'c', now),
  ]).toEqual([5, undefined, undefined])
})

test('a line of spaces takes no longer to read than any other', () => {
  const spaces = ' '.repeat(30_000)
  expect(readCookies([`a=${spaces}\x01`, `${spaces}b${spaces}=${spaces}c${spaces}; Secure`], 0)).toEqual([
    { name: 'b', value: 'c', lifetimeSeconds: undefined, secure: true },
  ])
})
