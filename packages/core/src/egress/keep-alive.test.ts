import { expect, test } from 'vitest'
import { KeepAlive } from './keep-alive.ts'

const origin = 'https://api.example.com'

test('a connection may be idle for half a minute, until its origin has closed one sooner', () => {
  const keepAlive = new KeepAlive()
  expect(keepAlive.of(origin)).toBe(30_000)
  keepAlive.closed(origin, 5_000)
  expect(keepAlive.of(origin)).toBe(4_000)
  expect(keepAlive.of('https://other.example.com')).toBe(30_000)
})

test('the shortest that was seen holds, and no connection is let go at once', () => {
  const keepAlive = new KeepAlive()
  for (const idle of [5_000, 60_000, 8_000]) keepAlive.closed(origin, idle)
  expect(keepAlive.of(origin)).toBe(4_000)
  keepAlive.closed(origin, 3)
  expect(keepAlive.of(origin)).toBe(1_000)
})

test('origins without number fill no memory', () => {
  const keepAlive = new KeepAlive()
  for (let number = 0; number <= 10_000; number += 1) keepAlive.closed(`https://${number}.test`, 5_000)
  expect([keepAlive.of('https://0.test'), keepAlive.of('https://1.test')]).toEqual([30_000, 4_000])
})
