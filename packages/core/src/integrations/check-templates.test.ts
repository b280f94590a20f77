import { expect, test } from 'vitest'
import { faults, oauth2 } from './check.suite.ts'

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
