import { type Definition, IntegrationInput } from '@sallyport/contract'
import { describe, expect, test } from 'vitest'
import { parseCidrs } from '../destination/address.ts'
import type { Connection } from '../schemes/scheme.ts'
import { Secret } from '../secret.ts'
import { type ConnectionPolicy, createConnection } from './connection.ts'

const strict: ConnectionPolicy = { allowedPrivate: [], exemptOrigins: new Set() }
const oauth2 = {
  type: 'oauth2',
  clientId: 'id',
  authorizationUrl: 'https://login.example.com/authorize',
  tokenUrl: 'https://login.example.com/token',
}

function connectionOf(
  definition: Readonly<Record<string, unknown>>,
  parameters: Readonly<Record<string, string>> = {},
  policy = strict,
): Connection {
  const whole: Definition = IntegrationInput.parse({
    key: 'api',
    name: 'API',
    auth: { type: 'api_token' },
    ...definition,
  })
  return createConnection({
    policy,
    definition: whole,
    definitionSecrets: {},
    account: { parameters },
    credential: { parameters: {} },
  })
}

function codeOf(action: () => unknown): unknown {
  try {
    action()
    return 'allowed'
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}

describe('where an account’s credential may go', () => {
  test.each([
    ['https://api.example.com/any/path?x', 'allowed'],
    ['https://login.example.com/token', 'allowed'],
    ['https://login.example.com:443/', 'allowed'],
    ['https://example.com/', 'host_not_allowed'],
    ['https://x.api.example.com/', 'host_not_allowed'],
    ['https://api.example.com:8443/', 'host_not_allowed'],
    ['http://api.example.com/', 'host_not_allowed'],
    ['https://evil.com/', 'host_not_allowed'],
    ['https://api.example.com@evil.com/', 'target_refused'],
    ['nonsense', 'target_refused'],
  ])('without hosts, exactly the origins of the definition’s addresses: %s is %s', (url, outcome) => {
    const connection = connectionOf({ baseUrl: 'https://api.example.com/v1', auth: oauth2 })
    expect(codeOf(() => connection.permit(url, { sends: 'call' }))).toBe(outcome)
  })

  test('the provider’s page for browsers is no place for credentials', () => {
    const auth = { ...oauth2, authorizationUrl: 'https://accounts.example.com/authorize' }
    expect(
      codeOf(() => connectionOf({ auth }).permit('https://accounts.example.com/token', { sends: 'call' })),
    ).toBe('host_not_allowed')
  })

  test('the origins are those of this account’s values', () => {
    const connection = connectionOf(
      { baseUrl: 'https://{tenant}.example.com', parameters: [{ name: 'tenant' }] },
      { tenant: 'acme' },
    )
    expect(connection.permit('https://acme.example.com/', { sends: 'call' }).hostname).toBe(
      'acme.example.com',
    )
    expect(codeOf(() => connection.permit('https://other.example.com/', { sends: 'call' }))).toBe(
      'host_not_allowed',
    )
  })

  test('listed hosts are all there is, and cover more than the addresses', () => {
    const connection = connectionOf({ baseUrl: 'https://api.example.com', hosts: ['*.example.com'] })
    expect(codeOf(() => connection.permit('https://files.example.com/', { sends: 'call' }))).toBe('allowed')
    expect(codeOf(() => connection.permit('https://example.com/', { sends: 'call' }))).toBe(
      'host_not_allowed',
    )
    expect(
      codeOf(() =>
        connectionOf({ hosts: ['a.example'], baseUrl: 'https://b.example' }).permit('https://b.example', {
          sends: 'call',
        }),
      ),
    ).toBe('host_not_allowed')
  })

  test('a list that holds nothing that can be read lets nothing through', () => {
    const connection = connectionOf({ baseUrl: 'https://api.example.com', hosts: ['*'] })
    expect(codeOf(() => connection.permit('https://api.example.com/', { sends: 'call' }))).toBe(
      'host_not_allowed',
    )
  })

  test('what the issuer publishes counts as written, unless hosts are listed', () => {
    const published = { sends: 'credential', publishedByIssuer: true } as const
    const auth = { type: 'oauth2', clientId: 'id', issuer: 'https://issuer.example' }
    expect(codeOf(() => connectionOf({ auth }).permit('https://token.example/', published))).toBe('allowed')
    expect(codeOf(() => connectionOf({ auth }).permit('https://token.example/', { sends: 'call' }))).toBe(
      'host_not_allowed',
    )
    const listed = connectionOf({ auth, hosts: ['issuer.example'] })
    expect(codeOf(() => listed.permit('https://token.example/', published))).toBe('host_not_allowed')
  })
})

describe('where a browser may go', () => {
  const allowed = { ...strict, allowedPrivate: parseCidrs('10.0.0.0/8').ranges }
  test.each([
    ['https://login.example.com/', strict, 'allowed'],
    ['http://login.example.com/', strict, 'address_blocked'],
    ['javascript:alert(1)', strict, 'address_blocked'],
    ['http://10.0.0.1/', strict, 'address_blocked'],
    ['http://10.0.0.1/', allowed, 'allowed'],
    ['http://11.0.0.1/', allowed, 'address_blocked'],
    ['http://127.0.0.1:4000/', { ...strict, exemptOrigins: new Set(['http://127.0.0.1:4000']) }, 'allowed'],
    [
      'http://127.0.0.1:4001/',
      { ...strict, exemptOrigins: new Set(['http://127.0.0.1:4000']) },
      'address_blocked',
    ],
  ])('%s is %s by policy', (url, policy, outcome) => {
    const connection = connectionOf({ baseUrl: 'https://api.example.com' }, {}, policy)
    expect(codeOf(() => connection.permitBrowser(url))).toBe(outcome)
  })
})

describe('what is rendered', () => {
  const parameters = [{ name: 'tenant' }, { name: 'server', kind: 'host' }, { name: 'instance', kind: 'url' }]

  test.each<[kind: string, template: string, value: string, result: string]>([
    [
      'a label where no kind is declared',
      'https://{tenant}.example.com/',
      'Acme',
      'https://acme.example.com/',
    ],
    ['a host as declared', 'https://{server}/x', 'a.b.example', 'https://a.b.example/x'],
    ['an address as declared', '{instance}/x', 'https://a.example/y', 'https://a.example/y/x'],
    ['a path segment', 'https://a.example/{tenant}/x', 'a/../b?c', 'https://a.example/a%2F..%2Fb%3Fc/x'],
  ])('%s', (_, template, value, result) => {
    const connection = connectionOf({ parameters }, { tenant: value, server: value, instance: value })
    expect(connection.renderUrl(template)).toBe(result)
  })

  test.each(['evil.com/', 'evil.com#', 'a@b', 'x:443@', 'a.b', '', '-a', 'a\r\nb', '.'])(
    'the label %j does not leave its place',
    (value) => {
      const connection = connectionOf({ parameters }, { tenant: value })
      expect(codeOf(() => connection.renderUrl('https://{tenant}.example.com/'))).toBe('input_invalid')
    },
  )

  test('secret values are there for templates, and braces in a value stay text', () => {
    const definition: Definition = IntegrationInput.parse({
      key: 'a',
      name: 'a',
      auth: { type: 'api_token' },
    })
    const secrets = { parameters: { password: new Secret('{user}') } }
    const connection = createConnection({
      policy: strict,
      definition,
      definitionSecrets: {},
      account: { parameters: { user: 'u' } },
      credential: secrets,
    })
    expect(connection.render('{user}:{password}', 'text')).toBe('u:{user}')
  })

  test('a value that a header cannot hold is refused there', () => {
    const connection = connectionOf({ parameters }, { tenant: 'a\r\nX-Evil: 1' })
    expect(codeOf(() => connection.render('{tenant}', 'header'))).toBe('input_invalid')
  })

  test('a value that is not there is the account’s lack, names of Object’s own included', () => {
    const connection = connectionOf({ parameters })
    expect(codeOf(() => connection.render('{tenant}', 'text'))).toBe('account_incomplete')
    expect(codeOf(() => connection.render('{constructor}', 'text'))).toBe('account_incomplete')
  })
})
