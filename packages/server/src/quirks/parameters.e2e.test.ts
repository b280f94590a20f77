import { expect, test } from 'vitest'
import { consenting, json, quirk } from './quirks.suite.ts'

const bearer = { access_token: 'at-1', token_type: 'Bearer', expires_in: 3600, refresh_token: 'rt-1' }

test('10: offline access is asked for by parameters, and a partial grant shows', async () => {
  const { provider, connect } = await quirk(() => ({
    authorizationParams: { access_type: 'offline', prompt: 'consent' },
  }))
  provider.script('POST /token', json({ ...bearer, scope: 'read' }))
  expect(await connect()).toMatchObject({ status: 'connected', scopes: ['read'] })
  const asked = new URLSearchParams(provider.received('GET /authorize')[0]?.query)
  expect([asked.get('access_type'), asked.get('prompt')]).toEqual(['offline', 'consent'])
})

test('22: without PKCE, and with the day by which to reconnect', async () => {
  const { provider, connect, form } = await quirk(() => ({ pkce: 'off', clientAuthentication: 'body' }))
  consenting(provider, { answer: (asked) => ({ code: 'c', state: asked.get('state') ?? '' }) })
  provider.script('POST /token', json({ access_token: 'at', token_type: 'Bearer', expires_in: 5_184_000 }))
  const account = await connect()
  expect(account).toMatchObject({ status: 'expiring', reconnectBy: account.expiresAt })
  expect(form()).not.toHaveProperty('code_verifier')
})

test('23: a lifetime is asked for', async () => {
  const { provider, connect, form } = await quirk(() => ({ tokenRequest: { body: { expires_in: 172_800 } } }))
  provider.script('POST /token', json(bearer))
  expect(await connect()).toMatchObject({ status: 'connected' })
  expect(form().expires_in).toBe('172800')
})

test('24: a parameter of the page, and a User-Agent on the token request', async () => {
  const { provider, connect } = await quirk(() => ({
    authorizationParams: { duration: 'permanent' },
    tokenRequest: { headers: { 'User-Agent': 'web:own:1.0' } },
  }))
  provider.script('POST /token', json(bearer))
  expect(await connect()).toMatchObject({ status: 'connected' })
  expect(provider.received('POST /token')[0]?.headers['user-agent']).toBe('web:own:1.0')
})

test('36: a refresh endpoint of its own, scopes joined by commas, the redirect URI in the token request’s query', async () => {
  const { provider, connect, renew, form } = await quirk((origin) => ({
    scopeDelimiter: ',',
    refreshUrl: `${origin}/refresh`,
    tokenRequest: { query: { redirect_uri: '{redirectUri}' }, body: { redirect_uri: null } },
  }))
  consenting(provider, {
    answer: (asked): Record<string, string> => ({
      ...(asked.get('scope') === 'read,write' ? { code: 'c' } : { error: 'invalid_scope' }),
      state: asked.get('state') ?? '',
    }),
  })
  provider.script('POST /token', ({ query, form: sent }) => {
    const inQuery = new URLSearchParams(query).get('redirect_uri')?.includes('/callback/int_')
    return inQuery && sent.get('code') === 'c' && !sent.has('redirect_uri')
      ? json(bearer)
      : json({ error: 'invalid_request' }, 400)
  })
  provider.script('POST /refresh', json({ ...bearer, access_token: 'at-2' }))
  const { id } = await connect()
  expect((await renew(id)).body).toMatchObject({ generation: 2 })
  expect(form(0, 'POST /refresh')).toEqual({ grant_type: 'refresh_token', refresh_token: 'rt-1' })
})

test('41: PKCE, Basic and a refresh token that changes each time', async () => {
  const { provider, connect, renew, form } = await quirk(() => ({}))
  let issued = 0
  provider.script('POST /token', () => {
    issued += 1
    return json({ ...bearer, refresh_token: `rt-${issued}` })
  })
  const { id } = await connect()
  expect(form().code_verifier).toMatch(/^.{43}$/)
  expect(provider.received('POST /token')[0]?.headers.authorization).toMatch(/^Basic /)
  await renew(id)
  await renew(id)
  expect([form(1).refresh_token, form(2).refresh_token]).toEqual(['rt-1', 'rt-2'])
})
