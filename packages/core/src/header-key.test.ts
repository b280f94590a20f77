import { expect, test } from 'vitest'
import { headerKey } from './header-key.ts'

test.each([
  ['X-Api-Key', 'x-api-key'],
  ['X_Api_Key', 'x-api-key'],
  ['x-api_KEY', 'x-api-key'],
  ['AUTHORIZATION', 'authorization'],
  ['_', '-'],
  ['', ''],
])('%j is compared as %j', (name, key) => {
  expect(headerKey(name)).toBe(key)
})
