import { describe, expect, test } from 'vitest'
import { basic, faults, oauth2, parameters, strict, token } from './check.suite.ts'
import { checkDefinition } from './check.ts'

describe('definitions that hold', () => {
  test.each<[what: string, definition: unknown]>([
    [
      'an API token in the query',
      { ...token, baseUrl: 'https://api.example.com', placement: { in: 'query', name: 'k' } },
    ],
    [
      'basic with a parameter in its host',
      {
        ...basic,
        baseUrl: 'https://{serverName}.example.com/api',
        ...parameters({ name: 'serverName', label: 'Server', required: true, pattern: '^[a-z0-9-]+$' }),
        request: {
          headers: { 'X-Tenant': '{serverName}' },
          query: { v: '2' },
          body: { a: { b: ['{serverName}', 1] } },
        },
      },
    ],
    ['OAuth 2.0 with a code', oauth2()],
    ['OAuth 2.0 for itself', oauth2({ grant: 'client_credentials', authorizationUrl: undefined })],
    [
      'OAuth 2.0 by issuer',
      oauth2({ issuer: 'https://login.example.com', authorizationUrl: undefined, tokenUrl: undefined }),
    ],
    ['a public client', oauth2({ clientSecret: '' })],
    ['two placements', { ...token, placement: [{ in: 'header' }, { in: 'query', name: 'k' }] }],
    ['a query parameter called as a header is', { ...token, placement: { in: 'query', name: 'host' } }],
    ['escaped and other braces', { ...basic, request: { headers: { 'X-A': '{{x}} {} {1} { x }' } } }],
    [
      'a user name from a parameter',
      { ...basic, auth: { type: 'basic', username: '{email}/token' }, ...parameters({ name: 'email' }) },
    ],
    ['secrets where they may stand', { ...token, placement: { in: 'header', template: 'x {secret.token}' } }],
    [
      'a test',
      { ...token, baseUrl: 'https://a.example', test: { path: '/me/{id}' }, ...parameters({ name: 'id' }) },
    ],
  ])('%s', (_, definition) => {
    expect(faults(definition)).toEqual([])
  })

  test('give back the definition with its defaults', () => {
    const { definition, warnings } = checkDefinition(strict, oauth2())
    expect(definition.auth).toMatchObject({ grant: 'authorization_code', pkce: 'S256', scopes: [] })
    expect(warnings).toEqual([])
  })

  test('plain http of the base URL is a warning', () => {
    const { warnings } = checkDefinition(strict, { ...token, baseUrl: 'http://api.example.com' })
    expect(warnings.map(({ code }) => code)).toEqual(['plain_http'])
  })
})

describe('placeholders', () => {
  test.each<[definition: unknown, found: string[]]>([
    [{ ...token, baseUrl: 'https://a.example/{x}' }, ['/baseUrl unknown_placeholder']],
    [
      { ...token, baseUrl: 'https://a.example/{x}/{y}/{x}' },
      ['/baseUrl unknown_placeholder', '/baseUrl unknown_placeholder'],
    ],
    [{ ...basic, auth: { type: 'basic', username: '{x}' } }, ['/auth/username unknown_placeholder']],
    [oauth2({ clientId: '{x}' }), ['/auth/clientId unknown_placeholder']],
    [oauth2({ clientSecret: 'a{x}b' }), ['/auth/clientSecret unknown_placeholder']],
    [oauth2({ scopes: ['a', '{x}'] }), ['/auth/scopes/1 unknown_placeholder']],
    [
      oauth2({ authorizationParams: { 'a/b': '{x}' } }),
      ['/auth/authorizationParams/a~1b unknown_placeholder'],
    ],
    [{ ...token, placement: { in: 'header', template: '{x}' } }, ['/placement/template unknown_placeholder']],
    [
      { ...token, placement: [{ in: 'query', name: 'k', template: '{x}' }] },
      ['/placement/0/template unknown_placeholder'],
    ],
    [{ ...token, request: { headers: { 'X-A': '{x}' } } }, ['/request/headers/X-A unknown_placeholder']],
    [{ ...token, request: { query: { 'a/b': '{x}' } } }, ['/request/query/a~1b unknown_placeholder']],
    [{ ...token, request: { body: { a: [{ b: '{x}' }] } } }, ['/request/body/a/0/b unknown_placeholder']],
    [{ ...token, test: { path: '{x}' } }, ['/test/path unknown_placeholder']],
    [
      { ...token, request: { headers: { 'X-A': '{token}' } } },
      ['/request/headers/X-A placeholder_not_available'],
    ],
    [{ ...token, baseUrl: 'https://a.example/{secret.token}' }, ['/baseUrl placeholder_not_available']],
    [oauth2({ clientId: '{client.id}' }), ['/auth/clientId placeholder_not_available']],
    [{ ...token, baseUrl: 'https://a.example/{constructor}' }, ['/baseUrl unknown_placeholder']],
    [
      { ...token, baseUrl: 'https://a.example/{x.y}', ...parameters({ name: 'x' }) },
      ['/baseUrl unknown_placeholder'],
    ],
  ])('%j has the faults %j', (definition, found) => {
    expect(faults(definition)).toEqual(found)
  })

  test('a parameter that is declared badly is not also called unknown', () => {
    const definition = {
      ...token,
      baseUrl: 'https://{x}.example.com',
      ...parameters({ name: 'x', pattern: '(' }),
    }
    expect(faults(definition)).toEqual(['/parameters/0/pattern invalid'])
  })
})

describe('text that its place cannot hold', () => {
  test.each<[definition: unknown, found: string[]]>([
    [{ ...token, request: { headers: { 'X-A': 'a\r\nX-Evil: 1' } } }, ['/request/headers/X-A header_value']],
    [{ ...token, request: { headers: { 'X-A': 'é' } } }, ['/request/headers/X-A header_value']],
    [{ ...token, placement: { in: 'header', template: '{token}\n' } }, ['/placement/template header_value']],
    [{ ...token, request: { query: { a: 'a\0' } } }, ['/request/query/a control_character']],
    [{ ...token, test: { path: '/a b' } }, ['/test/path path']],
    [{ ...token, test: { path: '/a#b' } }, ['/test/path path']],
    [{ ...token, test: { path: '\\a' } }, ['/test/path path']],
  ])('%j has the faults %j', (definition, found) => {
    expect(faults(definition)).toEqual(found)
  })
})

describe('parameters', () => {
  test.each<[list: Record<string, unknown>[], found: string[]]>([
    [[{ name: 'a' }, { name: 'a' }], ['/parameters/1/name repeated']],
    [[{ name: 'a', secret: true, default: 'x' }], ['/parameters/0/default secret_default']],
    [[{ name: 'a', pattern: '^[0-9]+$', default: 'x' }], ['/parameters/0/default pattern']],
    [[{ name: 'a', choices: ['x'], default: 'y' }], ['/parameters/0/default not_a_choice']],
    [[{ name: 'token' }], ['/parameters/0/name invalid']],
    [[{ name: 'a', choices: ['x'], pattern: 'x', default: 'x' }], []],
  ])('%j has the faults %j', (list, found) => {
    expect(faults({ ...token, ...parameters(...list) })).toEqual(found)
  })
})

describe('placements', () => {
  test.each<[rest: Record<string, unknown>, found: string[]]>([
    [{ placement: { in: 'header', name: 'Host' } }, ['/placement/name header_reserved']],
    [
      { placement: [{ in: 'header' }, { in: 'header', name: 'content_length' }] },
      ['/placement/1/name header_reserved'],
    ],
    [
      { request: { headers: { 'Transfer-Encoding': 'x' } } },
      ['/request/headers/Transfer-Encoding header_reserved'],
    ],
    [{ request: { headers: { 'sallyport-~x': 'x' } } }, ['/request/headers/sallyport-~0x header_reserved']],
    [{ placement: [{ in: 'header' }, { in: 'header', name: 'authorization' }] }, ['/placement/1 repeated']],
    [
      {
        placement: [
          { in: 'header', name: 'X-A' },
          { in: 'header', name: 'x_a' },
        ],
      },
      ['/placement/1 repeated'],
    ],
    [
      {
        placement: [
          { in: 'query', name: 'k' },
          { in: 'query', name: 'k' },
        ],
      },
      ['/placement/1 repeated'],
    ],
    [
      {
        placement: [
          { in: 'query', name: 'k' },
          { in: 'query', name: 'K' },
        ],
      },
      [],
    ],
    [
      {
        placement: [
          { in: 'query', name: 'k' },
          { in: 'header', name: 'k' },
        ],
      },
      [],
    ],
  ])('%j has the faults %j', (rest, found) => {
    expect(faults({ ...token, ...rest })).toEqual(found)
  })
})

describe('everything at once', () => {
  test('the faults of shape and those between fields come together', () => {
    const definition = {
      key: 'not a key',
      baseUrl: 'https://{nobody}.example.com',
      hosts: ['*'],
      parameters: [{ name: 'client' }, { name: 'b', secret: true, default: 'x' }],
      placement: [{ in: 'header', name: 'Host' }, { in: 'nowhere' }],
      request: { headers: { Connection: 'x' } },
      auth: {
        type: 'oauth2',
        tokenUrl: 'http://login.example.com',
        authorizationParams: { state: 'x' },
        pkce: 'no',
      },
      extra: 1,
    }
    expect(faults(definition).sort()).toEqual(
      [
        '/key invalid_format',
        '/name required',
        '/parameters/0/name invalid',
        '/parameters/1/default secret_default',
        '/auth/clientId required',
        '/auth/pkce not_a_choice',
        '/auth/authorizationUrl required',
        '/auth/authorizationParams/state parameter_reserved',
        '/auth/tokenUrl https_required',
        '/baseUrl unknown_placeholder',
        '/hosts/0 wildcard_everything',
        '/placement/0/name header_reserved',
        '/placement/1/in not_a_choice',
        '/request/headers/Connection header_reserved',
        '/extra unknown_field',
      ].sort(),
    )
  })

  test('a fault is said once, though two checks find it', () => {
    const { tokenUrl: _, ...auth } = oauth2().auth as Record<string, unknown>
    expect(faults({ ...token, auth })).toEqual(['/auth/tokenUrl required'])
  })

  test.each<[definition: unknown]>([
    [undefined],
    [null],
    [5],
    ['text'],
    [[]],
    [[[]]],
    [{ auth: null }],
    [{ auth: [], hosts: {}, parameters: {}, request: [] }],
  ])('%j breaks nothing but itself', (definition) => {
    expect(faults(definition).length).toBeGreaterThan(0)
  })

  test('a definition nested too deeply is refused before anything walks into it', () => {
    const nested = (depth: number): unknown => JSON.parse(`${'[{"a":'.repeat(depth)}1${'}]'.repeat(depth)}`)
    expect(faults({ ...token, request: { body: { a: nested(30) } } })).toEqual([])
    expect(faults({ ...token, request: { body: { a: nested(50_000) } } })).toEqual([' too_deep'])
  })

  test('no fault repeats a secret', () => {
    const definition = oauth2({ clientSecret: 'canary{x}', clientId: 5, tokenUrl: 'x' })
    try {
      checkDefinition(strict, definition)
    } catch (error) {
      expect(JSON.stringify(error)).not.toContain('canary')
    }
    expect(faults(definition)).toContain('/auth/clientSecret unknown_placeholder')
  })
})
