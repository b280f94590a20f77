import type { OperationReply } from '@sallyport/contract'
import { expect, test } from 'vitest'
import { found, valuesOf } from './found.ts'
import { readAccount, readOperationSearch } from './search.ts'

const operation = (key: string, more: object = {}) =>
  ({
    key,
    name: `Name of ${key}`,
    steps: [],
    updatedAt: '2026-01-01T00:00:00Z',
    ...more,
  }) as unknown as OperationReply

const all = [
  operation('b', { integration: 'crm', adapter: 'crm' }),
  operation('a', { integration: 'CRM', description: 'finds contacts' }),
  operation('c', { integration: 'erp', steps: [{}, {}] }),
]
const keys = (search: object) => found(all, search).items.map(({ key }) => key)

test('operations are found by all words of their key, name and description, by integration and by adapter', () => {
  expect(keys({})).toEqual(['a', 'b', 'c'])
  expect(keys({ q: 'CONTACTS name' })).toEqual(['a'])
  expect(keys({ integration: 'crm' })).toEqual(['a', 'b'])
  expect(keys({ adapter: 'CRM' })).toEqual(['b'])
  expect(keys({ sort: '-steps' })[0]).toBe('c')
  expect(valuesOf(all, 'adapter')).toEqual(['crm'])
})

test('fifty are on a page', () => {
  const many = Array.from({ length: 51 }, (_, index) => operation(`op${index}`))
  expect(found(many, {})).toMatchObject({ total: 51, hasNext: true })
  expect(found(many, { page: 2 })).toMatchObject({ items: [{ key: 'op50' }], hasNext: false })
})

test('an address says what it can mean, and nothing else', () => {
  expect(readOperationSearch({ q: 7, sort: '-key', page: '2', integration: ['x'], more: 1 })).toEqual({
    ...{ q: '7', sort: '-key', page: 2 },
  })
  expect(readOperationSearch({ q: '', sort: 'no', page: 1 })).toEqual({})
  expect([readAccount({ account: 'acc_1' }), readAccount({ account: '"><script>' })]).toEqual([
    { account: 'acc_1' },
    {},
  ])
})
