import type { ApiKeyReply } from '@sallyport/contract'
import { expect, test } from 'vitest'
import { keysShown, placeOf, readKeySearch, readNewKeySearch } from './search.ts'

const key = (fields: Partial<ApiKeyReply>): ApiKeyReply => ({
  id: 'key_1',
  name: 'Shop',
  scopes: ['proxy:call'],
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2027-01-01T00:00:00.000Z',
  ...fields,
})
const names = (keys: readonly ApiKeyReply[]) => keys.map(({ name }) => name)

test('keys are found by name, place, scope and id, in any case', () => {
  const keys = [
    key({ name: 'One', app: 'shop', profile: 'prod' }),
    key({ name: 'Two', scopes: ['audit:read'] }),
    key({ name: 'Three', environment: 'qa', id: 'key_9' }),
  ]
  const found = (q: string) => names(keysShown(keys, { q }).items)
  expect(['ONE', 'shop / PROD', 'audit', 'environment qa', 'key_9', 'whole'].map(found)).toEqual([
    ...[['One'], ['One'], ['Two'], ['Three'], ['Three'], ['Two']],
  ])
})

test('keys are sorted either way, those never used last, and shown fifty at a time', () => {
  const keys = [
    key({ name: 'a', lastUsedAt: '2026-02-01T00:00:00.000Z' }),
    key({ name: 'c' }),
    key({ name: 'B', lastUsedAt: '2026-03-01T00:00:00.000Z' }),
  ]
  expect(names(keysShown(keys, {}).items)).toEqual(['a', 'B', 'c'])
  expect(names(keysShown(keys, { sort: '-used' }).items)).toEqual(['B', 'a', 'c'])
  expect(names(keysShown(keys, { sort: 'used' }).items)).toEqual(['a', 'B', 'c'])
  const many = Array.from({ length: 51 }, (_, index) => key({ name: `${index}` }))
  expect(keysShown(many, {}).nextCursor).toBe('50')
  const last = keysShown(many, { cursor: '50' })
  expect([names(last.items), last.nextCursor]).toEqual([['50'], undefined])
})

test('an address that means nothing shows the list as it is', () => {
  expect(readKeySearch({ q: 7, sort: 'secret', cursor: 'x' })).toEqual({ q: '7' })
  expect(readKeySearch({ sort: '-expires', cursor: '50' })).toEqual({ sort: '-expires', cursor: '50' })
  expect(readNewKeySearch({ app: 'shop', profile: ['x'] })).toEqual({ app: 'shop' })
})

test('a key of a profile is told by it, others by their environment or as the organization’s', () => {
  expect(placeOf(key({ app: 'shop', profile: 'dev', environment: 'development' }))).toBe('shop / dev')
  expect(placeOf(key({ environment: 'qa' }))).toBe('Environment qa')
  expect(placeOf(key({}))).toBe('The whole organization')
})
