import { describe, expect, test } from 'vitest'
import type { Outcome } from '../ports.ts'
import { Breaker } from './breaker.ts'

const second = 1000
const minute = 60 * second
const answered: Outcome = { kind: 'answered' }
const failed: Outcome = { kind: 'failed' }
const refused: Outcome = { kind: 'refused' }

/** A breaker that so many renewals have failed at, a tenth of a second apart; and when the last one did. */
function broken(outcome = failed) {
  const breaker = new Breaker()
  const changes = Array.from({ length: 20 }, (_, index) =>
    breaker.ended(`acc_${index}`, outcome, index * 100),
  )
  return { breaker, changes, now: 1900 }
}

/** Probes once the pause is over, and says when that was. */
function probe(breaker: Breaker, now: number, outcome: Outcome) {
  const at = now + breaker.pauseLeft(now)
  expect(breaker.permit('acc_p', at)).toBe(true)
  return { at, change: breaker.ended('acc_p', outcome, at) }
}

describe('an outage', () => {
  test('is what half of twenty renewals within half a minute say, and not fewer', () => {
    const { breaker, changes } = broken()
    expect(changes.filter(Boolean)).toEqual(['opened'])
    expect(changes.at(-1)).toBe('opened')
    expect(breaker.isOpen).toBe(true)
  })

  test.each<[name: string, outcomes: Outcome[], every: number, opens: boolean]>([
    ['nineteen failures', Array(19).fill(failed), 100, false],
    ['every second of forty', Array.from({ length: 40 }, (_, i) => (i % 2 ? failed : answered)), 100, true],
    ['every third of sixty', Array.from({ length: 60 }, (_, i) => (i % 3 ? answered : failed)), 100, false],
    ['twenty in as many minutes, without an answer between', Array(20).fill(failed), minute, true],
    [
      'forty in as many minutes, but for one',
      Array.from({ length: 39 }, (_, i) => (i === 19 ? answered : failed)),
      minute,
      false,
    ],
    ['forty refusals of accounts, which the provider answers', Array(40).fill(answered), 100, false],
  ])('%s', (_, outcomes, every, opens) => {
    const breaker = new Breaker()
    outcomes.forEach((outcome, index) => {
      breaker.ended('acc', outcome, index * every)
    })
    expect(breaker.isOpen).toBe(opens)
  })

  test('has one at a time ask after five seconds, and then ever later up to five minutes', () => {
    const { breaker, now } = broken()
    expect(breaker.permit('acc_1', now + 4999)).toBe(false)
    const pauses: number[] = []
    for (let [round, at] = [0, now]; round < 9; round += 1) {
      pauses.push(breaker.pauseLeft(at) / second)
      at = probe(breaker, at, failed).at
    }
    expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300])
  })

  test('lets a second probe go only when the first has ended, or cannot any more', () => {
    const { breaker, now } = broken()
    const at = now + 5 * second
    expect([breaker.permit('acc_1', at), breaker.permit('acc_2', at)]).toEqual([true, false])
    expect(breaker.pauseLeft(at)).toBe(second)
    expect(breaker.permit('acc_2', at + 3 * minute - 1)).toBe(false)
    expect(breaker.permit('acc_2', at + 3 * minute)).toBe(true)
    breaker.release('acc_1')
    expect(breaker.permit('acc_3', at + 3 * minute)).toBe(false)
    breaker.release('acc_2')
    expect(breaker.permit('acc_3', at + 3 * minute)).toBe(true)
  })

  test('is asked about by a person at once, though not by two', () => {
    const { breaker, now } = broken()
    expect(breaker.permit('acc_1', now, true)).toBe(true)
    expect(breaker.permit('acc_2', now, true)).toBe(false)
    expect(breaker.ended('acc_1', answered, now)).toBe('closed')
  })

  test('is not ended, nor made longer, by what was sent before it', () => {
    const { breaker, now } = broken()
    expect(breaker.ended('acc_1', answered, now)).toBeUndefined()
    expect(breaker.ended('acc_2', failed, now)).toBeUndefined()
    expect([breaker.isOpen, breaker.pauseLeft(now)]).toEqual([true, 5 * second])
  })

  test.each([
    [60, minute],
    [7200, 60 * minute],
    [1, 5 * second],
  ])('whose provider asks for %i seconds lasts %i ms', (retryAfterSeconds, pause) => {
    const { breaker, now } = broken({ kind: 'failed', retryAfterSeconds })
    expect(breaker.pauseLeft(now)).toBe(pause)
  })

  test('ends with a rate that doubles every half a minute', () => {
    const { breaker, now } = broken()
    const { at, change } = probe(breaker, now, answered)
    expect(change).toBe('closed')
    const rates = [0, 29, 30, 60, 90, 120, 150, 180, 999].map((seconds) =>
      breaker.perSecond(50, at + seconds * second),
    )
    expect(rates).toEqual([1, 1, 2, 4, 8, 16, 32, 50, 50])
  })

  test('that is back before the rate is, opens after five, and goes on with its pauses', () => {
    const { breaker, now } = broken()
    const { at } = probe(breaker, now, answered)
    const changes = [1, 2, 3, 4, 5].map((count) => breaker.ended(`acc_${count}`, failed, at + count * second))
    expect(changes).toEqual([undefined, undefined, undefined, undefined, 'opened'])
    expect(breaker.pauseLeft(at + 5 * second)).toBe(10 * second)
  })

  test('is nobody’s news from when it is known until the rate is back', () => {
    const { breaker, now } = broken()
    expect(new Breaker().isQuiet).toBe(false)
    expect(breaker.isQuiet).toBe(true)
    const { at } = probe(breaker, now, answered)
    expect(breaker.isQuiet).toBe(true)
    breaker.perSecond(50, at + 180 * second)
    expect(breaker.isQuiet).toBe(false)
  })
})

describe('a client that is refused', () => {
  test('pauses at once, for a second, and then ever longer up to five minutes', () => {
    const breaker = new Breaker()
    expect(breaker.ended('acc_1', refused, 0)).toBe('opened')
    const pauses: number[] = []
    for (let [round, at] = [0, 0]; round < 11; round += 1) {
      pauses.push(breaker.pauseLeft(at) / second)
      at = probe(breaker, at, refused).at
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
  })

  test('has its whole rate as soon as it is mended', () => {
    const breaker = new Breaker()
    breaker.ended('acc_1', refused, 0)
    const { at } = probe(breaker, 0, answered)
    expect([breaker.perSecond(50, at), breaker.isQuiet]).toEqual([50, false])
  })
})
