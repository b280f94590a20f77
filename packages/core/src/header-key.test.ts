import { expect, test } from 'vitest'
import { headerKey, remembering } from './header-key.ts'

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

test('what is asked of a name is found out once, for the few names that come with every call', () => {
  const asked: string[] = []
  const length = remembering((name) => {
    asked.push(name)
    return String(name.length)
  })
  const long = 'x'.repeat(65)
  expect(['accept', 'Accept', 'accept', long, long].map(length)).toEqual(['6', '6', '6', '65', '65'])
  expect(asked).toEqual(['accept', 'Accept', long, long])
})

test('names that somebody makes up fill no memory', () => {
  const asked: string[] = []
  const known = remembering((name) => {
    asked.push(name)
    return true
  })
  for (let number = 0; number < 1001; number += 1) known(`x-${number}`)
  for (let number = 0; number < 1001; number += 1) known(`x-${number}`)
  expect(asked).toHaveLength(1002)
})
