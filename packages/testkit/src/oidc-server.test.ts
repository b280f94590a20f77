import { createHash } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { cookieJar } from './cookie-jar.ts'
import { listen } from './listen.ts'
import type { OidcServerOptions } from './oidc-options.ts'
import { oidcServer } from './oidc-server.ts'
import { signInOverHttp, walkOverHttp } from './sign-in.ts'

const redirectUri = 'http://127.0.0.1:9/callback'
const codeVerifier = 'v'.repeat(43)

async function started(options: OidcServerOptions = {}) {
  const server = await oidcServer({ redirectUris: [redirectUri], ...options })
  onTestFinished(server.close)
  const authorizationUrl = (fields: Record<string, string> = {}) =>
    `${server.authorizationUrl}?${new URLSearchParams({
      response_type: 'code',
      client_id: server.confidential.clientId,
      redirect_uri: redirectUri,
      scope: 'openid read',
      state: 'the state',
      code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...fields,
    })}`
  const token = async (fields: Record<string, string>, { clientId, clientSecret } = server.confidential) => {
    const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`
    const body = new URLSearchParams(fields)
    const reply = await fetch(server.tokenUrl, { method: 'POST', headers: { authorization }, body })
    return { status: reply.status, body: (await reply.json()) as Record<string, string> }
  }
  const exchange = async (callback: string) =>
    token({
      grant_type: 'authorization_code',
      code: new URL(callback).searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: codeVerifier,
    })
  return { server, authorizationUrl, token, exchange }
}

test('sign-in and consent over HTTP yield tokens that work and rotate', async () => {
  const { server, authorizationUrl, token, exchange } = await started({ accessTokenLifetimeSeconds: 7 })
  const callback = await signInOverHttp(authorizationUrl(), { login: 'ann' })
  expect(callback.startsWith(`${redirectUri}?`)).toBe(true)
  expect(new URL(callback).searchParams.get('state')).toBe('the state')
  expect(new URL(callback).searchParams.get('iss')).toBe(server.origin)

  const first = await exchange(callback)
  expect(first.body).toMatchObject({
    expires_in: 7,
    refresh_token: expect.any(String),
    id_token: expect.any(String),
  })
  const headers = { authorization: `Bearer ${first.body.access_token}` }
  expect(await (await fetch(server.userinfoUrl, { headers })).json()).toMatchObject({ sub: 'ann' })

  const refresh = () => token({ grant_type: 'refresh_token', refresh_token: first.body.refresh_token ?? '' })
  const second = await refresh()
  expect(second.body.refresh_token).not.toBe(first.body.refresh_token)
  expect((await refresh()).body.error).toBe('invalid_grant')
  expect(server.received('POST /token')).toHaveLength(3)
  expect(server.received('POST /token')[1]?.form.get('grant_type')).toBe('refresh_token')
})

test('without rotation the refresh token stays', async () => {
  const { authorizationUrl, token, exchange } = await started({ rotateRefreshToken: false })
  const first = await exchange(await signInOverHttp(authorizationUrl(), { login: 'ann' }))
  const refresh_token = first.body.refresh_token ?? ''
  const second = await token({ grant_type: 'refresh_token', refresh_token })
  const third = await token({ grant_type: 'refresh_token', refresh_token })
  expect([second.status, third.status]).toEqual([200, 200])
})

test('a person who says no sends access_denied back', async () => {
  const { authorizationUrl } = await started()
  const callback = await signInOverHttp(authorizationUrl(), { login: 'ann', decision: 'deny' })
  expect(new URL(callback).searchParams.get('error')).toBe('access_denied')
})

test('PKCE is required', async () => {
  const { authorizationUrl } = await started()
  const bare = authorizationUrl().replace(/&code_challenge[^&]*/g, '')
  const callback = await signInOverHttp(bare, { login: 'ann' })
  expect(new URL(callback).searchParams.get('error')).toBe('invalid_request')
})

test('a redirect URI that is not registered ends the walk with what the page says', async () => {
  const { authorizationUrl } = await started()
  const foreign = authorizationUrl({ redirect_uri: 'https://elsewhere.example/' })
  await expect(signInOverHttp(foreign, { login: 'ann' })).rejects.toThrow(/400.*redirect_uri/)
})

test('the machine client gets a token of its own', async () => {
  const { server, token } = await started()
  const issued = await token({ grant_type: 'client_credentials', scope: 'read' }, server.machine)
  expect(issued).toMatchObject({ status: 200, body: { scope: 'read' } })
})

test('a walk that goes on to another origin brings the cookies it was given there', async () => {
  const cookies: (string | undefined)[] = []
  const application = await listen(async (message, response) => {
    cookies.push(message.headers.cookie)
    if (message.url === '/start') {
      response
        .writeHead(303, { Location: authorizationUrl(), 'Set-Cookie': 'binding=1; Path=/; HttpOnly' })
        .end()
    } else response.end('Connected.')
  })
  onTestFinished(application.close)
  const callback = `${application.origin}/callback`
  const { authorizationUrl: urlFor } = await started({ redirectUris: [callback] })
  const authorizationUrl = () => urlFor({ redirect_uri: callback })

  const jar = cookieJar()
  jar.set(application.origin, 'brought=along; Path=/')
  const { page, url } = await walkOverHttp(`${application.origin}/start`, { login: 'ann', jar })
  expect(page).toMatchObject({ status: 200, body: 'Connected.' })
  expect(url.pathname).toBe('/callback')
  expect(cookies[0]).toBe('brought=along')
  expect(cookies[1]).toContain('binding=1')
})
