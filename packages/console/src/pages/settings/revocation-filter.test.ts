import { expect, test } from 'vitest'
import { emptyFilter, filterOf, filterWords } from './revocation-filter.ts'
import { readRevocationSearch } from './revocation-search.ts'

test('what is empty narrows nothing down, and everything is said in place of all else', () => {
  expect(filterOf(emptyFilter)).toEqual({})
  const draft = {
    ...emptyFilter,
    integration: 'crm',
    key: ' key_1 ',
    since: '2026-07-01T00:00',
    until: 'soon',
  }
  expect(filterOf(draft)).toEqual({
    ...{ integration: 'crm', key: 'key_1' },
    connectedSince: new Date('2026-07-01T00:00').toISOString(),
  })
  expect(filterOf({ ...draft, all: true })).toEqual({ all: true })
})

test('which accounts a revocation takes is told in words', () => {
  expect(filterWords({ integration: 'crm', environment: 'qa' })).toBe('integration crm, environment qa')
  expect(filterWords({ all: true })).toBe('all accounts')
})

test('an address says which accounts of a revocation are shown, and what it cannot mean is left out', () => {
  expect(readRevocationSearch({ state: 'failed', cursor: 'c1' })).toEqual({ state: 'failed', cursor: 'c1' })
  expect(readRevocationSearch({ state: 'constructor', cursor: ['c'] })).toEqual({})
})
