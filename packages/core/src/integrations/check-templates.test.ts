import { expect, test } from 'vitest'
import { faults, oauth2, token } from './check.suite.ts'

const secret = { parameters: [{ name: 'hidden', secret: true }] }

test.each([
  [{ authorizationUrl: 'https://login.example.com/{hidden}' }, '/auth/authorizationUrl'],
  [{ scopes: ['read', '{hidden}'] }, '/auth/scopes/1'],
  [{ authorizationParams: { prompt: '{hidden}' } }, '/auth/authorizationParams/prompt'],
  [{ clientId: '{hidden}' }, '/auth/clientId'],
  [{ authorizationParams: { prompt: '{parameters.hidden}' } }, '/auth/authorizationParams/prompt'],
])('a secret parameter does not stand where browsers see it: %j', (auth, path) => {
  expect(faults(oauth2(auth, secret))).toEqual([`${path} secret_shown`])
})

test('a secret parameter may be the client secret, and whatever no browser sees', () => {
  expect(faults(oauth2({ clientSecret: '{hidden}' }, secret))).toEqual([])
  expect(faults(oauth2({ grant: 'client_credentials', clientId: '{hidden}' }, secret))).toEqual([])
})

test('a key that signs does not stand where definitions are shown', () => {
  const auth = { type: 'hmac', message: '{request.path}', headers: { 'X-Signature': '{signature}' } }
  const definition = { key: 'api', name: 'API', baseUrl: 'https://a.example', auth }
  expect(faults({ ...definition, auth: { ...auth, key: 'written out' } })).toEqual(['/auth/key secret_shown'])
  expect(faults({ ...definition, auth: { ...auth, key: 'v1{secret.key}' } })).toEqual([])
})

test.each([
  [{ baseUrl: 'https://a.example/{profile.version}?region={profile.region}' }, []],
  [{ request: { headers: { X: '{profile.a}' }, query: { b: '{profile.b}' } } }, []],
  [{ placement: { in: 'header', name: 'X', template: '{token}{profile.a}' } }, []],
  [{ baseUrl: 'https://{profile.host}.a.example/' }, ['/baseUrl placeholder_not_available']],
  [{ baseUrl: '{profile.url}/v1' }, ['/baseUrl placeholder_not_available']],
  [{ test: { path: '/{profile.a}' } }, ['/test/path placeholder_not_available']],
  [{ request: { query: { b: '{profile.a.b}' } } }, ['/request/query/b placeholder_not_available']],
])(
  'settings of a profile stand in what is made for each call, and never in a host: %j',
  (fields, expected) => {
    expect(faults({ baseUrl: 'https://a.example', ...token, ...fields })).toEqual(expected)
  },
)

test('settings of a profile do not stand where a token is asked for, which belongs to its account', () => {
  expect(faults(oauth2({ scopes: ['{profile.scope}'] }))).toEqual([
    '/auth/scopes/0 placeholder_not_available',
  ])
  expect(faults(oauth2({ tokenUrl: 'https://login.example.com/{profile.x}' }))).toEqual([
    '/auth/tokenUrl placeholder_not_available',
  ])
})
