import { createHash, createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { consenting, json, quirk } from './quirks.suite.ts'

const bearer = { access_token: 'at-1', token_type: 'Bearer', expires_in: 3600, refresh_token: 'rt-1' }

test('2: token requests ask for JSON by a header; errors of a 200 are errors', async () => {
  const { provider, connect } = await quirk(() => ({
    tokenRequest: { headers: { Accept: 'application/vnd.own+json' } },
  }))
  provider.script('POST /token', json({ error: 'bad_verification_code', error_description: 'expired' }))
  expect(await connect()).toMatchObject({ status: 'pending' })
  expect(provider.received('POST /token')[0]?.headers.accept).toBe('application/vnd.own+json')
})

test('4: further parameters of the token request', async () => {
  const { provider, connect, form } = await quirk(() => ({ tokenRequest: { body: { expiring: 1 } } }))
  provider.script('POST /token', json(bearer))
  expect(await connect()).toMatchObject({ status: 'connected' })
  expect(form()).toMatchObject({ grant_type: 'authorization_code', expiring: '1', code: expect.any(String) })
})

test('15: client_key in place of client_id, in the authorization and the token request', async () => {
  const { provider, connect, form, authorize } = await quirk(() => ({
    authorizationNames: { client_id: 'client_key' },
    tokenRequest: {
      body: {
        grant_type: 'authorization_code',
        client_key: '{client.id}',
        client_secret: '{client.secret}',
        code: '{code}',
        redirect_uri: '{redirectUri}',
        code_verifier: '{codeVerifier}',
      },
    },
  }))
  consenting(provider, {
    answer: (asked) => ({ code: 'c', state: asked.get('state') ?? '', key: asked.get('client_key') ?? '' }),
  })
  provider.script('POST /token', json(bearer))
  const { status } = await connect()
  expect(status).toBe('connected')
  expect(authorize).toBeDefined()
  const asked = new URLSearchParams(provider.received('GET /authorize')[0]?.query)
  expect([asked.get('client_key'), asked.has('client_id')]).toEqual(['client', false])
  expect(Object.keys(form()).sort()).toEqual(
    ['client_key', 'client_secret', 'code', 'code_verifier', 'grant_type', 'redirect_uri'].sort(),
  )
  expect(provider.received('POST /token')[0]?.headers.authorization).toBeUndefined()
})

test('16: own names in a JSON body, the reply in an envelope, the token in a header of its own', async () => {
  const { provider, connect, call } = await quirk(
    () => ({
      authorizationNames: { client_id: 'app_id', response_type: null },
      callbackNames: { code: 'auth_code' },
      tokenRequest: {
        format: 'json',
        body: { app_id: '{client.id}', secret: '{client.secret}', auth_code: '{code}' },
      },
      tokenReply: { accessToken: '/data/access_token', error: { path: '/code', description: '/message' } },
    }),
    () => ({ placement: { in: 'header', name: 'Access-Token', template: '{token}' } }),
  )
  consenting(provider, { answer: (asked) => ({ auth_code: 'c-1', state: asked.get('state') ?? '' }) })
  provider.script('POST /token', json({ code: 0, message: 'OK', data: { access_token: 'at-16' } }))
  const account = await connect()
  expect(account).toMatchObject({ status: 'connected' })
  expect(account.expiresAt).toBeUndefined()
  const [request] = provider.received('POST /token')
  expect(JSON.parse(request?.body ?? '')).toEqual({
    app_id: 'client',
    secret: 'client-secret',
    auth_code: 'c-1',
  })
  expect(request?.headers['content-type']).toBe('application/json')
  await call(account.id)
  expect(provider.received('ANY /api/*')[0]?.headers['access-token']).toBe('at-16')
})

test('18: Basic authentication with a JSON body', async () => {
  const { provider, connect } = await quirk(() => ({
    authorizationParams: { owner: 'user' },
    tokenRequest: { format: 'json' },
    tokenReply: { tokenType: 'optional' },
  }))
  provider.script('POST /token', json({ access_token: 'at' }))
  expect(await connect()).toMatchObject({ status: 'connected' })
  const [request] = provider.received('POST /token')
  expect(request?.headers.authorization).toMatch(/^Basic /)
  expect(JSON.parse(request?.body ?? '')).toMatchObject({
    grant_type: 'authorization_code',
    code: expect.any(String),
  })
  expect(JSON.parse(request?.body ?? '')).not.toHaveProperty('client_secret')
})

test('25: the secret as user name of Basic authentication, and a lifetime that the reply does not name', async () => {
  const { provider, connect } = await quirk(() => ({
    tokenRequest: { basic: { username: '{client.secret}', password: '' } },
    renewal: { defaultLifetime: 3600 },
  }))
  provider.script('POST /token', json({ access_token: 'at', token_type: 'bearer', refresh_token: 'rt' }))
  const account = await connect()
  expect(Date.parse(account.expiresAt) - Date.parse(account.updatedAt)).toBeGreaterThan(3_500_000)
  const sent = provider.received('POST /token')[0]?.headers.authorization?.replace('Basic ', '') ?? ''
  expect(Buffer.from(sent, 'base64').toString()).toBe('client-secret:')
})

test('30: a token request that is signed with a timestamp, state under another name, an ISO expiry in an envelope', async () => {
  const { provider, connect } = await quirk(() => ({
    authorizationNames: { client_id: 'appKey', state: 'customField', response_type: 'responseType' },
    callbackNames: { state: 'customField' },
    computed: { sign: { hash: 'sha256', of: '{client.id}{request.timestampMs}', key: '{client.secret}' } },
    tokenRequest: {
      format: 'json',
      headers: { appkey: '{client.id}', timestamp: '{request.timestampMs}', sign: '{computed.sign}' },
      body: { code: '{code}' },
    },
    tokenReply: { accessToken: '/data/accessToken', expiresIn: '/data/expireTime', expiryUnit: 'iso' },
  }))
  consenting(provider, { answer: (asked) => ({ code: 'c-30', customField: asked.get('customField') ?? '' }) })
  const expireTime = new Date(Date.now() + 36_000_000).toISOString()
  provider.script('POST /token', json({ code: 200, data: { accessToken: 'at', expireTime } }))
  const account = await connect()
  expect(account).toMatchObject({ status: 'expiring' })
  expect(Math.abs(Date.parse(account.expiresAt) - Date.parse(expireTime))).toBeLessThan(5000)
  const [request] = provider.received('POST /token')
  const { timestamp } = request?.headers ?? {}
  const sign = createHmac('sha256', 'client-secret').update(`client${timestamp}`).digest('hex')
  expect(request?.headers).toMatchObject({ appkey: 'client', sign })
  expect(request?.headers.authorization).toBeUndefined()
  expect(JSON.parse(request?.body ?? '')).toEqual({ code: 'c-30' })
})

test('31: a refresh with a digest of the secret', async () => {
  const { provider, connect, renew, form } = await quirk(() => ({
    computed: { digest: { hash: 'md5', of: '{client.secret}' } },
    refreshRequest: {
      body: {
        grant_type: 'refresh_token',
        refresh_token: '{token.refreshToken}',
        md5_secret: '{computed.digest}',
      },
    },
  }))
  provider.script('POST /token', json({ ...bearer, refresh_token: 'rt-1' }))
  const { id } = await connect()
  expect((await renew(id)).body).toMatchObject({ generation: 2 })
  const digest = createHash('md5').update('client-secret').digest('hex')
  expect(form()).toEqual({ grant_type: 'refresh_token', refresh_token: 'rt-1', md5_secret: digest })
  expect(provider.received('POST /token')[1]?.headers.authorization).toBeUndefined()
})

test('45: the state once more in the token request', async () => {
  const { provider, connect, form } = await quirk(() => ({
    tokenRequest: { body: { state: '{flow.state}' } },
  }))
  provider.script('POST /token', json(bearer))
  await connect()
  const asked = new URLSearchParams(provider.received('GET /authorize')[0]?.query)
  expect(form().state).toBe(asked.get('state'))
})

test('54: a digest of secret and code in place of the secret', async () => {
  const { provider, connect, form } = await quirk(() => ({
    computed: { hash: { hash: 'sha256', of: '{client.secret}|{code}' } },
    tokenRequest: {
      body: {
        grant_type: 'authorization_code',
        client_id: '{client.id}',
        code: '{code}',
        hash: '{computed.hash}',
      },
    },
  }))
  provider.script('POST /token', json(bearer))
  expect(await connect()).toMatchObject({ status: 'connected' })
  const { code, hash, client_id } = form()
  expect([client_id, hash]).toEqual([
    'client',
    createHash('sha256').update(`client-secret|${code}`).digest('hex'),
  ])
  expect(provider.received('POST /token')[0]?.headers.authorization).toBeUndefined()
})

test('59: the code as assertion, the secret as client_assertion, another response_type', async () => {
  const { provider, connect, renew, form } = await quirk(() => ({
    pkce: 'off',
    authorizationNames: { response_type: null },
    authorizationParams: { response_type: 'Assertion' },
    tokenRequest: {
      body: {
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: '{client.secret}',
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: '{code}',
        redirect_uri: '{redirectUri}',
      },
    },
    refreshRequest: {
      body: {
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: '{client.secret}',
        grant_type: 'refresh_token',
        assertion: '{token.refreshToken}',
        redirect_uri: 'https://own.example/callback',
      },
    },
    tokenReply: { tokenType: 'optional' },
  }))
  consenting(provider, { answer: (asked) => ({ code: 'c-59', state: asked.get('state') ?? '' }) })
  provider.script('POST /token', ({ form: sent, headers }) => {
    const isStandard = ['code', 'refresh_token', 'client_id', 'client_secret'].some((name) => sent.has(name))
    const isRefused = isStandard || headers.authorization !== undefined
    return isRefused ? json({ error: 'invalid_request' }, 400) : json({ ...bearer, token_type: 'jwt-bearer' })
  })
  const { id, status } = await connect()
  expect(status).toBe('connected')
  expect(form()).toMatchObject({ assertion: 'c-59', client_assertion: 'client-secret' })
  expect((await renew(id)).body).toMatchObject({ generation: 2 })
  expect(form()).toMatchObject({
    grant_type: 'refresh_token',
    assertion: 'rt-1',
    redirect_uri: 'https://own.example/callback',
  })
  expect(new URLSearchParams(provider.received('GET /authorize')[0]?.query).getAll('response_type')).toEqual([
    'Assertion',
  ])
})

test('61: a further parameter on the token request’s query', async () => {
  const { provider, connect } = await quirk(() => ({ tokenRequest: { query: { api_key: '{client.id}' } } }))
  provider.script('POST /token', json(bearer))
  expect(await connect()).toMatchObject({ status: 'connected' })
  expect(provider.received('POST /token')[0]?.query).toBe('api_key=client')
})

test.each(['basic', 'body'])('66: an empty secret is not sent, neither with %s', async (way) => {
  const { provider, connect, form } = await quirk(() => ({ clientSecret: '', clientAuthentication: way }))
  provider.script('POST /token', ({ form: sent, headers }) => {
    const isRefused = sent.has('client_secret') || headers.authorization !== undefined
    return isRefused ? json({ error: 'invalid_client' }, 401) : json(bearer)
  })
  expect(await connect()).toMatchObject({ status: 'connected' })
  expect(form()).toMatchObject({ client_id: 'client', grant_type: 'authorization_code' })
})

test('66: nor where a body asks for it', async () => {
  const { provider, connect, form } = await quirk(() => ({
    clientSecret: '',
    clientAuthentication: 'body',
    tokenRequest: {
      body: {
        grant_type: 'authorization_code',
        code: '{code}',
        client_id: '{client.id}',
        client_secret: '{client.secret}',
      },
    },
  }))
  provider.script('POST /token', json(bearer))
  expect(await connect()).toMatchObject({ status: 'connected' })
  expect(form()).not.toHaveProperty('client_secret')
})
