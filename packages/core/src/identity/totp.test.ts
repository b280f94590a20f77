import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Secret } from '../secret.ts'
import { newRecoveryCodes, recoveryCodeDigest } from './recovery-codes.ts'
import { newTotpSecret, totpStep, totpUri } from './totp.ts'

// RFC 6238 Appendix B: `12345678901234567890`, whose codes of eight digits end in these six.
const secret = new Secret('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')

describe('a code of an authenticator', () => {
  test.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('at %d seconds is %s, as in RFC 6238', (seconds, code) => {
    expect(totpStep(secret, code, seconds * 1000)).toBe(Math.floor(seconds / 30))
  })

  test('is good for one step before and one after its own, and says which step it is of', () => {
    const at = (seconds: number) => totpStep(secret, '050471', seconds * 1000)
    const step = Math.floor(1111111111 / 30)
    const begin = step * 30
    expect([begin - 31, begin - 30, begin, begin + 29, begin + 59, begin + 60].map(at)).toEqual([
      undefined,
      ...[step, step, step, step],
      undefined,
    ])
  })

  test.each(['', '50471', '0504711', 'abcdef', '０５０４７１', '-50471', '05047１', '050 47 x'])(
    'is not %j',
    (code) => {
      expect(totpStep(secret, code, 1111111111_000)).toBeUndefined()
    },
  )

  test('may be written with a space in it', () => {
    expect(totpStep(secret, ' 050 471 ', 1111111111_000)).toBeDefined()
  })

  test('comes of a secret of 160 bits, which authenticators read from an address', () => {
    const made = newTotpSecret({ bytes: randomBytes })
    expect(made.reveal()).toMatch(/^[A-Z2-7]{32}$/)
    const uri = new URL(totpUri(made, { issuer: 'Sallyport a.example', label: 'ada@example.com' }))
    expect(`${uri.protocol}//${uri.host}`).toBe('otpauth://totp')
    expect(decodeURIComponent(uri.pathname)).toBe('/Sallyport a.example:ada@example.com')
    expect(uri.searchParams.get('secret')).toBe(made.reveal())
    expect(JSON.stringify({ made })).not.toContain(made.reveal())
  })
})

describe('recovery codes', () => {
  test('are ten, all different, and found however they are typed, by their own person alone', () => {
    const codes = newRecoveryCodes({ bytes: randomBytes })
    expect(new Set(codes).size).toBe(10)
    for (const code of codes) expect(code).toMatch(/^([2-9a-z]{4}-){3}[2-9a-z]{4}$/)
    const [code = ''] = codes
    const digest = recoveryCodeDigest('usr_1', code)
    expect(recoveryCodeDigest('usr_1', ` ${code.toUpperCase().replaceAll('-', ' ')}`)).toEqual(digest)
    expect(recoveryCodeDigest('usr_2', code)).not.toEqual(digest)
    for (const none of ['', '123456', `${code}x`]) expect(recoveryCodeDigest('usr_1', none)).toBeUndefined()
  })
})
