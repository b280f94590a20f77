import { fakeClock } from '@sallyport/testkit'
import { expect, test } from 'vitest'
import { Generations } from './generations.ts'

const minute = 60_000

test('the latest generation of an account is known, whatever is read of it after', () => {
  const generations = new Generations(fakeClock())
  for (const generation of [1, 3, 2]) generations.note('acc_a', generation)
  expect([generations.of('acc_a'), generations.of('acc_b')]).toEqual([3, undefined])
  generations.forget()
  expect(generations.of('acc_a')).toBeUndefined()
})

test('accounts that nobody has read for an hour are forgotten, and no other', () => {
  const clock = fakeClock()
  const generations = new Generations(clock)
  generations.note('acc_a', 1)
  generations.note('acc_b', 1)
  clock.advance(59 * minute)
  generations.note('acc_a', 1)
  clock.advance(minute)
  generations.note('acc_c', 1)
  expect(['acc_a', 'acc_b', 'acc_c'].map((id) => generations.of(id))).toEqual([1, undefined, 1])
})

test('a hundred thousand accounts are known at most, those that were read last', () => {
  const generations = new Generations(fakeClock())
  for (let index = 0; index < 100_005; index += 1) generations.note(`acc_${index}`, 1)
  expect([4, 5, 100_004].map((index) => generations.of(`acc_${index}`))).toEqual([undefined, 1, 1])
})
