import { fakeClock } from '@sallyport/testkit'
import { describe, expect, test } from 'vitest'
import { ForcedRenewals } from './forced-renewals.ts'

const minute = 60_000

describe('ForcedRenewals', () => {
  test('of 500 rejections at once, one forces a renewal', () => {
    const forced = new ForcedRenewals(fakeClock())
    const permitted = Array.from({ length: 500 }, () => forced.permit('acc_1', 'unauthorized')).filter(
      Boolean,
    )
    expect(permitted).toHaveLength(1)
  })

  test('a 401 forces one a minute', () => {
    const clock = fakeClock()
    const forced = new ForcedRenewals(clock)
    expect(forced.permit('acc_1', 'unauthorized')).toBe(true)
    clock.advance(minute - 1)
    expect(forced.permit('acc_1', 'unauthorized')).toBe(false)
    clock.advance(1)
    expect(forced.permit('acc_1', 'unauthorized')).toBe(true)
  })

  test('a permanent 403 forces one in 15 minutes, and asking does not put it off', () => {
    const clock = fakeClock()
    const forced = new ForcedRenewals(clock)
    const permitted: number[] = []
    for (let passed = 0; passed <= 60; passed += 1) {
      if (forced.permit('acc_1', 'forbidden')) permitted.push(passed)
      clock.advance(minute)
    }
    expect(permitted).toEqual([0, 15, 30, 45, 60])
  })

  test('a bare 403 does not use up what a 401 may force', () => {
    const forced = new ForcedRenewals(fakeClock())
    expect(forced.permit('acc_1', 'forbidden')).toBe(true)
    expect(forced.permit('acc_1', 'unauthorized')).toBe(true)
    expect(forced.permit('acc_1', 'forbidden')).toBe(false)
    expect(forced.permit('acc_1', 'unauthorized')).toBe(false)
  })

  test('accounts do not share', () => {
    const forced = new ForcedRenewals(fakeClock())
    expect(forced.permit('acc_1', 'unauthorized')).toBe(true)
    expect(forced.permit('acc_2', 'unauthorized')).toBe(true)
  })
})
