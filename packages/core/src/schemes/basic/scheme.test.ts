import { type Definition, IntegrationInput, type Placement } from '@sallyport/contract'
import { describe, expect, test } from 'vitest'
import { createConnection } from '../../credentials/connection.ts'
import { Secret } from '../../secret.ts'
import { basicScheme } from './scheme.ts'

function definitionWith(auth: Record<string, string> = {}): Definition {
  return IntegrationInput.parse({
    key: 'a',
    name: 'a',
    parameters: [{ name: 'email' }, { name: 'key', secret: true }],
    auth: { type: 'basic', ...auth },
  })
}

function placed(
  auth: Record<string, string>,
  secret: Record<string, string>,
  placements?: readonly Placement[],
) {
  const policy = { allowedPrivate: [], exemptOrigins: new Set<string>() }
  const parameters = { key: new Secret('k') }
  const connection = createConnection({
    policy,
    definition: definitionWith(auth),
    definitionSecrets: {},
    account: { parameters: { email: 'a@b.example' } },
    credential: { parameters },
  })
  const secrets = Object.fromEntries(Object.entries(secret).map(([name, text]) => [name, new Secret(text)]))
  const credential = { secret: secrets, parameters, tokens: undefined }
  return basicScheme.place(connection, credential, placements ?? basicScheme.defaultPlacement)
}

function decoded(auth: Record<string, string>, secret: Record<string, string>): string | undefined {
  const [, value] = placed(auth, secret).headers[0] ?? []
  return /^Basic ([A-Za-z0-9+/=]+)$/.test(value ?? '')
    ? Buffer.from((value ?? '').slice(6), 'base64').toString()
    : value
}

describe('basic', () => {
  test.each<[auth: Record<string, string>, secret: Record<string, string>, pair: string]>([
    [{}, { username: 'u', password: 'p' }, 'u:p'],
    [{}, { username: 'u' }, 'u:'],
    [{}, { password: 'p' }, ':p'],
    [{}, { username: '', password: '' }, ':'],
    [{}, { username: 'ü', password: '🔑\r\n' }, 'ü:🔑\r\n'],
    [{}, { username: 'u', password: 'p:q{email}' }, 'u:p:q{email}'],
    [{ username: '{email}/token' }, { password: 'p' }, 'a@b.example/token:p'],
    [{ username: '{key}', password: 'x' }, {}, 'k:x'],
    [{ username: '{key}', password: '' }, {}, 'k:'],
    [{ username: '', password: '{secret.password}' }, { password: 'p' }, ':p'],
    [{ username: '{{email}}', password: '{secret.username}' }, { username: 'u' }, '{email}:u'],
  ])('%j with %j sends %j', (auth, secret, pair) => {
    expect(decoded(auth, secret)).toBe(pair)
  })

  test('goes into the header Authorization', () => {
    expect(placed({}, { username: 'Aladdin', password: 'open sesame' })).toEqual({
      headers: [['Authorization', 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==']],
      query: [],
    })
  })

  test('can be placed elsewhere, in parts', () => {
    const placements: Placement[] = [{ in: 'query', name: 'user', template: '{secret.username}' }]
    expect(placed({}, { username: 'u', password: 'p' }, placements)).toEqual({
      headers: [],
      query: [['user', 'u']],
    })
  })

  test.each<[auth: Record<string, string>, given: Record<string, unknown>, faults: number]>([
    [{}, {}, 1],
    [{}, { username: 'u' }, 0],
    [{}, { password: '' }, 0],
    [{ username: '{email}', password: '{key}' }, {}, 0],
    [{ username: '{email}' }, {}, 1],
    [{ username: '{{secret.username}}', password: 'x' }, {}, 0],
  ])('%j given %j lacks %i things', (auth, given, faults) => {
    const found = basicScheme.secretFaults(definitionWith(auth), given)
    expect(found.map(({ path, code }) => `${path} ${code}`)).toEqual(Array(faults).fill('/secret required'))
  })

  test('names its templates, where the account’s secret may stand', () => {
    expect(basicScheme.templates({ type: 'basic', username: '{email}', password: 5 })).toEqual([
      {
        path: '/auth/username',
        text: '{email}',
        slot: 'text',
        filled: ['secret.username', 'secret.password'],
      },
    ])
  })

  test('has no token to give out, and nothing to renew', () => {
    expect(basicScheme.token({ secret: {}, parameters: {}, tokens: undefined })).toBeUndefined()
    expect(basicScheme.renewable(definitionWith(), undefined)).toBe(false)
  })
})
