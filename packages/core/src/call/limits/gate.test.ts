import { describe, expect, test } from 'vitest'
import { Gate } from './gate.ts'
import { Window } from './window.ts'

describe('a window of time', () => {
  test.each([
    ['has room while fewer were let in', [0, 10], 15, 15],
    ['is full until the oldest that counts has left it', [0, 10, 20], 99, 100],
    ['has room from that moment on', [0, 10, 20], 100, 100],
    ['counts the latest alone', [0, 10, 20, 100], 105, 110],
  ])('%s', (_, times, now, freeAt) => {
    const window = new Window()
    for (const time of times) window.note(time)
    expect(window.freeAt({ requests: 3, milliseconds: 100 }, now)).toBe(freeAt)
  })

  test('remembers no more than it needs', () => {
    const window = new Window()
    for (let time = 0; time < 10_000; time += 1) {
      window.note(time)
      window.freeAt({ requests: 5, milliseconds: 5 }, time)
    }
    expect([window.isEmpty(5, 10_003), window.isEmpty(5, 10_004)]).toEqual([false, true])
  })
})

test('of pause and rate the one that lasts longer is what keeps the next call out', () => {
  const gate = new Gate()
  gate.bounds = { rate: { requests: 1, milliseconds: 100 } }
  gate.take(0)
  gate.pausedUntil = 50
  expect(gate.block(10)).toEqual({ limit: 'rate', until: 100 })
  gate.pausedUntil = 200
  expect(gate.block(10)).toEqual({ limit: 'pause', until: 200 })
  expect(gate.block(150)).toEqual({ limit: 'pause', until: 200 })
  expect(gate.block(200)).toBeUndefined()
})

test('only somebody who leaves makes room where too many are inside', () => {
  const gate = new Gate()
  gate.bounds = { concurrency: 1 }
  gate.take(0)
  gate.pausedUntil = 50
  expect(gate.block(10)).toEqual({ limit: 'concurrency', until: Number.POSITIVE_INFINITY })
})
