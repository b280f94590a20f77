import { expect, onTestFinished, test } from 'vitest'
import { type Oauth2ServerOptions, oauth2Server } from './oauth2-server.ts'

async function started(options: Oauth2ServerOptions = {}) {
  const server = await oauth2Server(options)
  onTestFinished(server.close)
  const { clientId, clientSecret } = server.client
  const basic = { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` }
  const token = async (fields: Record<string, string>, headers: Record<string, string> = basic) => {
    const reply = await fetch(server.tokenUrl, { method: 'POST', headers, body: new URLSearchParams(fields) })
    return { status: reply.status, body: (await reply.json()) as Record<string, string> }
  }
  const read = async (accessToken = '') => {
    const reply = await fetch(server.apiUrl, { headers: { authorization: `Bearer ${accessToken}` } })
    return { status: reply.status, body: await reply.json() }
  }
  return { server, token, read }
}

const password = { grant_type: 'password', username: 'ann', password: 'open sesame', scope: 'read write' }

test('a password yields tokens that work, and the refresh token rotates', async () => {
  const { server, token, read } = await started({ accessTokenLifetimeSeconds: 7000 })
  const { body: first } = await token(password)
  expect(first).toMatchObject({ token_type: 'Bearer', scope: 'read write' })
  // It counts from when the token was made, which was a moment ago.
  expect(Math.ceil(Number(first.expires_in) / 1000)).toBe(7)
  expect(await read(first.access_token)).toMatchObject({ status: 200, body: { user: 'ann' } })

  const refresh = () => token({ grant_type: 'refresh_token', refresh_token: first.refresh_token ?? '' })
  const { body: second } = await refresh()
  expect(second.refresh_token).not.toBe(first.refresh_token)
  expect(await refresh()).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  expect(server.received('POST /token')[0]?.form.get('username')).toBe('ann')

  server.forgetAccessTokens()
  expect((await read(second.access_token)).status).toBe(401)
})

test('a wrong password and a wrong secret are refused, each in its way', async () => {
  const { token } = await started()
  expect(await token({ ...password, password: 'wrong' })).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant' },
  })
  const wrong = { ...password, client_id: 'client', client_secret: 'wrong' }
  expect(await token(wrong, {})).toMatchObject({ status: 400, body: { error: 'invalid_client' } })
  expect(await token({ ...password, scope: 'everything' })).toMatchObject({
    body: { error: 'invalid_scope' },
  })
})

test('the client gets a token of its own, authenticated in the body, and no refresh token', async () => {
  const { token, read } = await started()
  const fields = { grant_type: 'client_credentials', client_id: 'client', client_secret: 'client-secret' }
  const { body } = await token(fields, {})
  expect(await read(body.access_token)).toMatchObject({ status: 200, body: { user: 'client' } })
  expect(body.refresh_token).toBeUndefined()
})

test('a grant that the client may not use is refused', async () => {
  const { token } = await started({ grants: ['client_credentials'] })
  expect((await token(password)).body.error).toBe('unauthorized_client')
})

test('a code comes back at once and is good for one exchange', async () => {
  const redirectUri = 'http://127.0.0.1:9/callback'
  const { server, token } = await started({ redirectUris: [redirectUri] })
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'client',
    redirect_uri: redirectUri,
    state: 's',
  })
  const reply = await fetch(`${server.authorizationUrl}?${query}`, { redirect: 'manual' })
  const back = new URL(reply.headers.get('location') ?? '')
  expect(back.searchParams.get('state')).toBe('s')
  const code = back.searchParams.get('code') ?? ''
  const exchange = () => token({ grant_type: 'authorization_code', code, redirect_uri: redirectUri })
  expect((await exchange()).body).toMatchObject({ access_token: expect.any(String), scope: 'read' })
  expect((await exchange()).body.error).toBe('invalid_grant')
})
