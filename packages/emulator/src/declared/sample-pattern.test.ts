import { readdirSync, readFileSync } from 'node:fs'
import type { ProviderEntry } from '@sallyport/contract'
import { expect, test } from 'vitest'
import { sampleOf } from './sample-pattern.ts'

test.each([
  ['^[a-z0-9-]+$', 'abcde0'],
  ['^AC[0-9a-fA-F]{4}$', 'AC0123'],
  ['^(one|two)_[0-9]{3,9}$', 'one_012340'],
  ['^\\S+@[\\w.-]{3,253}$', 'abc1ab@abc1.-'],
  ['^a?b\\.c$', 'ab.c'],
])('%s has the sample %s', (pattern, sample) => {
  expect(sampleOf(pattern)).toBe(sample)
  expect(sample).toMatch(new RegExp(pattern, 'u'))
})

test('a pattern that no sample can be made for is said to be one', () => {
  expect(() => sampleOf('^(?=x)y$')).toThrow('No sample')
})

test('each pattern of the catalogue has a sample', () => {
  const folder = new URL('../../../catalog/providers/', import.meta.url)
  const entries = readdirSync(folder).map(
    (file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as ProviderEntry,
  )
  const patterns = entries.flatMap(({ definition, secret = {} }) =>
    [...(definition.parameters ?? []), ...Object.values(secret)].flatMap(({ pattern }) => pattern ?? []),
  )
  expect(patterns.length).toBeGreaterThan(40)
  for (const pattern of patterns) expect(sampleOf(pattern)).toMatch(new RegExp(pattern, 'u'))
})
