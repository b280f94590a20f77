import { expect, test } from 'vitest'
import { limitedJson } from './limited-json.ts'

test.each([[{ a: [1, 'x', null, { b: true }] }], [[]], ['text'], [7], [null], [{}]])(
  '%j is written as it is',
  (value) => {
    expect(limitedJson(value, 100)).toBe(JSON.stringify(value))
  },
)

test('what has no JSON is null', () => {
  expect(limitedJson(undefined, 10)).toBe('null')
})

test.each([
  ['a long text', 'x'.repeat(1000)],
  ['a long list', Array.from({ length: 1000 }, () => 1)],
  ['long names', { ['x'.repeat(1000)]: 1 }],
  [
    'one object in itself often, and there again',
    Array.from({ length: 60 }).reduce<unknown>((value) => [value, value], 'x'),
  ],
])('%s that would be too long is not made', (_what, value) => {
  expect(limitedJson(value, 999)).toBeUndefined()
})
