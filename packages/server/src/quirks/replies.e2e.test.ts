import { expect, test } from 'vitest'
import { consenting, json, quirk, typed } from './quirks.suite.ts'

const bearer = { access_token: 'at-1', token_type: 'Bearer', expires_in: 3600, refresh_token: 'rt-1' }
const lifetimeOf = (account: { expiresAt: string; updatedAt: string }) =>
  Math.round((Date.parse(account.expiresAt) - Date.parse(account.updatedAt)) / 60_000)

test('1: two tokens of one grant, comma scopes, values of the reply, errors of a 200', async () => {
  const { provider, connect, call, read } = await quirk(
    () => ({
      scopeDelimiter: ',',
      tokenReply: {
        accessToken: '/access_token',
        tokens: { user: '/authed_user/access_token' },
        keep: { team: '/team/id' },
        error: { path: '/ok', success: ['true'], description: '/error' },
      },
    }),
    () => ({
      request: { headers: { 'X-Team': '{kept.team}' } },
      placement: [
        { in: 'header', name: 'Authorization', template: 'Bearer {token}' },
        { in: 'header', name: 'X-User', template: '{token.user}' },
      ],
    }),
  )
  provider.script(
    'POST /token',
    json({
      ok: true,
      access_token: 'bot',
      token_type: 'bot',
      scope: 'read,write',
      team: { id: 'T1' },
      authed_user: { access_token: 'user' },
    }),
  )
  const account = await connect()
  expect(account).toMatchObject({ status: 'connected', scopes: ['read', 'write'], kept: { team: 'T1' } })
  expect(new URLSearchParams(provider.received('GET /authorize')[0]?.query).get('scope')).toBe('read,write')
  await call(account.id)
  expect(provider.received('ANY /api/*')[0]?.headers).toMatchObject({
    authorization: 'Bearer bot',
    'x-user': 'user',
    'x-team': 'T1',
  })
  expect(JSON.stringify(await read(account.id))).not.toContain('"user"')
  provider.script('POST /token', json({ ok: false, error: 'invalid_code' }))
  expect(await connect()).toMatchObject({ status: 'pending' })
})

test('5: the API’s host from the reply', async () => {
  const { provider, connect, call } = await quirk(
    () => ({ tokenReply: { keep: { instanceUrl: '/instance_url' } }, renewal: { defaultLifetime: 7200 } }),
    () => ({ baseUrl: '{kept.instanceUrl}/api' }),
  )
  const { expires_in: _, ...silent } = bearer
  provider.script('POST /token', json({ ...silent, instance_url: provider.origin }))
  const account = await connect()
  expect(lifetimeOf(account)).toBe(120)
  await call(account.id)
  expect(provider.received('ANY /api/*')[0]?.headers.authorization).toBe('Bearer at-1')
})

test('6: the token endpoint’s host from the callback, a prefix of its own', async () => {
  const { provider, connect, call, renew } = await quirk(
    () => ({
      tokenUrl: '{kept.accounts}/token',
      tokenReply: {
        tokenType: 'optional',
        keep: { accounts: 'callback:accounts-server', api: '/api_domain' },
      },
    }),
    (origin) => ({
      baseUrl: '{kept.api}/api',
      hosts: [origin],
      placement: { in: 'header', name: 'Authorization', template: 'Own-oauthtoken {token}' },
    }),
  )
  consenting(provider, {
    answer: (asked) => ({ code: 'c', state: asked.get('state') ?? '', 'accounts-server': provider.origin }),
  })
  provider.script('POST /token', json({ ...bearer, api_domain: provider.origin }))
  const account = await connect()
  expect(account).toMatchObject({
    status: 'connected',
    kept: { accounts: provider.origin, api: provider.origin },
  })
  await call(account.id)
  expect(provider.received('ANY /api/*')[0]?.headers.authorization).toBe('Own-oauthtoken at-1')
  expect((await renew(account.id)).body).toMatchObject({ kept: { accounts: provider.origin } })
})

test('6: a callback cannot lead the secret to a host that is not listed', async () => {
  const { provider, connect } = await quirk(
    () => ({
      tokenUrl: '{kept.accounts}/token',
      tokenReply: { keep: { accounts: 'callback:accounts-server' } },
    }),
    (origin) => ({ hosts: [origin] }),
  )
  const other = provider.origin.replace('127.0.0.1', '127.0.0.2')
  consenting(provider, {
    answer: (asked) => ({ code: 'c', state: asked.get('state') ?? '', 'accounts-server': other }),
  })
  expect(await connect()).toMatchObject({ status: 'pending', kept: {} })
  expect(provider.received('POST /token')).toHaveLength(0)
})

test('8: realmId from the callback, also where the backend confirms', async () => {
  const made = await quirk(
    () => ({ tokenReply: { keep: { realm: 'callback:realmId' } } }),
    (origin) => ({ baseUrl: `${origin}/api/{kept.realm}` }),
  )
  consenting(made.provider, {
    answer: (asked) => ({ code: 'c', state: asked.get('state') ?? '', realmId: '4620' }),
  })
  made.provider.script('POST /token', json(bearer))
  const account = await made.connect()
  expect(account.kept).toEqual({ realm: '4620' })
  await made.call(account.id, '/company')
  expect(made.provider.received('ANY /api/*')[0]?.path).toBe('/api/4620/company')
  expect((await made.renew(account.id)).body.kept).toEqual({ realm: '4620' })
})

test('17: a refresh endpoint of its own, and when the refresh token ends', async () => {
  const { provider, connect, renew } = await quirk((origin) => ({
    refreshUrl: `${origin}/refresh`,
    refreshRequest: { format: 'json' },
    tokenReply: { refreshExpiresIn: '/refresh_token_expires_in' },
  }))
  provider.script('POST /token', json({ ...bearer, refresh_token_expires_in: 86_400 }))
  provider.script('POST /refresh', json({ ...bearer, access_token: 'at-2' }))
  const account = await connect()
  expect(Date.parse(account.reconnectBy) - Date.parse(account.updatedAt)).toBeGreaterThan(86_000_000)
  expect((await renew(account.id)).body).toMatchObject({ generation: 2 })
  expect(JSON.parse(provider.received('POST /refresh')[0]?.body ?? '')).toEqual({
    grant_type: 'refresh_token',
    refresh_token: 'rt-1',
  })
})

test('26: JSON that calls itself text', async () => {
  const { provider, connect } = await quirk(() => ({ renewal: { defaultLifetime: 3600 } }))
  provider.script('POST /token', typed(JSON.stringify(bearer), 'text/plain; charset=utf-8'))
  expect(await connect()).toMatchObject({ status: 'connected' })
})

test('35: HTTP 201 and names of its own, an absolute expiry', async () => {
  const { provider, connect, renew, form } = await quirk(() => ({
    tokenReply: {
      accessToken: '/token',
      refreshToken: '/refreshToken',
      expiresIn: '/expiresAt',
      expiryUnit: 'iso',
    },
  }))
  const expiresAt = new Date(Date.now() + 28_800_000).toISOString()
  provider.script('POST /token', json({ token: 'at', refreshToken: 'rt-35', expiresAt }, 201))
  const account = await connect()
  expect(lifetimeOf(account)).toBe(480)
  expect((await renew(account.id)).body).toMatchObject({ generation: 2 })
  expect(form()).toMatchObject({ refresh_token: 'rt-35' })
})

test('37: epoch seconds under another name; a refresh without secret', async () => {
  const { provider, connect, renew } = await quirk((origin) => ({
    clientAuthentication: 'none',
    tokenRequest: {
      format: 'json',
      body: { client_id: '{client.id}', client_secret: '{client.secret}', code: '{code}' },
    },
    tokenReply: {
      accessToken: '/access_token',
      expiresIn: '/access_token_expiration',
      expiryUnit: 'epoch_s',
      keep: { merchant: 'callback:merchant_id' },
    },
    refreshUrl: `${origin}/refresh`,
    refreshRequest: { format: 'json', body: { refresh_token: '{token.refreshToken}' } },
  }))
  const end = Math.floor(Date.now() / 1000) + 1800
  consenting(provider, {
    answer: (asked) => ({ code: 'c', state: asked.get('state') ?? '', merchant_id: 'M1' }),
  })
  provider.script(
    'POST /token',
    json({ access_token: 'at', access_token_expiration: end, refresh_token: 'rt-37' }),
  )
  provider.script('POST /refresh', json({ access_token: 'at-2', access_token_expiration: end + 60 }))
  const account = await connect()
  expect([lifetimeOf(account), account.kept]).toEqual([30, { merchant: 'M1' }])
  expect((await renew(account.id)).body).toMatchObject({ generation: 2, kept: { merchant: 'M1' } })
  expect(JSON.parse(provider.received('POST /refresh')[0]?.body ?? '')).toEqual({
    client_id: 'client',
    refresh_token: 'rt-37',
  })
})

test('38: a lifetime in milliseconds', async () => {
  const { provider, connect } = await quirk(() => ({ tokenReply: { expiryUnit: 'ms' } }))
  provider.script('POST /token', json({ ...bearer, expires_in: 1_800_000 }))
  expect(lifetimeOf(await connect())).toBe(30)
})

test('39: a refresh that returns no token, but lets the old one live on', async () => {
  const { provider, connect, renew, call } = await quirk(() => ({
    tokenReply: { error: { path: '/result', success: ['0000'], description: '/message' } },
    refreshReply: { keepsToken: true },
  }))
  provider.script('POST /token', json({ ...bearer, result: '0000' }))
  const { id } = await connect()
  provider.script('POST /token', json({ result: '0000', message: 'OK' }))
  expect((await renew(id)).body).toMatchObject({ status: 'connected', generation: 2 })
  await call(id)
  expect(provider.received('ANY /api/*')[0]?.headers.authorization).toBe('Bearer at-1')
  provider.script('POST /token', json({ result: '1001', message: 'no' }))
  expect((await renew(id)).status).toBeGreaterThanOrEqual(400)
})

test('40: the refresh on the query string with an empty body', async () => {
  const { provider, connect, renew } = await quirk(
    () => ({
      tokenReply: { keep: { api: '/api_base_url_for_customer' } },
      refreshRequest: { format: 'query' },
    }),
    () => ({ baseUrl: '{kept.api}/api' }),
  )
  provider.script('POST /token', json({ ...bearer, api_base_url_for_customer: provider.origin }))
  const { id } = await connect()
  expect((await renew(id)).body).toMatchObject({ generation: 2 })
  const request = provider.received('POST /token')[1]
  expect(Object.fromEntries(new URLSearchParams(request?.query))).toEqual({
    grant_type: 'refresh_token',
    refresh_token: 'rt-1',
  })
  expect([request?.body, request?.headers.authorization?.split(' ')[0]]).toEqual(['', 'Basic'])
})

test('57: a reply of XML', async () => {
  const { provider, connect } = await quirk(() => ({
    tokenReply: {
      accessToken: '/Access_Token/Token',
      refreshToken: '/Access_Token/Refresh_Token',
      expiresIn: '/Access_Token/Lifetime',
    },
  }))
  provider.script(
    'POST /token',
    typed(
      '<?xml version="1.0"?><Access_Token><Token>at-x</Token><Refresh_Token>rt</Refresh_Token><Lifetime>3600</Lifetime></Access_Token>',
      'application/xml',
    ),
  )
  expect(await connect()).toMatchObject({ status: 'connected' })
})

test('58: the token inside an object', async () => {
  const { provider, connect, call } = await quirk(() => ({
    tokenReply: { accessToken: '/access_token/token' },
  }))
  provider.script('POST /token', json({ access_token: { token: 'inner' } }))
  const { id } = await connect()
  await call(id)
  expect(provider.received('ANY /api/*')[0]?.headers.authorization).toBe('Bearer inner')
})
