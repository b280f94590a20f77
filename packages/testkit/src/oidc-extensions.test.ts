import { createHash, randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { claimsOf, jwtSigner, startedOidc } from './oidc.suite.ts'
import { signInOverHttp, walkOverHttp } from './sign-in.ts'

const redirectUri = 'http://127.0.0.1:9/callback'
const codeVerifier = 'v'.repeat(43)
const authorization = {
  response_type: 'code',
  client_id: 'confidential',
  redirect_uri: redirectUri,
  scope: 'openid read',
  state: 'the state',
  code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
  code_challenge_method: 'S256',
}
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
const device = {
  client_id: 'tv',
  token_endpoint_auth_method: 'none',
  grant_types: [deviceGrant, 'refresh_token'],
  redirect_uris: [],
  response_types: [],
}

test.each([
  ['allow', 200, undefined],
  ['deny', 400, 'access_denied'],
] as const)('a device waits until a person says %s', async (decision, status, error) => {
  const { server, post } = await startedOidc({ deviceFlow: true, clients: [device] })
  const { body: codes } = await post(server.deviceAuthorizationUrl, { client_id: 'tv', scope: 'openid read' })
  expect(codes).toMatchObject({ user_code: expect.stringMatching(/^.{4}-.{4}$/), expires_in: 600 })
  const poll = () =>
    post(server.tokenUrl, {
      grant_type: deviceGrant,
      client_id: 'tv',
      device_code: codes.device_code ?? '',
    })
  expect((await poll()).body.error).toBe('authorization_pending')
  const { page } = await walkOverHttp(codes.verification_uri_complete ?? '', { login: 'ann', decision })
  expect(page?.body).toContain(decision === 'allow' ? 'Sign-in Success' : 'was interrupted')
  expect(await poll()).toMatchObject({
    status,
    body: error === undefined ? { scope: 'openid read' } : { error },
  })
})

test('where requests must be pushed, a bare one is refused and a pushed one works', async () => {
  const { server, post, basic } = await startedOidc({
    redirectUris: [redirectUri],
    requirePushedAuthorizationRequests: true,
  })
  const query = new URLSearchParams(authorization)
  const refused = await signInOverHttp(`${server.authorizationUrl}?${query}`, { login: 'ann' })
  expect(new URL(refused).searchParams.get('error')).toBe('invalid_request')
  const pushed = await post(server.pushedAuthorizationUrl, authorization, basic(server.confidential))
  expect(pushed.status).toBe(201)
  const reference = new URLSearchParams({
    client_id: 'confidential',
    request_uri: pushed.body.request_uri ?? '',
  })
  const back = new URL(await signInOverHttp(`${server.authorizationUrl}?${reference}`, { login: 'ann' }))
  expect(back.searchParams.get('code')).toBeTruthy()
  expect(back.searchParams.get('iss')).toBe(server.origin)
})

test('a DPoP proof needs the nonce of the server, is taken once, and binds the token', async () => {
  const { server, post, basic } = await startedOidc({ requireDpopNonce: true })
  const { publicJwk: jwk, sign } = jwtSigner()
  const proof = (nonce?: string) =>
    sign(
      { htm: 'POST', htu: server.tokenUrl, iat: Math.floor(Date.now() / 1000), jti: randomUUID(), nonce },
      { typ: 'dpop+jwt', jwk },
    )
  const ask = (dpop: string) =>
    post(
      server.tokenUrl,
      { grant_type: 'client_credentials', scope: 'read' },
      { ...basic(server.machine), dpop },
    )
  const first = await ask(proof())
  expect(first).toMatchObject({ status: 400, body: { error: 'use_dpop_nonce' } })
  const good = proof(first.headers.get('dpop-nonce') ?? '')
  const { body } = await ask(good)
  expect(body.token_type).toBe('DPoP')
  const look = await post(server.introspectionUrl, { token: body.access_token ?? '' }, basic(server.machine))
  expect(look.body).toMatchObject({ cnf: { jkt: expect.any(String) } })
  expect((await ask(good)).status).toBe(400)
})

test('a client registers itself, works, and is unknown once it is forgotten', async () => {
  const { server, post, basic } = await startedOidc({ registration: { initialAccessToken: 'may-register' } })
  const register = async (token: string) => {
    const reply = await fetch(server.registrationUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ redirect_uris: [], response_types: [], grant_types: ['client_credentials'] }),
    })
    return { status: reply.status, body: (await reply.json()) as Record<string, string> }
  }
  expect((await register('guessed')).status).toBe(401)
  const { body } = await register('may-register')
  expect(JSON.parse(server.received('POST /reg')[1]?.body ?? '')).toHaveProperty('grant_types')

  const client = { clientId: body.client_id ?? '', clientSecret: body.client_secret ?? '' }
  const ask = () => post(server.tokenUrl, { grant_type: 'client_credentials' }, basic(client))
  expect((await ask()).status).toBe(200)
  await server.forgetClient(client.clientId)
  expect(await ask()).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
})

test('a token for a resource names it as audience, and an unknown resource is refused', async () => {
  const resource = 'https://api.example.com/'
  const { server, post, basic } = await startedOidc({ resources: { [resource]: 'read' } })
  const ask = (resource: string) =>
    post(
      server.tokenUrl,
      { grant_type: 'client_credentials', scope: 'read', resource },
      basic(server.machine),
    )
  expect(claimsOf((await ask(resource)).body.access_token)).toMatchObject({ aud: resource, scope: 'read' })
  expect((await ask('https://other.example.com/')).body.error).toBe('invalid_target')
})

test('a token can be looked at, and not once it is revoked', async () => {
  const { server, post, basic } = await startedOidc()
  const headers = basic(server.machine)
  const { body } = await post(server.tokenUrl, { grant_type: 'client_credentials', scope: 'read' }, headers)
  const token = body.access_token ?? ''
  const look = async () => (await post(server.introspectionUrl, { token }, headers)).body
  expect(await look()).toMatchObject({ active: true, scope: 'read', client_id: 'machine' })
  expect((await post(server.revokeUrl, { token }, headers)).status).toBe(200)
  expect(await look()).toEqual({ active: false })
})
