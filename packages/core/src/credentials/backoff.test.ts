import { fakeClock } from '@sallyport/testkit'
import { describe, expect, test } from 'vitest'
import { Backoff } from './backoff.ts'

describe('Backoff', () => {
  test('an account that never failed does not wait', () => {
    expect(new Backoff(fakeClock()).secondsLeft('acc_1')).toBe(0)
  })

  test('waits double from a second to half a minute', () => {
    const clock = fakeClock()
    const backoff = new Backoff(clock)
    const waits = Array.from({ length: 7 }, () => {
      backoff.failed('acc_1', undefined)
      const wait = backoff.secondsLeft('acc_1')
      clock.advance(wait * 1000)
      expect(backoff.secondsLeft('acc_1')).toBe(0)
      return wait
    })
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30])
  })

  test('the wait runs down, and part of a second is one', () => {
    const clock = fakeClock()
    const backoff = new Backoff(clock)
    backoff.failed('acc_1', 10)
    clock.advance(9001)
    expect(backoff.secondsLeft('acc_1')).toBe(1)
    clock.advance(999)
    expect(backoff.secondsLeft('acc_1')).toBe(0)
  })

  test.each([
    [60, 60],
    [0, 1],
    [3600, 3600],
    [86_400, 3600],
    [2_000_000_000, 3600],
  ])('a provider that asks for %i seconds gets %i', (asked, wait) => {
    const backoff = new Backoff(fakeClock())
    backoff.failed('acc_1', asked)
    expect(backoff.secondsLeft('acc_1')).toBe(wait)
  })

  test('success begins anew', () => {
    const clock = fakeClock()
    const backoff = new Backoff(clock)
    backoff.failed('acc_1', undefined)
    backoff.failed('acc_1', undefined)
    backoff.succeeded('acc_1')
    expect(backoff.secondsLeft('acc_1')).toBe(0)
    backoff.failed('acc_1', undefined)
    expect(backoff.secondsLeft('acc_1')).toBe(1)
  })

  test('one account’s failure holds up no other', () => {
    const backoff = new Backoff(fakeClock())
    backoff.failed('acc_1', 600)
    expect(backoff.secondsLeft('acc_2')).toBe(0)
  })

  test('after a thousand failures it is still half a minute', () => {
    const backoff = new Backoff(fakeClock())
    for (let count = 0; count < 1100; count += 1) backoff.failed('acc_1', undefined)
    expect(backoff.secondsLeft('acc_1')).toBe(30)
  })
})
