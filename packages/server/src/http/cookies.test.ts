import { describe, expect, test } from 'vitest'
import { cookieFrom, expiredCookie, flowCookie } from './cookies.ts'

describe('cookieFrom', () => {
  test.each([
    ['sp_1=a', 'a'],
    ['other=b; sp_1=a; more=c', 'a'],
    ['other=b;sp_1=a', 'a'],
    [' sp_1 = a ', 'a'],
    ['sp_1=a=b==', 'a=b=='],
    ['sp_1=', ''],
    ['sp_1=first; sp_1=second', 'first'],
    ['sp_12=b', undefined],
    ['xsp_1=b', undefined],
    ['SP_1=b', undefined],
    ['sp_1', undefined],
    ['other="sp_1=a"', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('finds in %j the value %j', (header, value) => {
    expect(cookieFrom(header, 'sp_1')).toBe(value)
  })
})

describe('the cookie of a flow', () => {
  const cookie = { name: 'sp_1', value: 'abc', path: '/callback/int_1' }

  test('is host-only, on its path alone, for ten minutes, and out of reach of scripts', () => {
    expect(flowCookie(cookie, false)).toBe(
      'sp_1=abc; Path=/callback/int_1; Max-Age=600; HttpOnly; SameSite=Lax',
    )
  })

  test('travels over https alone where we are reached by it', () => {
    expect(flowCookie(cookie, true)).toBe(
      'sp_1=abc; Path=/callback/int_1; Max-Age=600; HttpOnly; SameSite=Lax; Secure',
    )
  })

  test('is taken away under the name and path that it was set with', () => {
    expect(expiredCookie(cookie, true)).toBe(
      'sp_1=; Path=/callback/int_1; Max-Age=0; HttpOnly; SameSite=Lax; Secure',
    )
    expect(expiredCookie(cookie, false)).not.toContain('Secure')
  })
})
