import { expect, test } from 'vitest'
import { nextAttempt } from './next-attempt.ts'

const random = (byte: number) => ({ bytes: (count: number) => Buffer.alloc(count, byte) })

function seconds(attempts: number, byte: number, retryAfterSeconds = 0): number {
  return nextAttempt(random(byte), { attempts, now: 1_000_000, retryAfterSeconds }) / 1000 - 1000
}

test('what failed is tried again after 5 to 10 seconds, then twice as late each time, up to an hour', () => {
  expect([1, 2, 3, 10, 1000].map((attempts) => Math.round(seconds(attempts, 0)))).toEqual([
    5, 10, 20, 1800, 1800,
  ])
  expect([1, 2, 3, 10, 1000].map((attempts) => Math.round(seconds(attempts, 255)))).toEqual([
    10, 20, 40, 3600, 3600,
  ])
})

test('a receiver can ask for more time, up to an hour, and not for less', () => {
  expect([1, 600, 7200].map((asked) => Math.round(seconds(1, 0, asked)))).toEqual([5, 600, 3600])
})
