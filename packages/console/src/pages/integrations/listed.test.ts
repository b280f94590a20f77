import { expect, test } from 'vitest'
import { asCurl } from './curl.ts'
import { inWords, partsOf } from './definition-facts.ts'
import { listed } from './listed.ts'
import type { Integration } from './queries.ts'
import { readIntegrationSearch } from './search.ts'

const integration = (key: string, change: Partial<Integration> = {}): Integration => ({
  ...{ id: `int_${key}`, key, name: key, auth: { type: 'basic' }, secretsSet: [], warnings: [] },
  ...{ createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' },
  ...change,
})

test('a list is narrowed by every word and sorted by what the address says, equals by name', () => {
  const all = [
    integration('b'),
    integration('a', { provider: 'hubspot' }),
    integration('c', { name: 'Big one' }),
  ]
  const counts = [
    { integration: 'b', environment: 'qa', status: 'connected', count: 2 },
    { integration: 'b', environment: 'dev', status: 'failing', count: 1 },
  ] as const
  const shown = (search: Parameters<typeof listed>[2]) =>
    listed(all, counts, search).map(({ integration: { key }, accounts }) => `${key}${accounts}`)
  expect(shown({})).toEqual(['a0', 'b3', 'c0'])
  expect(shown({ sort: '-accounts' })).toEqual(['b3', 'a0', 'c0'])
  expect(shown({ q: 'HUB' })).toEqual(['a0'])
  expect(shown({ q: 'one big' })).toEqual(['c0'])
  expect(shown({ type: 'oauth2' })).toEqual([])
})

test('an address says what a list shows; what it cannot mean is left out', () => {
  const given = { q: 5, type: 'oauth2', sort: '-accounts', cursor: 'x' }
  expect(readIntegrationSearch(given)).toEqual({ q: '5', type: 'oauth2', sort: '-accounts' })
  expect(readIntegrationSearch({ q: [], type: 'A B', sort: 'size' })).toEqual({})
})

test('a definition is told part by part, its secrets as set, and what says nothing is left out', () => {
  const auth = { type: 'oauth1', consumerKey: 'k', signatureMethod: 'HMAC-SHA1' } as const
  const parts = partsOf(
    integration('x', {
      ...{
        auth,
        secretsSet: ['/auth/consumerSecret'],
        placement: [{ in: 'header' }, { in: 'query', name: 'k' }],
      },
      request: { headers: { A: ' ' } },
    }),
  )
  expect(parts).toEqual([
    {
      title: 'Authentication',
      fields: [
        ['Consumer key', 'k'],
        ['Signature method', 'HMAC-SHA1'],
        ['Consumer secret', 'Set, never shown'],
      ],
    },
    {
      title: 'Auth token',
      fields: [
        ['1. In', 'header'],
        ['2. In', 'query'],
        ['2. Name', 'k'],
      ],
    },
    { title: 'Request parameters', fields: [['Header A', '" "']] },
  ])
  expect(['authorizationUrl', 'clientId', 'pkce', 'jwt/privateKey'].map(inWords)).toEqual([
    ...['Authorization URL', 'Client ID', 'PKCE', 'JWT private key'],
  ])
})

test('a command of curl says the request in one word each, whatever quotes are in it', () => {
  const headers = [
    { name: 'accept-encoding', value: 'identity' },
    { name: 'X', value: "it's" },
  ]
  const command = asCurl({
    purpose: 'token',
    method: 'POST',
    url: 'https://a.b/{x}?c=d',
    headers,
    body: 'a=[secret]',
  })
  expect(command).toBe(
    ["curl --globoff -X POST 'https://a.b/{x}?c=d'", "-H 'X: it'\\''s'", "--data-raw 'a=[secret]'"].join(
      ' \\\n  ',
    ),
  )
})
