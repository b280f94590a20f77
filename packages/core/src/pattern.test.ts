import { expect, test } from 'vitest'
import { matchesPattern } from './pattern.ts'

test.each([
  ['^[a-z0-9-]+$', 'acme-1', true],
  ['^[a-z0-9-]+$', 'acme.1', false],
  ['^\\p{L}+$', 'Zürich', true],
  ['b', 'abc', true],
])('%s of %s is %s', (pattern, value, expected) => {
  expect(matchesPattern(pattern, value)).toBe(expected)
})

test('a pattern that would take for ever is cut off, and matches nothing', () => {
  expect(matchesPattern('^(a+)+$', `${'a'.repeat(60)}!`)).toBe(false)
})
