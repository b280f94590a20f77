import { expect, test } from 'vitest'
import { client, codeVerifier, redirectUri } from './client.suite.ts'

test('a code becomes a token that opens the API', async () => {
  const { exchange, api } = await client()
  const token = await exchange()
  expect(token.status).toBe(200)
  expect(token.headers.get('cache-control')).toBe('no-store')
  expect(token.body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'read write' })

  const me = await api('/api/me', token.body.access_token ?? '')
  expect(me.body).toMatchObject({ clientId: 'web', tokenNumber: 1, issuedBy: 'authorization_code' })
  expect(JSON.stringify(me.body)).not.toContain(token.body.access_token)
})

test('the answer carries state and, where switched on, the issuer', async () => {
  const { redirected, provider, server } = await client()
  expect((await redirected()).get('state')).toBe('the state')
  expect((await redirected()).get('iss')).toBe(server.origin)
  provider.behaviour.sendIssuer = false
  expect((await redirected()).has('iss')).toBe(false)
})

test.each([
  ['without a code_challenge', { code_challenge: undefined }, 'invalid_request'],
  ['with a plain code_challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
  ['with a method left out, which means plain', { code_challenge_method: undefined }, 'invalid_request'],
  ['with a challenge that is no SHA-256', { code_challenge: 'short' }, 'invalid_request'],
  ['for another response type', { response_type: 'token' }, 'unsupported_response_type'],
])('an authorization request %s is sent back with an error', async (_, fields, error) => {
  const { redirected } = await client()
  const answer = await redirected(fields)
  expect(answer.get('error')).toBe(error)
  expect(answer.get('state')).toBe('the state')
  expect(answer.has('code')).toBe(false)
})

test.each([
  ['an unknown client', { client_id: 'nobody' }],
  ['a missing redirect URI', { redirect_uri: undefined }],
  ['a redirect URI that is no web address', { redirect_uri: 'javascript:alert(1)' }],
  ['a redirect URI with a fragment', { redirect_uri: `${redirectUri}#part` }],
])('%s is told on a page and never redirected', async (_, fields) => {
  const { authorize } = await client()
  const reply = await authorize(fields)
  expect(reply.status).toBe(400)
  expect(reply.headers.get('location')).toBeNull()
})

test('a registered redirect URI is compared exactly', async () => {
  const { provider, authorize } = await client()
  provider.behaviour.clients = [{ clientId: 'web', redirectUris: [redirectUri] }]
  expect((await authorize()).status).toBe(303)
  expect((await authorize({ redirect_uri: `${redirectUri}/` })).status).toBe(400)
})

test('a parameter that comes twice is refused', async () => {
  const { address } = await client()
  const twice = `${address('/authorize', { client_id: 'web', redirect_uri: redirectUri })}&state=a&state=b`
  expect((await fetch(twice, { redirect: 'manual' })).status).toBe(400)
})

test.each([
  ['a wrong verifier', { code_verifier: codeVerifier.toUpperCase() }],
  ['no verifier', { code_verifier: undefined }],
  ['a verifier that is too short', { code_verifier: 'short' }],
  ['another redirect URI', { redirect_uri: 'https://client.example/other' }],
  ['no redirect URI', { redirect_uri: undefined }],
  ['the credentials of another client', { client_id: 'other', client_secret: 'other-secret' }],
])('a code is worth nothing with %s', async (_, fields) => {
  const { exchange } = await client()
  const refused = await exchange(fields)
  expect([refused.status, refused.body.error]).toEqual([400, 'invalid_grant'])
})

test('a verifier for a code that had no challenge is refused as a downgrade', async () => {
  const { exchange, code } = await client({ pkce: 'optional' })
  const bare = { code_challenge: undefined, code_challenge_method: undefined }
  expect((await exchange({ code: await code(bare) })).body.error).toBe('invalid_grant')
  expect((await exchange({ code: await code(bare), code_verifier: undefined })).status).toBe(200)
})

test('a code works for sixty seconds', async () => {
  const { exchange, code, advance } = await client()
  const late = await code()
  const punctual = await code()
  advance(59_999)
  expect((await exchange({ code: punctual })).status).toBe(200)
  advance(1)
  expect((await exchange({ code: late })).body.error).toBe('invalid_grant')
})

test('a code used twice takes the tokens of its first use along', async () => {
  const { exchange, code, api } = await client()
  const once = await code()
  const token = await exchange({ code: once })
  expect((await exchange({ code: once })).body.error).toBe('invalid_grant')
  expect((await api('/api/me', token.body.access_token ?? '')).status).toBe(401)
})
