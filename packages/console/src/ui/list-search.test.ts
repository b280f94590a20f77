import { expect, test } from 'vitest'
import { matches, readListSearch } from './list-search.ts'

const read = readListSearch(['name', 'role'])

test('an address says what a list shows, and what it cannot mean is left out', () => {
  expect(read({ q: 'ada', sort: '-role' })).toEqual({ q: 'ada', sort: '-role' })
  expect(read({ q: 42, sort: 'password' })).toEqual({ q: '42' })
  expect(read({ q: ['a'], sort: null })).toEqual({})
})

test('a search finds what has it anywhere, whatever the case', () => {
  expect(matches('ADA', 'Ada Lovelace', 'ada@example.com')).toBe(true)
  expect(matches('grace', 'Ada Lovelace')).toBe(false)
  expect(matches(undefined, 'anybody')).toBe(true)
})
