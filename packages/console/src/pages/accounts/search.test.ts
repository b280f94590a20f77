import { expect, test } from 'vitest'
import { readAccountSearch } from './search.ts'

test('an address says which accounts are shown, and what it cannot mean is left out', () => {
  const whole = {
    q: 'ada',
    status: 'failing',
    integration: 'crm',
    environment: 'qa',
    sort: '-name',
    cursor: 'c1',
  } as const
  expect(readAccountSearch(whole)).toEqual(whole)
  expect(readAccountSearch({ q: 42 })).toEqual({ q: '42' })
  const odd = {
    q: '',
    status: 'odd',
    sort: 'secret',
    integration: ['crm'],
    environment: 'x'.repeat(65),
    cursor: null,
    more: 'x',
  }
  expect(readAccountSearch(odd)).toEqual({})
})
