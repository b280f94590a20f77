import { expect, test } from 'vitest'
import { rangeOf } from './range.ts'

test.each([
  ['bytes=0-0', { start: 0, end: 1 }],
  ['bytes=9-', { start: 9, end: 10 }],
  ['bytes=-1', { start: 9, end: 10 }],
  ['bytes=-99', { start: 0, end: 10 }],
  ['BYTES= 1-2 ', { start: 1, end: 3 }],
  ['bytes=5-99999999999999', { start: 5, end: 10 }],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=10-12', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=2-1', undefined],
  ['bytes=1-2,4-5', undefined],
  ['bytes=a-b', undefined],
  ['bytes=1e3-', undefined],
  ['rows=1-2', undefined],
  ['', undefined],
  [undefined, undefined],
])('%s of ten bytes is %j', (header, range) => {
  expect(rangeOf(header, 10)).toEqual(range)
})

test('of an empty file nothing can be asked for in part', () => {
  expect(rangeOf('bytes=0-', 0)).toBe('unsatisfiable')
  expect(rangeOf('bytes=-5', 0)).toBe('unsatisfiable')
})
