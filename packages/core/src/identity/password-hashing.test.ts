import { describe, expect, test } from 'vitest'
import { PasswordHashing } from './password-hashing.ts'

describe('the hash of a password', () => {
  const passwords = new PasswordHashing()

  test('is argon2id with 19 MiB, two passes and a salt of its own', async () => {
    const [one, other] = await Promise.all([
      passwords.hash('the same words'),
      passwords.hash('the same words'),
    ])
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(other).not.toBe(one)
    expect(await passwords.verify(one, 'the same words')).toBe(true)
    expect(await passwords.verify(one, 'The same words')).toBe(false)
  })

  test('is the same however the keyboard composes a character, and other for one that merely looks like it', async () => {
    const hash = await passwords.hash('café au lait noir')
    expect(await passwords.verify(hash, 'cafe\u0301 au lait noir')).toBe(true)
    expect(await passwords.verify(hash, 'cafe au lait noir')).toBe(false)
    expect(await passwords.verify(hash, 'ｃafé au lait noir')).toBe(false)
  })

  test('where there is none takes the same work, and is nobody’s', async () => {
    const before = passwords.computed
    for (const guess of ['', 'the same words']) expect(await passwords.verify(undefined, guess)).toBe(false)
    expect(passwords.computed - before).toBe(2)
  })

  test('is computed two at a time; of a flood some wait and the rest are turned away', async () => {
    const few = new PasswordHashing({ atOnce: 2, mostWaiting: 3 })
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => few.verify(undefined, 'x')))
    const refused = tries.filter(({ status }) => status === 'rejected')
    expect([refused.length, few.computed]).toEqual([15, 5])
    expect(refused[0]).toMatchObject({ reason: { code: 'limit_reached', retryAfterSeconds: 5 } })
    expect(await few.verify(undefined, 'x')).toBe(false)
  })

  test('that fails to be computed gives its place to the next', async () => {
    const one = new PasswordHashing({ atOnce: 1 })
    await expect(one.verify('no hash at all', 'x')).rejects.toThrow()
    expect(await one.verify(undefined, 'x')).toBe(false)
  })
})
