import { expect, test } from 'vitest'
import { readSort, sorted } from './sorted.ts'

const items = [
  { name: 'Tenant 10', uses: 3 },
  { name: 'tenant 9', uses: undefined },
  { name: 'Äpfel', uses: 12 },
]
const values = {
  name: ({ name }: (typeof items)[number]) => name,
  uses: ({ uses }: (typeof items)[number]) => uses,
}
const names = (sort: Parameters<typeof sorted<(typeof items)[number], 'name' | 'uses'>>[1]) =>
  sorted(items, sort, values).map(({ name }) => name)

test('texts are sorted as people sort them, numbers by size, and what has no value comes last either way', () => {
  expect(names('name')).toEqual(['Äpfel', 'tenant 9', 'Tenant 10'])
  expect(names('-name')).toEqual(['Tenant 10', 'tenant 9', 'Äpfel'])
  expect(names('uses')).toEqual(['Tenant 10', 'Äpfel', 'tenant 9'])
  expect(names('-uses')).toEqual(['Äpfel', 'Tenant 10', 'tenant 9'])
})

test('an address sorts only by columns that there are', () => {
  const read = (given: unknown) => readSort(given, ['name', 'uses'])
  expect([read('name'), read('-uses'), read('--uses'), read('secret'), read(1)]).toEqual([
    ...['name', '-uses', undefined, undefined, undefined],
  ])
})
