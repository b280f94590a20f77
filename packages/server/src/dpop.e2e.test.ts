import { createHash } from 'node:crypto'
import { type ReceivedRequest, walkOverHttp } from '@sallyport/testkit'
import { expect, test } from 'vitest'
import { codeDefinition, person, scene } from './authorization.suite.ts'
import { oidcScene } from './oidc.suite.ts'

const bound = { requireDpopNonce: true, confidentialMetadata: { dpop_bound_access_tokens: true } }

interface Proof {
  readonly header: { readonly alg: string; readonly typ: string; readonly jwk: Record<string, string> }
  readonly claims: Readonly<Record<string, unknown>>
}

function proofOf({ headers }: ReceivedRequest): Proof {
  const [header, claims] = String(headers.dpop)
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))
  return { header, claims }
}

test('a token is bound to a key: proofs go with token requests, renewals and calls, and the server takes them', async () => {
  const { sallyport, server, account, authorize, read } = await oidcScene({ ...bound, auth: { dpop: true } })
  const id = await account()
  const { page } = await walkOverHttp(await authorize(id), { login: 'ann' })
  expect(page?.body).toContain('OpenID is connected')
  expect(await read(id)).toMatchObject({ status: 'connected', generation: 1 })
  const exchanges = server.received('POST /token').map(proofOf)
  expect(exchanges.map(({ claims }) => claims)).toEqual([
    { jti: expect.any(String), htm: 'POST', htu: server.tokenUrl, iat: expect.any(Number) },
    {
      jti: expect.any(String),
      htm: 'POST',
      htu: server.tokenUrl,
      iat: expect.any(Number),
      nonce: expect.any(String),
    },
  ])
  const jwk: Record<string, unknown> = exchanges[0]?.header.jwk ?? {}
  expect(Object.keys(jwk).sort()).toEqual(['crv', 'kty', 'x', 'y'])
  const thumbprint = createHash('sha256')
    .update(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }))
    .digest('base64url')
  const asked = server.received('GET /auth')[0]
  expect(new URLSearchParams(asked?.query).get('dpop_jkt')).toBe(thumbprint)

  // The nonce that the server gave is remembered, so that a renewal needs no second request.
  server.forget()
  const renewal = await sallyport.request('POST', `/v1/accounts/${id}/renew`)
  expect(renewal.body).toMatchObject({ status: 'connected', generation: 2 })
  const renewals = server.received('POST /token').map(proofOf)
  expect(renewals).toHaveLength(1)
  expect(renewals[0]?.header).toEqual(exchanges[0]?.header)

  server.forget()
  for (const path of ['/me', '/me?claims=all']) {
    const reply = await sallyport.request('GET', `/proxy/${id}${path}`)
    expect([reply.status, reply.body]).toEqual([200, { sub: 'ann' }])
  }
  const calls = server.received('GET /me')
  expect(calls).toHaveLength(3)
  const token = String(calls[0]?.headers.authorization)
  expect(token).toMatch(/^DPoP \S+$/)
  expect(calls.map(proofOf).at(-1)?.claims).toMatchObject({
    htm: 'GET',
    htu: server.userinfoUrl,
    nonce: expect.any(String),
    ath: createHash('sha256').update(token.slice(5)).digest('base64url'),
  })
  const ids = [...exchanges, ...renewals, ...calls.map(proofOf)].map(({ claims }) => claims.jti)
  expect(new Set(ids).size).toBe(6)
})

test('an account has one key, also where each of its tokens is fetched anew', async () => {
  const { sallyport, server, ok, account } = await oidcScene({ ...bound, auth: { dpop: true } })
  await ok('POST', '/v1/integrations', {
    key: 'machine',
    name: 'Machine',
    baseUrl: server.origin,
    auth: {
      type: 'oauth2',
      grant: 'client_credentials',
      issuer: server.origin,
      dpop: true,
      ...server.machine,
    },
  })
  const id = await account('machine')
  await sallyport.request('POST', `/v1/accounts/${id}/renew`)
  const keys = server.received('POST /token').map((request) => proofOf(request).header.jwk.x)
  expect(keys).toHaveLength(3)
  expect(new Set(keys).size).toBe(1)
})

test('pushed authorization requests carry a proof too', async () => {
  const { server, account, authorize, read } = await oidcScene({
    ...bound,
    requirePushedAuthorizationRequests: true,
    auth: { dpop: true },
  })
  const id = await account()
  await walkOverHttp(await authorize(id), { login: 'ann' })
  expect(await read(id)).toMatchObject({ status: 'connected' })
  expect(server.received('POST /request').map((request) => proofOf(request).claims.nonce)).toEqual([
    undefined,
    expect.any(String),
  ])
})

const asksForNonce = (kind: 'token' | 'api') => ({
  status: kind === 'token' ? 400 : 401,
  headers: {
    'DPoP-Nonce': 'another',
    'Content-Type': 'application/json',
    'WWW-Authenticate': 'DPoP error="use_dpop_nonce"',
  },
  body: JSON.stringify({ error: 'use_dpop_nonce' }),
})

test('a server that asks for ever new nonces is asked twice, at the token endpoint and at the API', async () => {
  const { sallyport, provider, define, account, read } = await scene({ auth: null })
  const machine = codeDefinition(provider, { grant: 'client_credentials', dpop: true })
  await define(machine)
  const nonceless = provider.script('POST /token', asksForNonce('token'))
  const failing = await account()
  expect(provider.received('POST /token')).toHaveLength(2)
  expect(await read(failing)).toMatchObject({ status: 'failing', reason: 'use_dpop_nonce' })

  nonceless()
  provider.script('POST /token', {
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ access_token: 'bound', token_type: 'DPoP', expires_in: 3600 }),
  })
  const id = await account()
  provider.script('GET /api/x', asksForNonce('api'))
  provider.forget()
  const reply = await sallyport.request('GET', `/proxy/${id}/x`)
  expect(reply.status).toBe(401)
  expect(provider.received('GET /api/x').map((request) => proofOf(request).claims.nonce)).toEqual([
    undefined,
    'another',
  ])
  expect(provider.received('POST /token')).toHaveLength(0)
})

test('a server that gives a bearer’s token all the same gets it back as one, without proofs', async () => {
  const { sallyport, provider, account, authorize, read } = await scene({ auth: { dpop: true } })
  const id = await account()
  await person().finish(await authorize(id))
  expect(await read(id)).toMatchObject({ status: 'connected' })
  await sallyport.request('GET', `/proxy/${id}/x`)
  const call = provider.received('GET /api/x')[0]
  expect(call?.headers.authorization).toMatch(/^Bearer /)
  expect(call?.headers.dpop).toBeUndefined()
})

test('/token says of what kind a token is', async () => {
  const { sallyport, account, authorize } = await oidcScene({ ...bound, auth: { dpop: true } })
  const id = await account()
  await walkOverHttp(await authorize(id), { login: 'ann' })
  expect((await sallyport.request('POST', `/v1/accounts/${id}/token`)).body).toMatchObject({
    tokenType: 'DPoP',
  })
})
