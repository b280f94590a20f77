import type { AnyEventReply } from '@sallyport/contract'
import { expect, test } from 'vitest'
import { freshOf, hasGap, withFresh } from './tail.ts'

const events = (...ids: readonly string[]) => ids.map((id) => ({ id }) as AnyEventReply)
const ids = (list: readonly AnyEventReply[]) => list.map(({ id }) => id)

test('what is new of a page is what is not shown, and takes its place by age: each event once', () => {
  const shown = events('evt_4', 'evt_2')
  const page = events('evt_5', 'evt_4', 'evt_3', 'evt_2')
  expect(ids(freshOf(page, shown))).toEqual(['evt_5', 'evt_3'])
  expect(ids(withFresh(shown, freshOf(page, shown)))).toEqual(['evt_5', 'evt_4', 'evt_3', 'evt_2'])
})

test('a full page that reaches not back to what is shown leaves something out; one that does, or is not full, nothing', () => {
  const shown = events('evt_1')
  expect(hasGap(events('evt_4', 'evt_3'), shown, 2)).toBe(true)
  expect(hasGap(events('evt_2', 'evt_1'), shown, 2)).toBe(false)
  expect(hasGap(events('evt_2'), shown, 2)).toBe(false)
  expect(hasGap(events('evt_4', 'evt_3'), [], 2)).toBe(false)
})

test('however long it is followed, no more than some hundreds are in the page', () => {
  const many = events(...Array.from({ length: 700 }, (_, index) => `evt_${1000 - index}`))
  expect(withFresh(many.slice(100), many.slice(0, 100))).toHaveLength(500)
})
