import { createHash } from 'node:crypto'
import { browser, fakeClock, type OidcServer, signInOverHttp, walkOverHttp } from '@sallyport/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { oidcScene } from './oidc.suite.ts'

test('a person signs in and consents in a browser, and calls go out in her name', async () => {
  const { sallyport, server, account, authorize, read } = await oidcScene()
  const chromium = await browser()
  onTestFinished(() => chromium.close())
  const page = await chromium.newPage()
  const id = await account()

  await page.goto(await authorize(id))
  expect(new URL(page.url()).origin).toBe(server.origin)
  await page.locator('input[name=login]').fill('ann')
  await page.locator('input[name=password]').fill('whatever')
  await page.locator('button[type=submit]').click()
  await page.locator('button[type=submit]', { hasText: 'Continue' }).click()
  await page.waitForURL(`${sallyport.origin}/callback/**`)

  expect(await page.getByRole('heading').innerText()).toBe('OpenID is connected')
  expect(page.url()).not.toMatch(/code=|state=|iss=/)
  expect(await read(id)).toMatchObject({ status: 'connected', generation: 1, scopes: ['openid', 'read'] })
  const exchange = server.received('POST /token')
  expect(exchange.map(({ form }) => form.get('grant_type'))).toEqual(['authorization_code'])
  expect(exchange[0]?.form.get('code_verifier')).toMatch(/^[\w-]{43}$/)
  expect((await sallyport.request('GET', `/proxy/${id}/me`)).body).toEqual({ sub: 'ann' })
})

test('a person who cancels in the browser reads so, and nothing is connected', async () => {
  const { sallyport, server, account, authorize, read } = await oidcScene()
  const chromium = await browser()
  onTestFinished(() => chromium.close())
  const page = await chromium.newPage()
  const id = await account()
  await page.goto(await authorize(id))
  await page.getByRole('link', { name: 'Cancel' }).click()
  await page.waitForURL(`${sallyport.origin}/callback/**`)
  expect(await page.getByRole('heading').innerText()).toBe('OpenID was not connected')
  expect(await page.getByRole('blockquote').innerText()).toContain('access_denied')
  expect(server.received('POST /token')).toHaveLength(0)
  expect(await read(id)).toMatchObject({ status: 'pending' })
})

test('over HTTP alone, refresh tokens rotate renewal after renewal, and the account stays connected', async () => {
  const { sallyport, server, account, authorize, read } = await oidcScene()
  const id = await account()
  const { page } = await walkOverHttp(await authorize(id), { login: 'ben' })
  expect([page?.status, page?.body]).toEqual([200, expect.stringContaining('OpenID is connected')])

  for (let generation = 2; generation <= 6; generation += 1) {
    const renewal = await sallyport.request('POST', `/v1/accounts/${id}/renew`)
    expect([renewal.status, renewal.body]).toMatchObject([201, { status: 'connected', generation }])
    expect((await sallyport.request('GET', `/proxy/${id}/me`)).body).toEqual({ sub: 'ben' })
  }
  const refreshes = server.received('POST /token').slice(1)
  expect(refreshes.map(({ form }) => form.get('grant_type'))).toEqual(Array(5).fill('refresh_token'))
  expect(new Set(refreshes.map(({ form }) => form.get('refresh_token'))).size).toBe(5)
  expect(await read(id)).toMatchObject({ status: 'connected', generation: 6, scopes: ['openid', 'read'] })
})

test('renewals asked for all at once are one: the provider sees no refresh token twice', async () => {
  const { sallyport, server, account, authorize } = await oidcScene()
  const id = await account()
  await walkOverHttp(await authorize(id), { login: 'cleo' })
  server.forget()
  const renewals = await Promise.all(
    Array.from({ length: 20 }, () => sallyport.request('POST', `/v1/accounts/${id}/renew`)),
  )
  expect(new Set(renewals.map(({ status }) => status))).toEqual(new Set([201]))
  const tokens = server.received('POST /token').map(({ form }) => form.get('refresh_token'))
  expect(new Set(tokens).size).toBe(tokens.length)
  // Had one come twice, the provider would have ended the grant.
  expect((await sallyport.request('POST', `/v1/accounts/${id}/renew`)).status).toBe(201)
})

test('client credentials need nobody: the account is connected as it is created', async () => {
  const { sallyport, server, ok, account, read } = await oidcScene()
  await ok('POST', '/v1/integrations', {
    key: 'machine',
    name: 'Machine',
    baseUrl: server.origin,
    auth: {
      type: 'oauth2',
      grant: 'client_credentials',
      issuer: server.origin,
      scopes: ['read'],
      ...server.machine,
    },
  })
  const id = await account('machine')
  expect(await read(id)).toMatchObject({ status: 'connected', generation: 1, scopes: ['read'] })
  expect((await sallyport.request('POST', `/v1/accounts/${id}/renew`)).body).toMatchObject({ generation: 2 })
  expect(server.received('POST /token').map(({ form }) => form.get('grant_type'))).toEqual([
    'client_credentials',
    'client_credentials',
  ])
})

test('200 calls at once on a token that has expired make one token request, and all of them succeed', async () => {
  const clock = fakeClock(Date.now())
  const { sallyport, server, account, authorize, read } = await oidcScene({ clock })
  const id = await account()
  await walkOverHttp(await authorize(id), { login: 'dora' })
  const { expiresAt } = await read(id)
  clock.advance(Date.parse(expiresAt) - clock.now() + 1000)
  server.forget()

  const calls = Array.from({ length: 200 }, () => sallyport.request('GET', `/proxy/${id}/me`))
  const replies = await Promise.all(calls)
  expect(replies.map(({ status }) => status)).toEqual(Array(200).fill(200))
  expect(server.received('POST /token').map(({ form }) => form.get('grant_type'))).toEqual(['refresh_token'])
  expect(server.received('GET /me')).toHaveLength(200)
  expect(await read(id)).toMatchObject({ status: 'connected', generation: 2 })
})

test('an account from living tokens: 200 calls that the provider rejects make one token request', async () => {
  const { sallyport, server, ok, read, redirectUri } = await oidcScene()
  const refreshToken = await refreshTokenFrom(server, redirectUri)
  const { id } = await ok('POST', '/v1/accounts', {
    integration: 'oidc',
    name: 'Emil',
    secret: { accessToken: 'no-longer-known', refreshToken, expiresAt: '2099-01-01T00:00:00Z' },
  })
  expect(await read(id)).toMatchObject({ status: 'connected', generation: 1 })
  server.forget()

  const calls = Array.from({ length: 200 }, () => sallyport.request('GET', `/proxy/${id}/me`))
  const replies = await Promise.all(calls)
  expect(replies.map(({ status }) => status)).toEqual(Array(200).fill(200))
  expect(replies[0]?.body).toEqual({ sub: 'emil' })
  const tokens = server.received('POST /token').map(({ form }) => form.get('refresh_token'))
  expect(tokens).toEqual([refreshToken])
  expect(await read(id)).toMatchObject({ status: 'connected', generation: 2 })
})

/** A refresh token that somebody else's program was given. */
async function refreshTokenFrom(server: OidcServer, redirectUri: string): Promise<string> {
  const codeVerifier = 'v'.repeat(43)
  const asked = new URLSearchParams({
    response_type: 'code',
    client_id: server.confidential.clientId,
    redirect_uri: redirectUri,
    scope: 'openid',
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const callback = await signInOverHttp(`${server.authorizationUrl}?${asked}`, { login: 'emil' })
  const { clientId, clientSecret } = server.confidential
  const reply = await fetch(server.tokenUrl, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: new URL(callback).searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: codeVerifier,
    }),
  })
  const { refresh_token: refreshToken } = (await reply.json()) as { refresh_token: string }
  return refreshToken
}
