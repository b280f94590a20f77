import { expect, test } from 'vitest'
import { matching } from './matching.ts'
import { readProviderSearch } from './search.ts'

const providers = [
  ['google', 'Google', 'google', 'oauth2'],
  ['google-mail', 'Gmail', 'google', 'oauth2'],
  ['gemini', 'Google Gemini', 'google', 'api_token'],
  ['hub-spot', 'HubSpot', 'hubspot', 'oauth2'],
  ['pokapi', 'Pokémon', 'pokapi', 'api_token'],
].map(([id = '', name = '', family = '', auth = '']) => ({ id, name, family, auth, asks: [] }))
const found = (q: string, type?: string) =>
  matching(providers, { q, ...(type !== undefined && { type }) }).map(({ id }) => id)

test('a search finds by name, id and family, whatever the marks and the case, the best first', () => {
  expect(found('')).toEqual(['google-mail', 'google', 'gemini', 'hub-spot', 'pokapi'])
  expect(found('goog')).toEqual(['google-mail', 'google', 'gemini'])
  expect(found('hubspot')).toEqual(['hub-spot'])
  expect(found('POKEMON')).toEqual(['pokapi'])
  expect(found('gem goo')).toEqual(['gemini'])
  expect(found('oogle', 'api_token')).toEqual(['gemini'])
  expect(found('%_*.[')).toEqual(found(''))
  expect(found('nobody')).toEqual([])
})

test('an address says what is searched for; what it cannot mean is left out', () => {
  expect(readProviderSearch({ q: 23, type: 'oauth2', other: 1 })).toEqual({ q: '23', type: 'oauth2' })
  expect(readProviderSearch({ q: '', type: '<b>' })).toEqual({})
  expect(readProviderSearch({ q: { a: 1 }, type: ['oauth2'] })).toEqual({})
})
