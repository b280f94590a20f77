import { randomBytes } from 'node:crypto'
import { fakeClock } from '@sallyport/testkit'
import { describe, expect, test } from 'vitest'
import { newId, randomText } from './id.ts'

const random = { bytes: randomBytes }

/** Gives these bytes and then zeros. */
function bytesOf(...bytes: number[]) {
  return { bytes: (count: number) => Buffer.from(Array.from({ length: count }, () => bytes.shift() ?? 0)) }
}

describe('newId', () => {
  test('is a prefix and 25 small letters and digits', () => {
    expect(newId('acc', { clock: fakeClock(), random })).toMatch(/^acc_[0-9a-z]{25}$/)
  })

  test('ids sort by age, over decades', () => {
    const clock = fakeClock(Date.UTC(1999, 0, 1))
    const ids = [1, 1000, 86_400_000, 31_536_000_000, 1_576_800_000_000].map((pause) => {
      clock.advance(pause)
      return newId('int', { clock, random })
    })
    expect([...ids].sort()).toEqual(ids)
  })

  test('ids of the same millisecond differ', () => {
    const clock = fakeClock()
    const ids = Array.from({ length: 1000 }, () => newId('req', { clock, random }))
    expect(new Set(ids).size).toBe(1000)
  })
})

describe('randomText', () => {
  test('has the length and the characters that were asked for', () => {
    expect(randomText(random, 43, 'ab')).toMatch(/^[ab]{43}$/)
    expect(randomText(random, 0, 'ab')).toBe('')
  })

  test('throws away bytes that would favour some characters', () => {
    // 252 to 255 would be a second chance for the first four of 36.
    expect(randomText(bytesOf(255, 252, 35, 251), 2, '0123456789abcdefghijklmnopqrstuvwxyz')).toBe('zz')
  })

  test('every character comes as often as any other', () => {
    const everyByte = { bytes: () => Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)) }
    const text = randomText(everyByte, 252, '0123456789abcdefghijklmnopqrstuvwxyz')
    const counts = new Map<string, number>()
    for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
    expect(new Set(counts.values())).toEqual(new Set([7]))
  })
})
