import { IntegrationInput } from '@sallyport/contract'
import { describe, expect, test } from 'vitest'
import { destinations } from './destinations.ts'

const base = {
  key: 'a',
  name: 'a',
  baseUrl: 'https://api.example.com/v1',
  hosts: ['api.example.com', 'login.example.com'],
  placement: { in: 'header', name: 'X-Key' },
  parameters: [{ name: 'tenant', kind: 'label' }, { name: 'note' }],
  auth: {
    type: 'oauth2',
    clientId: 'id',
    clientSecret: 's',
    issuer: 'https://login.example.com/',
    authorizationUrl: 'https://login.example.com/authorize',
    tokenUrl: 'https://login.example.com/token',
  },
}

function moves(
  change: Readonly<Record<string, unknown>>,
  from: Readonly<Record<string, unknown>> = base,
): boolean {
  return (
    destinations(IntegrationInput.parse(from)) !==
    destinations(IntegrationInput.parse({ ...from, ...change }))
  )
}

function auth(change: Readonly<Record<string, unknown>>) {
  return { auth: { ...base.auth, ...change } }
}

describe('destinations', () => {
  test.each<[what: string, change: Record<string, unknown>]>([
    ['another base host', { baseUrl: 'https://evil.example/v1' }],
    ['a base host below', { baseUrl: 'https://x.api.example.com/v1' }],
    ['another base scheme', { baseUrl: 'http://api.example.com/v1' }],
    ['another base port', { baseUrl: 'https://api.example.com:8443/v1' }],
    ['no base URL', { baseUrl: undefined }],
    ['a placeholder in the base host', { baseUrl: 'https://{tenant}.example.com/v1' }],
    ['another token host', auth({ tokenUrl: 'https://evil.example/token' })],
    ['no token address', auth({ tokenUrl: undefined })],
    ['another authorization host', auth({ authorizationUrl: 'https://evil.example/authorize' })],
    ['another issuer', auth({ issuer: 'https://evil.example/' })],
    ['another issuer on the same host', auth({ issuer: 'https://login.example.com/~evil' })],
    ['a host more', { hosts: [...base.hosts, 'evil.example'] }],
    ['a host less', { hosts: base.hosts.slice(1) }],
    ['no hosts', { hosts: undefined }],
    ['another placement', { placement: { in: 'query', name: 'key' } }],
    ['another header', { placement: { in: 'header', name: 'X-Other' } }],
    ['another template', { placement: { in: 'header', name: 'X-Key', template: 'x {token}' } }],
    ['a placement more', { placement: [base.placement, { in: 'query', name: 'key' }] }],
    ['no placement', { placement: undefined }],
    ['another kind of a parameter', { parameters: [{ name: 'tenant', kind: 'host' }, { name: 'note' }] }],
    ['another type', { auth: { type: 'basic' } }],
  ])('%s moves them', (_, change) => {
    expect(moves(change)).toBe(true)
  })

  test.each<[what: string, change: Record<string, unknown>]>([
    ['another name', { name: 'b' }],
    ['another path of the base URL', { baseUrl: 'https://api.example.com/v2/{tenant}?x={note}' }],
    ['another path of the token address', auth({ tokenUrl: 'https://login.example.com/oauth/token' })],
    ['another order of hosts', { hosts: [...base.hosts].reverse() }],
    ['another order of parameters', { parameters: [...base.parameters].reverse() }],
    [
      'another label of a parameter',
      { parameters: [{ name: 'tenant', kind: 'label', label: 'T' }, { name: 'note' }] },
    ],
    ['another secret', auth({ clientSecret: 't' })],
    ['other scopes', auth({ scopes: ['a'] })],
    ['request parameters', { request: { headers: { 'X-A': '1' } } }],
  ])('%s does not', (_, change) => {
    expect(moves(change)).toBe(false)
  })

  test('a host that is a placeholder moves by its name', () => {
    const from = { ...base, baseUrl: 'https://{tenant}.example.com' }
    expect(moves({ baseUrl: 'https://{note}.example.com' }, from)).toBe(true)
    expect(moves({ baseUrl: 'https://{tenant}.example.com/x' }, from)).toBe(false)
  })
})
