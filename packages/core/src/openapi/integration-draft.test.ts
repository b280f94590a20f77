import { describe, expect, test } from 'vitest'
import { checkDefinition } from '../integrations/check.ts'
import { documentOf, imported } from './imported.suite.ts'

const policy = { allowedPrivate: [], exemptOrigins: new Set<string>(), forbiddenGrants: new Set<string>() }

/** A draft, which always is a definition that holds. */
function draftOf(document: object, options: object = {}) {
  const { integration, skipped } = imported(document, options)
  expect(() => checkDefinition(policy, { key: 'made', ...integration })).not.toThrow()
  return { integration, skipped: skipped.map(({ path, part, reason }) => `${part} ${path} ${reason}`) }
}

const secured = (securitySchemes: object, security: object[] = [], rest: object = {}) =>
  documentOf({ security }, { components: { securitySchemes }, ...rest })
const client = [
  { name: 'clientId', label: 'Client ID', required: true },
  { name: 'clientSecret', label: 'Client secret', required: true, secret: true },
]

describe('a security scheme', () => {
  const flow = {
    authorizationUrl: 'https://a.example/auth',
    tokenUrl: 'https://a.example/token',
    refreshUrl: 'https://a.example/refresh',
  }
  test.each([
    ['http basic', { type: 'http', scheme: 'basic' }, { auth: { type: 'basic' } }],
    [
      'http bearer',
      { type: 'http', scheme: 'Bearer' },
      {
        auth: { type: 'api_token' },
        placement: { in: 'header', name: 'Authorization', template: 'Bearer {token}' },
      },
    ],
    ['http digest', { type: 'http', scheme: 'digest' }, { auth: { type: 'digest' } }],
    [
      'a key in a header',
      { type: 'apiKey', in: 'header', name: 'X-Key' },
      { auth: { type: 'api_token' }, placement: { in: 'header', name: 'X-Key', template: '{token}' } },
    ],
    [
      'a key in the query',
      { type: 'apiKey', in: 'query', name: 'key' },
      { auth: { type: 'api_token' }, placement: { in: 'query', name: 'key', template: '{token}' } },
    ],
    [
      'a key in a cookie',
      { type: 'apiKey', in: 'cookie', name: 'sid' },
      { auth: { type: 'api_token' }, placement: { in: 'header', name: 'Cookie', template: 'sid={token}' } },
    ],
    [
      'oauth2 by authorization code',
      {
        type: 'oauth2',
        flows: { implicit: {}, authorizationCode: { ...flow, scopes: { read: 'Read', write: 'Write' } } },
      },
      {
        parameters: client,
        auth: {
          type: 'oauth2',
          grant: 'authorization_code',
          ...flow,
          clientId: '{clientId}',
          clientSecret: '{clientSecret}',
          scopes: ['read'],
        },
      },
    ],
    [
      'oauth2 by client credentials',
      { type: 'oauth2', flows: { clientCredentials: { tokenUrl: '/oauth/token', scopes: {} } } },
      { auth: { grant: 'client_credentials', tokenUrl: 'https://api.example.com/oauth/token' } },
    ],
    [
      'oauth2 by password',
      { type: 'oauth2', flows: { password: { tokenUrl: 'https://a.example/t' } } },
      { auth: { grant: 'password' } },
    ],
    [
      'OpenID Connect',
      { type: 'openIdConnect', openIdConnectUrl: 'https://a.example/.well-known/openid-configuration' },
      { auth: { type: 'oauth2', issuer: 'https://a.example', scopes: ['openid', 'read'] } },
    ],
    [
      'mutual TLS',
      { type: 'mutualTLS' },
      { auth: { type: 'api_token' }, tls: { certificate: '{certificate}', privateKey: '{privateKey}' } },
    ],
  ])('%s becomes a definition', (_what, scheme, expected) => {
    expect(draftOf(secured({ one: scheme }, [{ one: ['read'] }])).integration).toMatchObject(expected)
  })

  test.each([
    [{ type: 'http', scheme: 'hoba' }, 'Of HTTP’s schemes basic, bearer and digest are known.'],
    [
      { type: 'oauth2', flows: { implicit: flow } },
      'It names no flow that is known: authorization code, client credentials, device or password.',
    ],
    [
      { type: 'oauth2', flows: { clientCredentials: { tokenUrl: 'http://a.example' } } },
      'Its tokenUrl is no https address.',
    ],
    [{ type: 'apiKey', in: 'body', name: 'x' }, 'This names no place for the key: header, query or cookie.'],
    [{ type: 'constructor' }, 'There is no type constructor of security schemes.'],
  ])('%j has no counterpart, which is said', (scheme, reason) => {
    const { integration, skipped } = draftOf(secured({ one: scheme }))
    expect(integration.auth).toEqual({ type: 'api_token' })
    expect(skipped).toContain(`security /components/securitySchemes/one ${reason}`)
  })
})

const schemes = {
  app: { type: 'apiKey', in: 'header', name: 'X-App' },
  key: { type: 'apiKey', in: 'query', name: 'key' },
  basic: { type: 'http', scheme: 'basic' },
}

test('schemes that have to be met together are one definition: one is the credential, others are parameters', () => {
  expect(draftOf(secured(schemes, [{ basic: [], app: [], key: [] }])).integration).toMatchObject({
    auth: { type: 'api_token' },
    placement: { name: 'X-App' },
  })
  const { integration } = draftOf(secured({ ...schemes, basic: { type: 'oauth2' } }, [{ app: [], key: [] }]))
  expect(integration).toMatchObject({
    placement: { in: 'header', name: 'X-App' },
    parameters: [{ name: 'key', required: true, secret: true }],
    request: { query: { key: '{key}' } },
  })
})

test('the scheme that most operations take is taken, or the one that was named; the others are named', () => {
  const document = {
    ...secured(schemes),
    paths: {
      '/a': {
        get: { security: [{ basic: [] }] },
        put: { security: [{ key: [] }, { basic: [] }] },
        post: { security: [{}] },
      },
    },
  }
  const { integration, skipped } = draftOf(document)
  expect(integration.auth).toEqual({ type: 'basic' })
  expect(skipped.filter((text) => text.startsWith('security'))).toHaveLength(2)
  expect(draftOf(document, { security: 'key' }).integration.placement).toMatchObject({ in: 'query' })
  expect(() => imported(document, { security: 'absent' })).toThrow(
    '/security The document has no such security scheme. It has: app, key, basic.',
  )
})

test('an operation that asks for another scheme is named', () => {
  const document = {
    ...secured(schemes),
    paths: {
      '/a': { get: { security: [{ basic: [] }] }, put: { security: [{ basic: [] }, { key: [] }] } },
      '/b': {
        get: { operationId: 'other', security: [{ basic: [], app: [] }, { key: [] }] },
        put: { security: [] },
      },
    },
  }
  const { skipped } = imported(document)
  expect(skipped.filter(({ operation, part }) => operation !== undefined && part === 'security')).toEqual([
    {
      operation: 'other',
      path: '/paths/~1b/get/security',
      part: 'security',
      reason: 'It asks for another security scheme than basic, by which the integration authenticates.',
    },
  ])
})

describe('a server', () => {
  const at = (url: string, variables: object = {}) => documentOf({}, { servers: [{ url, variables }] })
  test.each([
    ['https://api.example.com/v2/', {}, 'https://api.example.com/v2/', []],
    ['http://api.example.com', {}, 'http://api.example.com', []],
    [
      'https://{site}.example.com/{version}',
      { site: { default: 'demo', description: 'Your site' }, version: { enum: ['v1', 'v2'], default: 'v2' } },
      'https://{site}.example.com/{version}',
      [
        { name: 'site', label: 'site', help: 'Your site', required: true, default: 'demo', kind: 'label' },
        {
          name: 'version',
          label: 'version',
          required: true,
          default: 'v2',
          choices: ['v1', 'v2'],
          kind: 'text',
        },
      ],
    ],
    [
      'https://{host}/x',
      { host: { default: 'a.example.com' } },
      'https://{host}/x',
      [{ name: 'host', kind: 'host' }],
    ],
    ['https://a.example.com:{port}/x', { port: { default: '8443' } }, 'https://a.example.com:8443/x', []],
    [
      '{protocol}://a.example.com',
      { protocol: { enum: ['http', 'https'], default: 'https' } },
      'https://a.example.com',
      [],
    ],
    [
      '{baseUrl}/api',
      { baseUrl: { default: 'https://a.example.com' } },
      '{baseUrl}/api',
      [{ name: 'baseUrl', kind: 'url' }],
    ],
    [
      'https://{client}.example.com',
      { client: { default: 'x' } },
      'https://{clientValue}.example.com',
      [{ name: 'clientValue' }],
    ],
    ['/api/v3', {}, 'https://{host}/api/v3', [{ name: 'host', kind: 'host' }]],
  ])('at %s becomes a base URL with parameters', (url, variables, baseUrl, parameters) => {
    const { integration } = draftOf(at(url, variables))
    expect(integration.baseUrl).toBe(baseUrl)
    expect(integration.parameters ?? []).toMatchObject(parameters)
  })

  test('is taken alone, and the others are named', () => {
    const servers = [{ url: 'https://a.example.com' }, { url: 'https://b.example.com' }]
    const { integration, skipped } = draftOf(documentOf({}, { servers }), { server: 1 })
    expect(integration.baseUrl).toBe('https://b.example.com')
    expect(skipped).toContain(
      'server /servers/0 An integration has one base URL. For this one import with `server`: 0.',
    )
  })

  test('that is not there is asked for', () => {
    expect(draftOf(documentOf({}, { servers: [] })).integration).toMatchObject({ baseUrl: 'https://{host}' })
    expect(() => imported(documentOf({}), { server: 1 })).toThrow('/server The document has 1 servers')
  })

  test('of one operation is where that one goes, and is among the hosts', () => {
    const document = documentOf({ servers: [{ url: 'https://files.example.com/up' }] })
    const { operations } = imported(document)
    expect(operations[0]?.steps[0]).toMatchObject({ url: 'https://files.example.com/up/things', path: '' })
    expect(draftOf(document).integration.hosts).toEqual(['api.example.com', 'files.example.com'])
  })
})
