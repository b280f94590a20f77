import { type Definition, IntegrationInput } from '@sallyport/contract'
import { describe, expect, test } from 'vitest'
import { createConnection } from '../credentials/connection.ts'
import type { Target } from '../credentials/target.ts'
import { type Address, addressOf } from './address.ts'
import type { Prepared } from './prepare.ts'

const policy = { allowedPrivate: [], exemptOrigins: new Set<string>() }

interface Case {
  readonly baseUrl?: string | undefined
  readonly hosts?: readonly string[]
  readonly path?: string
  readonly query?: string
  readonly targetUrl?: string
  readonly ours?: readonly [name: string, value: string]
}

function address({ baseUrl, hosts, path = '', query = '', targetUrl, ours }: Case): Address {
  const definition: Definition = IntegrationInput.parse({
    key: 'api',
    name: 'API',
    auth: { type: 'api_token' },
    ...(baseUrl !== undefined && { baseUrl }),
    ...(hosts && { hosts }),
  })
  const connection = createConnection({
    policy,
    definition,
    definitionSecrets: {},
    account: { parameters: {} },
    credential: { parameters: {} },
  })
  const [, basePath = '', baseQuery = ''] = /^https?:\/\/[^/?]+([^?]*)\??(.*)$/.exec(baseUrl ?? '') ?? []
  const prepared: Prepared = {
    base:
      baseUrl === undefined
        ? undefined
        : { origin: connection.permit(baseUrl, { sends: 'call' }).origin, path: basePath, query: baseQuery },
    headers: [],
    replacedHeaders: new Set(),
    query: ours ? ours.join('=') : '',
    replacedQuery: new Set(ours?.slice(0, 1)),
    body: undefined,
    credentialNames: { headers: new Set<string>(), query: new Set<string>() },
    tls: undefined,
  }
  return addressOf({ connection } as Target, prepared, path, query, targetUrl)
}

function codeOf(attempt: Case): unknown {
  try {
    return address(attempt)
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}

describe('a path after the base URL', () => {
  const origin = 'https://api.example.com'
  test.each<[base: string, path: string, query: string, result: string]>([
    ['', '', '', '/'],
    ['/', '', '', '/'],
    ['/api', '', '', '/api'],
    ['/api/', '', '', '/api/'],
    ['', 'v1/me', '', '/v1/me'],
    ['/', 'v1/me', '', '/v1/me'],
    ['/api', 'v1/me', '', '/api/v1/me'],
    ['/api/', 'v1/me/', '', '/api/v1/me/'],
    ['/api//', 'v1', '', '/api//v1'],
    ['/api', 'a%2Fb/%e9/c', '', '/api/a%2Fb/%e9/c'],
    ['/api', '@evil.com', '', '/api/@evil.com'],
    ['', '@evil.com', '', '/@evil.com'],
    ['', '.evil.com', '', '/.evil.com'],
    ['', 'https://evil.com/', '', '/https://evil.com/'],
    ['/api', ':80', '', '/api/:80'],
    ['/api', 'x', 'b=2&a=%7e', '/api/x?b=2&a=%7e'],
    ['/api?v=2', 'x', '', '/api/x?v=2'],
    ['/api?v=2', 'x', 'a=1', '/api/x?v=2&a=1'],
    ['?v=2', '', '', '/?v=2'],
  ])('base %j with the path %j and the query %j is %j at the same host', (base, path, query, result) => {
    expect(address({ baseUrl: origin + base, path, query })).toEqual({ origin, path: result })
  })

  test.each([
    '/evil.com/x',
    '..',
    '../x',
    'x/%2e%2e/y',
    '\\evil.com',
    'x\\..',
    '%5cevil',
    'x%00',
    'x/..%2fy',
  ])('the path %j is refused and goes nowhere', (path) => {
    expect(codeOf({ baseUrl: `${origin}/api`, path })).toBe('path_refused')
  })

  test('the credential’s query parameter stands once, at the end', () => {
    const given = { baseUrl: `${origin}/?api_key=base`, path: 'x', query: 'api_key=evil&a=1&%61pi_key=evil' }
    expect(address({ ...given, ours: ['api_key', 'ours'] }).path).toBe('/x?a=1&api_key=ours')
  })

  test('without a base URL only a whole address can say where', () => {
    expect(codeOf({ path: 'x' })).toBe('target_refused')
  })
})

describe('an address in Sallyport-Target', () => {
  const within = { baseUrl: 'https://api.example.com/api', hosts: ['*.example.com'] }
  test.each([
    ['https://api.example.com', '/'],
    ['https://api.example.com/other/path?x=1', '/other/path?x=1'],
    ['https://files.example.com/a%2Fb', '/a%2Fb'],
    ['https://API.example.com/A', '/A'],
    ['https://api.example.com?x=1', '/?x=1'],
    ['https://api.example.com/x#fragment', '/x'],
    ['https://api.example.com/x?a=1#f?g', '/x?a=1'],
  ])('%s is called as %s, without the base URL’s path', (targetUrl, path) => {
    expect(address({ ...within, targetUrl })).toMatchObject({ path })
  })

  test('its query comes before the caller’s, and the credential wins', () => {
    const targetUrl = 'https://api.example.com/x?key=evil&a=1'
    expect(address({ ...within, targetUrl, query: 'b=2&key=evil', ours: ['key', 'ours'] }).path).toBe(
      '/x?a=1&b=2&key=ours',
    )
  })

  test.each([
    ['https://evil.com/x', 'host_not_allowed'],
    ['https://example.com/x', 'host_not_allowed'],
    ['https://api.example.com.evil.com/', 'host_not_allowed'],
    ['https://api.example.com:8443/', 'host_not_allowed'],
    ['http://api.example.com/', 'host_not_allowed'],
    ['https://evil.com@api.example.com/', 'target_refused'],
    ['https://api.example.com@evil.com/', 'target_refused'],
    ['https://evil.com\\@api.example.com/', 'target_refused'],
    ['//api.example.com/x', 'target_refused'],
    ['api.example.com/x', 'target_refused'],
    ['/x', 'target_refused'],
    ['', 'target_refused'],
    ['ftp://api.example.com/', 'target_refused'],
    ['https://api.example.com/a b', 'target_refused'],
    ['https://api.example.com/a\r\nHost: evil', 'target_refused'],
    ['https://api.example.com/../x', 'path_refused'],
    ['https://api.example.com/x/%2e%2e/y', 'path_refused'],
    ['https://api.example.com//x', 'path_refused'],
    ['https://api.example.com/x%5cy', 'path_refused'],
    ['https://api.example.com/é', 'path_refused'],
  ])('%j is refused: %s', (targetUrl, code) => {
    expect(codeOf({ ...within, targetUrl })).toBe(code)
  })

  test('beside a path it is refused, whatever it says', () => {
    expect(codeOf({ ...within, targetUrl: 'https://api.example.com/x', path: 'y' })).toBe('target_refused')
  })

  test('without hosts it may name the base URL’s origin and no other', () => {
    const { baseUrl } = within
    expect(address({ baseUrl, targetUrl: 'https://api.example.com/x' }).path).toBe('/x')
    expect(codeOf({ baseUrl, targetUrl: 'https://files.example.com/x' })).toBe('host_not_allowed')
  })
})
