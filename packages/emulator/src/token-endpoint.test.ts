import { expect, test } from 'vitest'
import { basic, client, confidential } from './client.suite.ts'

const machine = { grant_type: 'client_credentials', scope: 'read' }
const encodedSecret = 'web+secret%2F%2B%25'

test('each accepted method proves a client, basic with its form-encoding undone', async () => {
  const { post, exchange, code } = await client()
  expect((await post('/token', { ...machine, ...confidential })).status).toBe(200)
  expect((await post('/token', machine, basic('web', encodedSecret))).status).toBe(200)
  const app = { client_id: 'app', client_secret: undefined }
  expect((await exchange({ ...app, code: await code({ client_id: 'app' }) })).status).toBe(200)
})

test.each([
  ['no credentials', {}, {}],
  ['a wrong secret', { client_id: 'web', client_secret: 'wrong' }, {}],
  ['an unknown client', { client_id: 'nobody', client_secret: 'x' }, {}],
  ['a confidential client without its secret', { client_id: 'web' }, {}],
  ['a public client with a secret', { client_id: 'app', client_secret: 'x' }, {}],
  ['a secret in basic that was not form-encoded', {}, basic('web', confidential.client_secret)],
  ['a header of another scheme', {}, { authorization: 'Bearer x' }],
])('%s is invalid_client with 401', async (_, fields, headers) => {
  const { post } = await client()
  const reply = await post('/token', { ...machine, ...fields }, headers)
  expect([reply.status, reply.body.error]).toEqual([401, 'invalid_client'])
  expect(reply.headers.get('www-authenticate')).toMatch(/^Basic /)
})

test.each([
  ['basic and a secret in the body', confidential],
  ['basic and an assertion', { client_assertion: 'x' }],
  ['basic and the name of another client', { client_id: 'other' }],
])('%s together are invalid_request', async (_, fields) => {
  const { post } = await client()
  const reply = await post('/token', { ...machine, ...fields }, basic('web', encodedSecret))
  expect([reply.status, reply.body.error]).toEqual([400, 'invalid_request'])
})

test('a method that is not accepted proves nothing', async () => {
  const { post } = await client({ clientAuthenticationMethods: ['body'] })
  expect((await post('/token', machine, basic('web', encodedSecret))).body.error).toBe('invalid_client')
  expect((await post('/token', { ...machine, ...confidential })).status).toBe(200)
})

test('a public client has no client credentials grant', async () => {
  const { post } = await client()
  expect((await post('/token', { ...machine, client_id: 'app' })).body.error).toBe('unauthorized_client')
})

test.each([
  ['an unknown grant', { grant_type: 'password' }, 'unsupported_grant_type'],
  ['a name every object has', { grant_type: 'constructor' }, 'unsupported_grant_type'],
  ['no grant type', { grant_type: '' }, 'invalid_request'],
  ['no code', { grant_type: 'authorization_code' }, 'invalid_request'],
])('a token request with %s is answered %s', async (_, fields, error) => {
  const { post } = await client()
  const reply = await post('/token', { ...fields, ...confidential })
  expect([reply.status, reply.body.error]).toEqual([400, error])
})

test('a JSON body is not a token request', async () => {
  const { server } = await client()
  const body = JSON.stringify({ ...machine, ...confidential })
  const reply = await fetch(`${server.origin}/token`, { method: 'POST', body })
  expect(await reply.json()).toMatchObject({ error: 'invalid_request' })
})

test('GET serves tokens only where it is switched on', async () => {
  const { address, provider } = await client()
  const byGet = () => fetch(address('/token', { ...machine, ...confidential }))
  expect((await byGet()).status).toBe(405)
  provider.behaviour.tokenEndpointByGet = true
  expect(await (await byGet()).json()).toMatchObject({ token_type: 'Bearer', scope: 'read' })
})

test('revoking a refresh token ends the family, and an unknown token is no error', async () => {
  const { exchange, refresh, post, api } = await client()
  const { body } = await exchange()
  const { access_token = '', refresh_token = '' } = body
  const foreign = { token: refresh_token, client_id: 'other', client_secret: 'other-secret' }
  expect((await post('/revoke', foreign)).body.error).toBe('invalid_grant')
  expect((await api('/api/me', access_token)).status).toBe(200)

  expect((await post('/revoke', { token: refresh_token, ...confidential })).status).toBe(200)
  expect((await api('/api/me', access_token)).status).toBe(401)
  expect((await refresh(refresh_token)).body.error).toBe('invalid_grant')
  expect((await post('/revoke', { token: 'unknown', ...confidential })).status).toBe(200)
})

test('revoking an access token leaves the refresh token alone', async () => {
  const { exchange, refresh, post, api } = await client()
  const { access_token = '', refresh_token = '' } = (await exchange()).body
  await post('/revoke', { token: access_token, ...confidential })
  expect((await api('/api/me', access_token)).status).toBe(401)
  expect((await refresh(refresh_token)).status).toBe(200)
})

test('the metadata follows the behaviour', async () => {
  const { server, provider } = await client()
  provider.behaviour.clientAuthenticationMethods = ['basic']
  const metadata = await (await fetch(`${server.origin}/.well-known/oauth-authorization-server`)).json()
  expect(metadata).toMatchObject({
    issuer: server.origin,
    token_endpoint: `${server.origin}/token`,
    token_endpoint_auth_methods_supported: ['client_secret_basic'],
    authorization_response_iss_parameter_supported: true,
  })
})
