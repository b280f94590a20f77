import type { Principal } from '@sallyport/core'
import { fakeClock } from '@sallyport/testkit'
import { expect, test } from 'vitest'
import { KeyRates } from './key-rates.ts'

function principal(keyId: string | undefined): Principal {
  return { organizationId: 'org_1', keyId, scopes: new Set(), accounts: undefined }
}

function rates(perSecond: number | undefined) {
  const clock = fakeClock()
  const keys = new KeyRates({ perSecond, now: clock.now, capacity: 100 })
  const taken = (keyId: string | undefined, times: number) => {
    let count = 0
    for (let time = 0; time < times; time += 1) {
      try {
        keys.take(principal(keyId))
        count += 1
      } catch (error) {
        expect(error).toMatchObject({ code: 'limit_reached', retryAfterSeconds: 1 })
      }
    }
    return count
  }
  return { clock, taken }
}

test('a key is served so often in a second, and no other key for it less', () => {
  const { clock, taken } = rates(4)
  expect([taken('key_1', 9), taken('key_2', 9)]).toEqual([4, 4])
  clock.advance(250)
  expect(taken('key_1', 9)).toBe(1)
  clock.advance(10_000)
  expect(taken('key_1', 9)).toBe(4)
})

test('nobody is held up where nothing is said, nor the operator’s own key', () => {
  expect(rates(undefined).taken('key_1', 1000)).toBe(1000)
  expect(rates(1).taken(undefined, 1000)).toBe(1000)
})

test('a key that goes on is not forgotten for all the others', () => {
  const { taken } = rates(1)
  taken('key_0', 1)
  for (let number = 1; number < 1000; number += 1) {
    taken(`key_${number}`, 1)
    expect(taken('key_0', 1)).toBe(0)
  }
})
