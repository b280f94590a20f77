import { fakeClock } from '@sallyport/testkit'
import { expect, test } from 'vitest'
import { json, quirk } from './quirks.suite.ts'

const bearer = { access_token: 'at-1', token_type: 'Bearer', expires_in: 3600, refresh_token: 'rt-1' }

test('9: a look-up after the first token gives a header of every call', async () => {
  const { provider, connect, call, renew } = await quirk(
    (origin) => ({
      followUps: [{ url: `${origin}/connections`, reply: { keep: { tenant: '/0/tenantId' } } }],
    }),
    () => ({ request: { headers: { 'X-Tenant-Id': '{kept.tenant}' } } }),
  )
  provider.script('POST /token', json(bearer))
  provider.script('GET /connections', json([{ tenantId: 't-9' }, { tenantId: 't-10' }]))
  const account = await connect()
  expect(account).toMatchObject({ status: 'connected', kept: { tenant: 't-9' } })
  expect(provider.received('GET /connections')[0]?.headers.authorization).toBe('Bearer at-1')
  await call(account.id)
  expect(provider.received('ANY /api/*')[0]?.headers['x-tenant-id']).toBe('t-9')
  expect((await renew(account.id)).body.kept).toEqual({ tenant: 't-9' })
  expect(provider.received('GET /connections')).toHaveLength(1)
})

test('9: a look-up that fails fails the connection, and says which', async () => {
  const { provider, connect, sallyport } = await quirk((origin) => ({
    followUps: [{ url: `${origin}/connections`, reply: { keep: { tenant: '/0/tenantId' } } }],
  }))
  provider.script('POST /token', json(bearer))
  provider.script('GET /connections', json({ error: 'at-1 is not welcome' }, 403))
  expect(await connect()).toMatchObject({ status: 'pending', generation: 0, kept: {} })
  expect(sallyport.logged()).toContain('authorization failed')
  expect(sallyport.logged()).not.toContain('at-1')
})

test('14: no renewal before the provider takes one, and one after it', async () => {
  const clock = fakeClock(Date.now())
  const { provider, connect, call, read } = await quirk(
    () => ({ renewal: { notBefore: 570 } }),
    () => ({}),
    { clock },
  )
  provider.script('POST /token', json({ ...bearer, expires_in: 600 }))
  provider.script('ANY /api/*', json({}))
  const { id, nextRenewalAt, expiresAt } = await connect()
  expect(Date.parse(expiresAt) - Date.parse(nextRenewalAt)).toBe(30_000)
  clock.advance(500_000)
  await call(id)
  expect(provider.received('POST /token')).toHaveLength(1)
  clock.advance(75_000)
  await call(id)
  expect(provider.received('POST /token')).toHaveLength(2)
  expect((await read(id)).generation).toBe(2)
})

test('19: the access token is what renews it', async () => {
  const { provider, connect, renew } = await quirk(() => ({
    refreshRequest: {
      method: 'GET',
      body: {
        grant_type: 'fb_exchange_token',
        client_id: '{client.id}',
        client_secret: '{client.secret}',
        fb_exchange_token: '{token.accessToken}',
      },
    },
  }))
  provider.script('POST /token', json({ access_token: 'short', token_type: 'bearer', expires_in: 7200 }))
  provider.script('GET /token', json({ access_token: 'long', token_type: 'bearer', expires_in: 5_184_000 }))
  const { id, status } = await connect()
  expect(status).toBe('connected')
  expect((await renew(id)).body).toMatchObject({ generation: 2 })
  const query = new URLSearchParams(provider.received('GET /token')[0]?.query)
  expect(Object.fromEntries(query)).toEqual({
    grant_type: 'fb_exchange_token',
    client_id: 'client',
    client_secret: 'client-secret',
    fb_exchange_token: 'short',
  })
})

test.each([
  ['20', 'ig'],
  ['21', 'th'],
])('%s: short-lived for long-lived by GET elsewhere, and refreshed by GET', async (_, word) => {
  const { provider, connect, renew, call, sallyport } = await quirk((origin) => ({
    clientAuthentication: 'body',
    tokenReply: { tokenType: 'optional' },
    followUps: [
      {
        url: `${origin}/exchange?access_token={token.accessToken}`,
        query: { grant_type: `${word}_exchange_token`, client_secret: '{client.secret}' },
        reply: { accessToken: '/access_token' },
      },
    ],
    refreshUrl: `${origin}/refresh`,
    refreshRequest: {
      method: 'GET',
      body: { grant_type: `${word}_refresh_token`, access_token: '{token.accessToken}' },
    },
    clientSecret: 'client-secret',
  }))
  provider.script('POST /token', json({ access_token: 'short-lived', user_id: 1 }))
  provider.script(
    'GET /exchange',
    json({ access_token: 'long-lived', token_type: 'bearer', expires_in: 5_184_000 }),
  )
  provider.script(
    'GET /refresh',
    json({ access_token: 'longer', token_type: 'bearer', expires_in: 5_184_000 }),
  )
  const account = await connect()
  expect(account).toMatchObject({ status: 'connected', generation: 1 })
  expect(Object.fromEntries(new URLSearchParams(provider.received('GET /exchange')[0]?.query))).toEqual({
    access_token: 'short-lived',
    grant_type: `${word}_exchange_token`,
    client_secret: 'client-secret',
  })
  await call(account.id)
  expect(provider.received('ANY /api/*')[0]?.headers.authorization).toBe('Bearer long-lived')
  await renew(account.id)
  expect(new URLSearchParams(provider.received('GET /refresh').at(-1)?.query).get('grant_type')).toBe(
    `${word}_refresh_token`,
  )
  for (const secret of ['short-lived', 'long-lived', 'client-secret'])
    expect(sallyport.logged()).not.toContain(secret)
})

test('34: token, log-in, session token and its address; again after each renewal', async () => {
  const { provider, connect, renew, call } = await quirk(
    (origin) => ({
      tokenRequest: { format: 'query' },
      refreshRequest: { format: 'query' },
      followUps: [
        {
          url: `${origin}/rest-services/login`,
          method: 'POST',
          query: { version: '*', access_token: '{token.accessToken}' },
          reply: { tokens: { session: '/RestToken' }, keep: { restUrl: '/restUrl' } },
          onRenewal: true,
        },
      ],
    }),
    () => ({
      baseUrl: '{kept.restUrl}',
      placement: { in: 'query', name: 'RestToken', template: '{token.session}' },
    }),
  )
  let logins = 0
  provider.script('POST /token', json(bearer))
  provider.script('POST /rest-services/login', () => {
    logins += 1
    return json({ RestToken: `session-${logins}`, restUrl: `${provider.origin}/rest/` })
  })
  provider.script('ANY /rest/*', json({}))
  const { id } = await connect()
  await call(id, '/entity')
  expect((await renew(id)).body).toMatchObject({ generation: 2 })
  await call(id, '/entity')
  expect(provider.received('GET /rest/entity').map(({ query }) => query)).toEqual([
    'RestToken=session-1',
    'RestToken=session-2',
  ])
  expect(provider.received('POST /token')[0]?.body).toBe('')
})

test('51: the data centre from a look-up with a scheme of its own', async () => {
  const { provider, connect, call } = await quirk(
    (origin) => ({
      followUps: [
        {
          url: `${origin}/metadata`,
          headers: { Authorization: 'OAuth {token}' },
          reply: { keep: { endpoint: '/api_endpoint' } },
        },
      ],
    }),
    () => ({ baseUrl: '{kept.endpoint}/3.0' }),
  )
  provider.script('POST /token', json({ access_token: 'at', token_type: 'bearer', expires_in: 0 }))
  provider.script('GET /metadata', json({ dc: 'us6', api_endpoint: provider.origin }))
  provider.script('ANY /3.0/*', json({}))
  const account = await connect()
  expect(account.expiresAt).toBeUndefined()
  expect(provider.received('GET /metadata')[0]?.headers.authorization).toBe('OAuth at')
  expect((await call(account.id, '/lists')).status).toBe(200)
})

test('52: an audience, a look-up of the site, rotating refresh, statuses that mean an expired token', async () => {
  const { provider, connect, call, form } = await quirk(
    (origin) => ({
      scopes: ['read:work', 'offline_access'],
      authorizationParams: { audience: 'api.own.example', prompt: 'consent' },
      authErrors: { statuses: [401, 403, 404] },
      followUps: [{ url: `${origin}/accessible-resources`, reply: { keep: { cloud: '/0/id' } } }],
    }),
    (origin) => ({ baseUrl: `${origin}/api/{kept.cloud}` }),
  )
  let issued = 0
  provider.script('POST /token', () => {
    issued += 1
    return json({ ...bearer, access_token: `at-${issued}`, refresh_token: `rt-${issued}` })
  })
  provider.script('GET /accessible-resources', json([{ id: 'cloud-1' }]))
  let living = 'at-1'
  // What has expired is told by 403 here, by 404 there, never by 401.
  let expired = 404
  provider.script('ANY /api/*', ({ headers }) =>
    json({}, headers.authorization === `Bearer ${living}` ? 200 : expired),
  )
  const { id } = await connect()
  const asked = new URLSearchParams(provider.received('GET /authorize')[0]?.query)
  expect([asked.get('audience'), asked.get('scope')]).toEqual(['api.own.example', 'read:work offline_access'])
  for (const [next, status] of [
    ['at-2', 404],
    ['at-3', 403],
  ] as const) {
    living = next
    expired = status
    provider.forget()
    expect((await call(id, '/issue')).status).toBe(200)
    expect(provider.received('ANY /api/*').map(({ path }) => path)).toEqual([
      '/api/cloud-1/issue',
      '/api/cloud-1/issue',
    ])
    expect(form().refresh_token).toBe(`rt-${Number(next.slice(3)) - 1}`)
  }
})

test('56: a token request by GET, with response_type in it', async () => {
  const { provider, connect } = await quirk(() => ({
    tokenRequest: { method: 'GET', body: { response_type: 'code' } },
    clientAuthentication: 'body',
  }))
  provider.script('GET /token', json(bearer))
  expect(await connect()).toMatchObject({ status: 'connected' })
  const query = new URLSearchParams(provider.received('GET /token')[0]?.query)
  expect([query.get('response_type'), query.get('client_secret')]).toEqual(['code', 'client-secret'])
})

test('62: client credentials by GET; a 200 whose body says that the token has expired', async () => {
  const { provider, fetchToken, call } = await quirk(() => ({
    grant: 'client_credentials',
    tokenMethod: 'GET',
    clientAuthentication: 'body',
    authErrors: { statuses: [200], path: '/errors/0/code', values: ['601', '602'] },
  }))
  provider.script('GET /token', json(bearer))
  provider.script('ANY /api/*', json({ success: false, errors: [{ code: '602' }] }), { times: 1 })
  provider.script('ANY /api/*', json({ success: true }))
  const { id, status } = await fetchToken()
  expect(status).toBe('connected')
  expect((await call(id)).text).toContain('true')
  expect(provider.received('GET /token')).toHaveLength(2)
})

test('65: a refresh asks for no scope', async () => {
  const { provider, connect, renew, form } = await quirk(() => ({}))
  provider.script('POST /token', json({ ...bearer, scope: 'read' }))
  const { id, scopes } = await connect()
  expect(scopes).toEqual(['read'])
  await renew(id)
  expect(form()).toEqual({ grant_type: 'refresh_token', refresh_token: 'rt-1' })
})
