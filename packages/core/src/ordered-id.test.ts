import { fakeClock } from '@sallyport/testkit'
import { expect, test } from 'vitest'
import { OrderedIds } from './ordered-id.ts'

test('ids sort in the order in which they were made, within a millisecond and when the clock goes back', () => {
  const clock = fakeClock()
  const ids = new OrderedIds({ clock, random: { bytes: (count) => Buffer.alloc(count, 255 - count) } })
  const made = Array.from({ length: 100 }, () => ids.next('evt'))
  clock.advance(-60_000)
  made.push(ids.next('evt'))
  clock.advance(120_000)
  made.push(ids.next('evt'))
  expect([...made].sort()).toEqual(made)
  expect(new Set(made).size).toBe(made.length)
  expect(made.every((id) => /^evt_[0-9a-z]{25}$/.test(id))).toBe(true)
})
