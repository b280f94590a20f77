import { fakeClock, loopbackProvider } from '@sallyport/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { json, quirk } from './quirks.suite.ts'

const bearer = { access_token: 'at-1', token_type: 'Bearer', expires_in: 3600, refresh_token: 'rt-1' }

test('63: a parameter for offline tokens; arguments in a header, and a second host for some calls', async () => {
  const content = await loopbackProvider()
  onTestFinished(content.close)
  content.script('ANY /2/*', {})
  const { provider, sallyport, connect, call } = await quirk(
    () => ({ authorizationParams: { token_access_type: 'offline' } }),
    (origin) => ({ baseUrl: `${origin}/2`, hosts: [origin, content.origin] }),
  )
  provider.script('ANY /2/*', {})
  provider.script('POST /token', () => {
    const asked = new URLSearchParams(provider.received('GET /authorize').at(-1)?.query)
    const { refresh_token: _, ...online } = bearer
    return json(asked.get('token_access_type') === 'offline' ? bearer : online)
  })
  const { id, secretsSet } = await connect()
  expect(secretsSet).toContain('/secret/refreshToken')
  await call(id, '/users')
  const target = {
    'Sallyport-Target': `${content.origin}/2/files/download`,
    'X-Own-Arg': '{"path":"/a.txt"}',
  }
  const reply = await sallyport.request('POST', `/proxy/${id}`, undefined, { headers: target })
  expect(reply.status).toBe(200)
  expect(content.received('POST /2/files/download')[0]?.headers).toMatchObject({
    authorization: 'Bearer at-1',
    'x-own-arg': '{"path":"/a.txt"}',
  })
  expect([provider.received('ANY /2/*').length, content.received().length]).toEqual([1, 1])
  const elsewhere = { 'Sallyport-Target': `${content.origin.replace('127.0.0.1', '127.0.0.2')}/2/files` }
  const refused = await sallyport.request('POST', `/proxy/${id}`, undefined, { headers: elsewhere })
  expect([refused.status, refused.body.code]).toEqual([403, 'host_not_allowed'])
})

test('67: a registered client that the provider forgot, and would only name as a wrong redirect URI, is replaced', async () => {
  const clock = fakeClock(Date.now())
  const known = new Set<string>()
  const made = await quirk(
    (origin) => ({
      clientId: undefined,
      clientSecret: undefined,
      registrationUrl: `${origin}/register`,
      registration: {},
    }),
    () => ({}),
    { clock },
  )
  const { provider, connect, renew, read } = made
  provider.script('POST /register', () => {
    const client_id = `client-${provider.received('POST /register').length}`
    known.add(client_id)
    return json({ client_id, client_secret: 'client-secret' }, 201)
  })
  provider.script('GET /authorize', ({ query }) => {
    const asked = new URLSearchParams(query)
    if (!known.has(asked.get('client_id') ?? ''))
      return json({ error: 'redirect_uri is not registered' }, 400)
    const location = `${asked.get('redirect_uri')}?code=${asked.get('client_id')}&state=${asked.get('state')}`
    return { status: 302, headers: { Location: location } }
  })
  provider.script('POST /token', ({ form, headers }) => {
    const [client = ''] = Buffer.from(headers.authorization?.slice(6) ?? '', 'base64')
      .toString()
      .split(':')
    if (!known.has(client)) return json({ error: 'invalid_client' }, 401)
    const grant = form.get('code') ?? form.get('refresh_token')
    return grant === client
      ? json({ ...bearer, refresh_token: client })
      : json({ error: 'invalid_grant' }, 400)
  })
  const first = await connect()
  expect(first.status).toBe('connected')
  known.delete('client-1')
  clock.advance(5 * 60_000)
  const second = await connect()
  expect(second.status).toBe('connected')
  expect(provider.received('POST /register')).toHaveLength(2)
  const shown = provider
    .received('GET /authorize')
    .map(({ query }) => new URLSearchParams(query).get('client_id'))
  expect(shown).toEqual(['client-1', 'client-2'])
  // The provider restores what it lost: whoever was connected before is renewed with the client of then.
  known.add('client-1')
  expect((await renew(first.id)).body).toMatchObject({ status: 'connected', generation: 2 })
  expect((await renew(second.id)).body).toMatchObject({ status: 'connected', generation: 2 })
  known.delete('client-1')
  expect((await renew(first.id)).status).toBe(409)
  expect(await read(first.id)).toMatchObject({ status: 'needs_reconnect', reason: 'client_forgotten' })
  expect((await renew(second.id)).body).toMatchObject({ status: 'connected', generation: 3 })
})

test('69: one redirect URI for all accounts, which stays whatever is changed', async () => {
  const { provider, sallyport, connect } = await quirk(() => ({}))
  const { redirectUri } = (await sallyport.request('GET', '/v1/integrations/loop')).body
  // The provider knows one, and takes no other.
  provider.script('GET /authorize', ({ query }, answer) =>
    new URLSearchParams(query).get('redirect_uri') === redirectUri ? answer() : { status: 400 },
  )
  expect(await connect()).toMatchObject({ status: 'connected' })
  const change = { name: 'Renamed', baseUrl: `${provider.origin}/api/v2`, auth: { scopes: ['other'] } }
  expect((await sallyport.request('PATCH', '/v1/integrations/loop', change)).body).toMatchObject({
    name: 'Renamed',
    redirectUri,
  })
  expect(await connect()).toMatchObject({ status: 'connected' })
  expect(new Set(provider.received('GET /authorize').map(redirectOf))).toEqual(new Set([redirectUri]))
})

const redirectOf = ({ query }: { readonly query: string }) => new URLSearchParams(query).get('redirect_uri')

test('69: tokens that somebody pastes, renewed like any others', async () => {
  const { provider, fetchToken, call, renew, form } = await quirk(() => ({}))
  provider.script('ANY /api/*', {})
  provider.script('POST /token', json({ ...bearer, access_token: 'at-2', refresh_token: 'rt-2' }))
  const { id, status } = await fetchToken({ secret: { accessToken: 'pasted', refreshToken: 'pasted-too' } })
  expect(status).toBe('connected')
  await call(id)
  expect((await renew(id)).body).toMatchObject({ generation: 2 })
  expect(form()).toEqual({ grant_type: 'refresh_token', refresh_token: 'pasted-too' })
  await call(id)
  expect(provider.received('ANY /api/*').map(({ headers }) => headers.authorization)).toEqual([
    'Bearer pasted',
    'Bearer at-2',
  ])
  expect(provider.received('GET /authorize')).toEqual([])
})

test('70: refresh tokens that are taken once: each is sent once, however many ask', async () => {
  const clock = fakeClock(Date.now())
  const { provider, connect, call, renew, read } = await quirk(
    () => ({}),
    () => ({}),
    { clock, behaviour: { rotation: 'strict' } },
  )
  const { id } = await connect()
  for (const generation of [2, 3]) {
    clock.advance(61 * 60_000)
    const replies = await Promise.all(Array.from({ length: 10 }, () => call(id, '/me')))
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
    expect(await read(id)).toMatchObject({ status: 'connected', generation })
  }
  await Promise.all([call(id, '/me'), renew(id), renew(id), call(id, '/me')])
  const sent = provider.received('POST /token').flatMap(({ form }) => form.get('refresh_token') ?? [])
  expect(new Set(sent).size).toBe(sent.length)
  expect(provider.reuseEvents).toBe(0)
})

test('70: a family that the provider has revoked needs a person, and is asked for no further token', async () => {
  const { provider, connect, call, renew, read } = await quirk(() => ({}))
  const { id } = await connect()
  provider.script('POST /token', json({ error: 'invalid_grant' }, 400))
  expect((await renew(id)).body.code).toBe('account_needs_reconnect')
  expect(await read(id)).toMatchObject({ status: 'needs_reconnect' })
  provider.forget()
  expect((await call(id)).status).toBe(409)
  expect((await renew(id)).status).toBe(409)
  expect(provider.received('POST /token')).toEqual([])
})
