import { cookieJar, fakeClock, walkOverHttp } from '@sallyport/testkit'
import { expect, test } from 'vitest'
import { oidcScene } from './oidc.suite.ts'

test('where the server requires requests to be pushed, they are, and the answer comes from its issuer', async () => {
  const { sallyport, server, account, authorize, read, redirectUri } = await oidcScene({
    requirePushedAuthorizationRequests: true,
    auth: { authorizationParams: { login_hint: 'ann' } },
  })
  const id = await account()
  const { page } = await walkOverHttp(await authorize(id), { login: 'ann' })
  expect([page?.status, page?.body]).toEqual([200, expect.stringContaining('OpenID is connected')])
  expect(await read(id)).toMatchObject({ status: 'connected', scopes: ['openid', 'read'] })

  const [push] = server.received('POST /request')
  expect(push?.form.get('redirect_uri')).toBe(redirectUri)
  expect(push?.form.get('login_hint')).toBe('ann')
  const [shown] = server.received('GET /auth')
  const query = new URLSearchParams(shown?.query)
  expect([...query.keys()].sort()).toEqual(['client_id', 'request_uri'])
  expect(server.received('POST /token')).toHaveLength(1)
  expect(sallyport.logged()).not.toContain(query.get('request_uri'))
})

test('of a server that announces iss, an answer without it to a pushed request is refused (RFC 9207)', async () => {
  const { server, account, authorize, read } = await oidcScene({ requirePushedAuthorizationRequests: true })
  for (const iss of [undefined, 'https://evil.example']) {
    const id = await account()
    const authorizationUrl = await authorize(id)
    const { origin } = new URL(authorizationUrl)
    const jar = cookieJar()
    const { url } = await walkOverHttp(authorizationUrl, {
      login: 'ann',
      jar,
      stopAt: (at) => at.origin === origin && at.searchParams.has('code'),
    })
    url.searchParams.delete('iss')
    if (iss !== undefined) url.searchParams.set('iss', iss)
    const { page } = await walkOverHttp(url.href, { login: 'ann', jar })
    expect(page?.status).toBe(400)
    expect(server.received('POST /token')).toHaveLength(0)
    expect(await read(id)).toMatchObject({ status: 'pending' })
  }
})

const television = {
  client_id: 'television',
  client_secret: 'television-secret',
  grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
  redirect_uris: [],
  response_types: [],
}

test.each([
  ['allow', { status: 'connected', generation: 1 }],
  ['deny', { status: 'pending', generation: 0, reason: 'access_denied' }],
] as const)('a person at another device says %s, and the account follows', async (decision, outcome) => {
  const clock = fakeClock(Date.now())
  const { sallyport, server, account, ok, read } = await oidcScene({
    clock,
    deviceFlow: true,
    clients: [television],
    auth: { grant: 'device_code', clientId: 'television', clientSecret: 'television-secret' },
  })
  const id = await account()
  const begun = await ok('POST', `/v1/accounts/${id}/authorize`)
  expect(begun).toEqual({
    verificationUri: `${server.origin}/device`,
    verificationUriComplete: `${server.origin}/device?user_code=${begun.userCode}`,
    userCode: expect.stringMatching(/^.{4}-.{4}$/),
    expiresAt: expect.any(String),
  })
  const poll = async () => {
    clock.advance(5000)
    await sallyport.runDue()
  }
  await poll()
  expect(await read(id)).toMatchObject({ status: 'pending', generation: 0 })
  await walkOverHttp(begun.verificationUriComplete, { login: 'ann', decision })
  await poll()
  expect(await read(id)).toMatchObject(outcome)
  await poll()
  expect(server.received('POST /token')).toHaveLength(2)
  if (decision === 'deny') return
  expect((await sallyport.request('GET', `/proxy/${id}/me`)).body).toEqual({ sub: 'ann' })
  expect((await ok('POST', `/v1/accounts/${id}/renew`)).generation).toBe(2)
})

test('a token is for the resource that the definition names, also once it is renewed (RFC 8707)', async () => {
  const resource = 'https://api.example.com/'
  const { sallyport, server, account, authorize, read } = await oidcScene({
    resources: { [resource]: 'read' },
    auth: { resource: [resource], scopes: ['read'] },
  })
  const id = await account()
  await walkOverHttp(await authorize(id), { login: 'ann' })
  const audience = async () => {
    const { accessToken } = (await sallyport.request('POST', `/v1/accounts/${id}/token`, {})).body
    return JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()).aud
  }
  expect(await audience()).toBe(resource)
  await sallyport.request('POST', `/v1/accounts/${id}/renew`)
  expect([await audience(), (await read(id)).generation]).toEqual([resource, 2])
  expect(server.received('POST /token').map(({ form }) => form.getAll('resource'))).toEqual([
    [resource],
    [resource],
  ])
})
