import type { IncomingMessage } from 'node:http'
import { SallyportError } from '@sallyport/core'
import { fakeClock } from '@sallyport/testkit'
import { expect, test } from 'vitest'
import { trustedBy } from './client-address.ts'
import { InvalidKeys } from './invalid-keys.ts'

function counted(perMinute: number, capacity?: number) {
  const clock = fakeClock()
  const keys = new InvalidKeys({
    ...{ perMinute, trusts: trustedBy([]), now: clock.now },
    ...(capacity !== undefined && { capacity }),
  })
  return { clock, keys }
}

test('so many of an address are told what is wrong, the others when to come back', () => {
  const { clock, keys } = counted(3)
  const answers = () => keys.note('203.0.113.5')
  expect([answers(), answers(), answers()]).toEqual([undefined, undefined, undefined])
  clock.advance(15_000)
  expect([answers(), keys.note('203.0.113.6')]).toEqual([45, undefined])
  clock.advance(45_000)
  expect(answers()).toBeUndefined()
})

test('the addresses of one IPv6 network count together', () => {
  const { keys } = counted(1)
  expect([keys.note('2001:db8::1'), keys.note('2001:db8::2')]).toEqual([undefined, 60])
  expect(keys.note('2001:db8:0:1::2')).toBeUndefined()
})

test('other failures are none of its business', () => {
  const { keys } = counted(1)
  const request = { socket: { remoteAddress: '203.0.113.5' }, headers: {} } as unknown as IncomingMessage
  const others = [new SallyportError('scope_missing'), new Error('x'), undefined]
  for (const error of others) expect(keys.answer(error, request)).toBe(error)
  const first = new SallyportError('key_invalid')
  expect(keys.answer(first, request)).toBe(first)
  const second = keys.answer(new SallyportError('setup_token_invalid'), request)
  expect(second).toMatchObject({ code: 'limit_reached', status: 429, retryAfterSeconds: 60 })
})

test('a million addresses take no more memory than ten thousand', () => {
  const { keys } = counted(5)
  const address = (number: number) => `11.${number >> 16}.${(number >> 8) & 255}.${number & 255}`
  let most = 0
  for (let number = 0; number < 1_000_000; number += 1) {
    keys.note(address(number))
    most = Math.max(most, keys.size)
  }
  expect(most).toBeLessThanOrEqual(10_000)
})

test('whoever goes on failing is not forgotten for all the others', () => {
  const { keys } = counted(2, 10)
  for (let number = 0; number < 100; number += 1) {
    keys.note(`203.0.113.${number}`)
    keys.note('198.51.100.1')
  }
  expect(keys.note('198.51.100.1')).toBe(60)
})
