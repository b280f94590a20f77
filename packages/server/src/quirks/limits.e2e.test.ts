import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { consenting, json, quirk, typed } from './quirks.suite.ts'

const bearer = { access_token: 'at-1', token_type: 'Bearer', expires_in: 3600, refresh_token: 'rt-1' }

test('2: a form is read as one where a provider gives nothing else', async () => {
  const { provider, connect, call } = await quirk(() => ({ scopeDelimiter: ',' }))
  const form = 'access_token=at-1&scope=read%2Cwrite&token_type=bearer'
  provider.script('POST /token', typed(form, 'application/x-www-form-urlencoded; charset=utf-8'))
  const account = await connect()
  expect(account).toMatchObject({ status: 'connected', scopes: ['read', 'write'] })
  await call(account.id)
  expect(provider.received('ANY /api/*')[0]?.headers.authorization).toBe('Bearer at-1')
})

test('2: a 403 that is a limit renews nothing, and tells the caller when it ends', async () => {
  const { provider, connect, call, read } = await quirk(() => ({
    authErrors: {
      rateLimited: { statuses: [403, 429], path: 'header:x-ratelimit-remaining', values: ['0'] },
    },
  }))
  provider.script('POST /token', json(bearer))
  const { id } = await connect()
  const headers = { 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '1795000000' }
  const challenge = { 'WWW-Authenticate': 'Bearer error="invalid_token"' }
  provider.script('GET /api/echo', { status: 403, headers: { ...headers, ...challenge } })
  const reply = await call(id)
  expect([reply.status, reply.headers.get('x-ratelimit-reset')]).toEqual([403, '1795000000'])
  expect([provider.received('POST /token').length, provider.received('ANY /api/*').length]).toEqual([1, 1])
  expect(await read(id)).toMatchObject({ status: 'connected', generation: 1 })
})

test('5: a session that ended is told in the body; another 401 renews nothing', async () => {
  const { provider, connect, call, renew } = await quirk(() => ({
    renewal: { defaultLifetime: 7200 },
    authErrors: { statuses: [401], path: '/0/errorCode', values: ['INVALID_SESSION_ID'] },
  }))
  let issued = 0
  const spent = new Set<string>()
  provider.script('POST /token', ({ form }) => {
    const used = form.get('refresh_token') ?? ''
    if (spent.has(used)) return json({ error: 'invalid_grant' }, 400)
    if (used !== '') spent.add(used)
    issued += 1
    return json({ access_token: `at-${issued}`, token_type: 'Bearer', refresh_token: `rt-${issued}` })
  })
  provider.script('GET /api/echo', ({ headers }) =>
    headers.authorization === 'Bearer at-1' ? json([{ errorCode: 'INVALID_SESSION_ID' }], 401) : json({}),
  )
  const { id } = await connect()
  provider.script('GET /api/echo', json([{ errorCode: 'API_DISABLED' }], 401), { times: 1 })
  expect([(await call(id)).status, issued]).toEqual([401, 1])
  expect([(await call(id)).status, issued]).toEqual([200, 2])
  expect((await renew(id)).body).toMatchObject({ status: 'connected', generation: 3 })
  expect([...spent]).toEqual(['rt-1', 'rt-2'])
})

test('7: limits in headers and a compressed reply reach the caller as they are, a compressed token is read', async () => {
  const { provider, connect, call } = await quirk(() => ({
    authErrors: { rateLimited: { statuses: [429] } },
  }))
  provider.script('POST /token', {
    headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
    body: gzipSync(JSON.stringify(bearer)),
  })
  const { id, status } = await connect()
  expect(status).toBe('connected')
  const remaining = (count: number) => ({ 'X-Own-RateLimit-Remaining': String(count) })
  provider.script('GET /api/echo', {
    headers: { ...remaining(7), 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
    body: gzipSync('{"plain":true}'),
  })
  const reply = await call(id)
  expect(reply.headers.get('content-encoding')).toBe('gzip')
  expect([reply.headers.get('x-own-ratelimit-remaining'), reply.body]).toEqual(['7', { plain: true }])
  provider.script('GET /api/echo', { status: 429, headers: remaining(0) }, { times: 1 })
  const limited = await call(id)
  expect([limited.status, limited.headers.get('x-own-ratelimit-remaining')]).toEqual([429, '0'])
  expect([provider.received('POST /token').length, provider.received('ANY /api/*').length]).toEqual([1, 2])
})

test('22: a confidential client that is refused when it sends a code verifier or challenge', async () => {
  const { provider, connect } = await quirk(() => ({ pkce: 'off', clientAuthentication: 'body' }))
  consenting(provider, {
    answer: (asked) => ({
      state: asked.get('state') ?? '',
      ...(asked.has('code_challenge') ? { error: 'invalid_request' } : { code: 'c' }),
    }),
  })
  provider.script('POST /token', ({ form }) =>
    form.has('code_verifier') ? json({ error: 'invalid_request' }, 400) : json(bearer),
  )
  expect(await connect()).toMatchObject({ status: 'connected' })
  expect(provider.received('POST /token')).toHaveLength(1)
})

test('27: host and tenant are the account’s, in all three addresses; Basic, and no lifetime in the reply', async () => {
  const { provider, connect, call, renew } = await quirk(
    (origin) => {
      const own = `http://{host}:${new URL(origin).port}`
      return {
        authorizationUrl: `${own}/{tenant}/authorize`,
        tokenUrl: `${own}/ccx/oauth2/{tenant}/token`,
        renewal: { defaultLifetime: 14_400 },
      }
    },
    (origin) => ({
      baseUrl: `http://{host}:${new URL(origin).port}/ccx/api/v1/{tenant}`,
      hosts: [new URL(origin).host],
      parameters: [
        { name: 'host', kind: 'host', required: true },
        { name: 'tenant', required: true },
      ],
    }),
  )
  provider.script('GET /acme/authorize', ({ query }) => {
    const asked = new URLSearchParams(query)
    const back = new URL(asked.get('redirect_uri') ?? '')
    back.searchParams.set('code', 'c')
    back.searchParams.set('state', asked.get('state') ?? '')
    return { status: 302, headers: { Location: back.href } }
  })
  provider.script('POST /ccx/oauth2/acme/token', ({ form, headers }) => {
    const isBasic = /^Basic /.test(headers.authorization ?? '') && !form.has('client_secret')
    const again = form.get('grant_type') === 'refresh_token'
    return isBasic
      ? json({ access_token: again ? 'at-2' : 'at-1', token_type: 'Bearer', refresh_token: 'rt' })
      : json({ error: 'invalid_client' }, 401)
  })
  provider.script('GET /ccx/api/v1/acme/workers', json({}))
  const account = await connect({ parameters: { host: '127.0.0.1', tenant: 'acme' } })
  expect(account.status).toBe('connected')
  expect(Date.parse(account.expiresAt) - Date.parse(account.updatedAt)).toBeGreaterThan(14_000_000)
  expect((await renew(account.id)).body).toMatchObject({ generation: 2 })
  expect((await call(account.id, '/workers')).status).toBe(200)
  expect(provider.received('GET /ccx/*').at(-1)?.headers.authorization).toBe('Bearer at-2')
})
