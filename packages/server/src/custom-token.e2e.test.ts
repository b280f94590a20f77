import type { ScriptedReply } from '@sallyport/testkit'
import { describe, expect, test } from 'vitest'
import { ann, directory, given, json, loginScene, withAuth } from './custom-token.suite.ts'
import { text } from './token-endpoint.suite.ts'

describe('a custom token', () => {
  test('is fetched by the definition of the documentation, sent where it says, and given out', async () => {
    const { provider, sallyport, define, connect, call } = await loginScene()
    provider.script('POST /login', given('t-1', 7200))
    await define(directory)
    const account = await connect()
    expect(account).toMatchObject({ status: 'connected', generation: 1, parameters: { user: 'ann' } })
    expect(account.secretsSet).toContain('/parameters/password')
    expect(Date.parse(account.expiresAt) - Date.parse(account.createdAt)).toBe(7200_000)
    const [login] = provider.received('POST /login')
    expect(login?.headers['content-type']).toBe('application/json')
    expect(JSON.parse(login?.body ?? '')).toEqual(ann)
    expect((await call(account.id)).body.sent['x-auth']).toBe('t-1')
    const token = await sallyport.request('POST', `/v1/accounts/${account.id}/token`, {})
    expect(token.body).toMatchObject({ accessToken: 't-1', tokenType: 'Bearer', generation: 1 })
    expect(provider.received('POST /login')).toHaveLength(1)
  })

  test('goes as a bearer’s where the definition does not say', async () => {
    const { provider, define, connect, call } = await loginScene()
    provider.script('POST /login', given('t-1'))
    await define({ ...directory, placement: undefined })
    const { id } = await connect()
    expect((await call(id)).body.sent.authorization).toBe('Bearer t-1')
  })

  test('is fetched again by the same request before it ends, and after a 401', async () => {
    const { provider, clock, define, connect, call, read } = await loginScene()
    let count = 0
    provider.script('POST /login', () => {
      count += 1
      return given(`t-${count}`)
    })
    await define(directory)
    const { id } = await connect()
    clock.advance(45 * 60_000)
    expect((await call(id)).body.sent['x-auth']).toBe('t-2')
    expect(await read(id)).toMatchObject({ status: 'connected', generation: 2 })
    clock.advance(2 * 60_000)
    provider.script('GET /api/me', text('', 401), { times: 1 })
    expect((await call(id)).body.sent['x-auth']).toBe('t-3')
    expect(count).toBe(3)
  })

  test('without expiry lives as long as the definition says, and no renewal comes before notBefore', async () => {
    const { provider, clock, define, connect, call } = await loginScene()
    provider.script('POST /login', given('t', null))
    await define(withAuth({ renewal: { defaultLifetime: 600, before: 300, notBefore: 590 } }))
    const { id } = await connect()
    clock.advance(580_000)
    await call(id)
    expect(provider.received('POST /login')).toHaveLength(1)
    clock.advance(15_000)
    await call(id)
    expect(provider.received('POST /login')).toHaveLength(2)
  })

  test.each<[what: string, unit: string, ttl: (now: number) => unknown]>([
    ['seconds', 's', () => 900],
    ['seconds in a text', 's', () => '900'],
    ['milliseconds', 'ms', () => 900_000],
    ['seconds of the epoch', 'epoch_s', (now) => Math.round(now / 1000) + 900],
    ['milliseconds of the epoch', 'epoch_ms', (now) => now + 900_000],
    ['an ISO time', 'iso', (now) => new Date(now + 900_000).toISOString()],
  ])('says its end in %s', async (_what, expiryUnit, ttl) => {
    const { provider, clock, define, connect } = await loginScene()
    provider.script('POST /login', () => given('t', ttl(clock.now())))
    await define(withAuth({ tokenReply: { ...directory.auth.tokenReply, expiryUnit } }))
    const account = await connect()
    const lifetime = Date.parse(account.expiresAt) - clock.now()
    expect(Math.abs(lifetime - 900_000)).toBeLessThanOrEqual(1000)
  })

  test.each<[where: string, path: string, reply: ScriptedReply, expiresIn: number | undefined]>([
    ['a header', 'header:X-Subject-Token', { headers: { 'X-Subject-Token': 't-9' } }, undefined],
    [
      'a header beside a page',
      'header:X-Subject-Token',
      { headers: { 'X-Subject-Token': 't-9', 'Content-Type': 'text/html' }, body: '<!doctype html><p>Hi' },
      undefined,
    ],
    ['a cookie', 'cookie:sid', { headers: { 'Set-Cookie': 'sid=t-9; Path=/; Max-Age=600' } }, 600],
    ['the text itself', '', text('t-9\n', 200, 'text/plain'), undefined],
    ['a form', '/tok', text('tok=t-9', 200, 'application/x-www-form-urlencoded'), undefined],
  ])('is read from %s', async (_where, accessToken, reply, lifetime) => {
    const { provider, clock, define, connect, call } = await loginScene()
    provider.script('POST /login', reply)
    await define(withAuth({ tokenReply: { accessToken } }))
    const account = await connect()
    expect(account).toMatchObject({ status: 'connected' })
    expect(account.expiresAt).toBe(
      lifetime === undefined ? undefined : new Date(clock.now() + lifetime * 1000).toISOString(),
    )
    expect((await call(account.id)).body.sent['x-auth']).toBe('t-9')
  })

  test('is asked for by GET with headers and query, by a form, or with HTTP basic', async () => {
    const { provider, define, connect } = await loginScene()
    provider.script('ANY /login', given('t'))
    await define(
      withAuth({
        tokenMethod: 'GET',
        tokenRequest: {
          headers: { 'X-User': '{user}' },
          query: { p: '{password}', at: '{request.timestamp}' },
        },
      }),
    )
    await connect()
    await define(withAuth({ tokenRequest: { body: { user: '{parameters.user}', password: '{password}' } } }))
    await connect()
    await define(withAuth({ tokenRequest: { basic: { username: '{user}', password: '{password}' } } }))
    await connect()
    const [get, form, basic] = provider.received('ANY /login')
    expect([get?.method, get?.headers['x-user'], get?.query]).toEqual([
      'GET',
      'ann',
      expect.stringMatching(/^p=open\+sesame&at=\d{10}$/),
    ])
    expect(form?.headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(Object.fromEntries(form?.form ?? [])).toEqual(ann)
    expect(basic?.headers.authorization).toBe(`Basic ${btoa('ann:open sesame')}`)
  })

  test('comes from a login in XML, values written so that they stay values', async () => {
    const { provider, clock, define, connect, call } = await loginScene()
    const ends = new Date(clock.now() + 1800_000).toISOString()
    provider.script(
      'POST /login',
      text(
        `<?xml version="1.0"?><response><operation><result><status>success</status><data><api>
         <sessionid>s&amp;1</sessionid></api></data></result><authentication>
         <sessiontimeout>${ends}</sessiontimeout></authentication></operation></response>`,
        200,
        'text/xml; charset=UTF-8',
      ),
    )
    await define(
      withAuth({
        tokenRequest: {
          format: 'xml',
          body: '<request><login><user>{user}</user><password>{password}</password></login></request>',
        },
        tokenReply: {
          accessToken: '/response/operation/result/data/api/sessionid',
          expiresIn: '/response/operation/authentication/sessiontimeout',
          expiryUnit: 'iso',
        },
      }),
    )
    const account = await connect({ user: 'a<b>', password: '</password><x>&' })
    expect(account).toMatchObject({ status: 'connected', expiresAt: ends })
    expect(provider.received('POST /login')[0]?.body).toBe(
      '<request><login><user>a&lt;b&gt;</user><password>&lt;/password&gt;&lt;x&gt;&amp;</password></login></request>',
    )
    expect((await call(account.id)).body.sent['x-auth']).toBe('s&1')
  })
})

describe('a login in two steps', () => {
  const twoSteps = withAuth(
    {
      steps: [
        {
          url: 'https://dir.example.com/oauth/token',
          query: { user: '{user}', password: '{password}' },
          method: 'POST',
          reply: { tokens: { first: '/access_token' }, keep: { tenant: '/tenant' } },
        },
      ],
      tokenUrl: 'https://dir.example.com/rest/{kept.tenant}/login',
      tokenRequest: { query: { version: '*', access_token: '{token.first}' } },
      tokenReply: { accessToken: '/BhRestToken', keep: { restUrl: '/restUrl' } },
    },
    { baseUrl: '{kept.restUrl}', placement: { in: 'query', name: 'BhRestToken', template: '{token}' } },
  )

  test('gives what the second needs, and where the API lives', async () => {
    const { provider, define, connect, call, read } = await loginScene()
    provider.script('POST /oauth/token', json(200, { access_token: 'one', tenant: 'east' }))
    provider.script(
      'POST /rest/east/login',
      json(200, { BhRestToken: 'two', restUrl: `${provider.origin}/api/` }),
    )
    await define(twoSteps)
    const { id, status } = await connect()
    expect(status).toBe('connected')
    expect(provider.received('POST /oauth/token')[0]?.query).toBe('user=ann&password=open+sesame')
    expect(provider.received('POST /rest/east/login')[0]?.query).toBe('version=*&access_token=one')
    expect((await call(id, '/entity')).status).toBe(200)
    expect(provider.received('GET /api/entity')[0]?.query).toBe('BhRestToken=two')
    expect((await read(id)).kept).toEqual({ tenant: 'east', restUrl: `${provider.origin}/api/` })
  })

  test('stops at a step that is refused, and at one that gives nothing', async () => {
    const { provider, define, connect } = await loginScene()
    provider.script('POST /oauth/token', json(401, { error: 'bad_login' }), { times: 1 })
    provider.script('POST /oauth/token', json(200, { tenant: 'east' }))
    await define(twoSteps)
    expect(await connect()).toMatchObject({ status: 'needs_reconnect', reason: 'bad_login' })
    expect(await connect()).toMatchObject({ status: 'failing', reason: 'malformed_token_response' })
    expect(provider.received('ANY /rest/*')).toHaveLength(0)
  })
})

test('several tokens of one login go where the placements say', async () => {
  const { provider, define, connect, call } = await loginScene()
  provider.script('POST /login', json(200, { token: 'a', csrf: 'b', key: 'c' }))
  await define(
    withAuth(
      { tokenReply: { accessToken: '/token', tokens: { csrf: '/csrf', key: '/key' } } },
      {
        placement: [
          { in: 'header', name: 'X-Auth', template: '{token}' },
          { in: 'header', name: 'X-CSRF', template: '{token.csrf}' },
          { in: 'query', name: 'k', template: '{user}:{token.key}' },
        ],
      },
    ),
  )
  const { id } = await connect()
  expect((await call(id)).body.sent).toMatchObject({ 'x-auth': 'a', 'x-csrf': 'b' })
  expect(provider.received('GET /api/me')[0]?.query).toBe('k=ann%3Ac')
})

describe('a refresh call', () => {
  const refreshing = withAuth({
    tokenReply: { accessToken: '/token', refreshToken: '/refreshToken', expiresIn: '/ttl' },
    refreshUrl: 'https://dir.example.com/refresh',
    refreshRequest: { format: 'json', body: { refreshToken: '{token.refreshToken}' } },
  })

  test('takes the place of the login, with the newest refresh token', async () => {
    const { provider, clock, define, connect, call } = await loginScene()
    provider.script('POST /login', json(201, { token: 'a', refreshToken: 'r1', ttl: 600 }))
    provider.script('POST /refresh', json(200, { token: 'b', refreshToken: 'r2', ttl: 600 }), { times: 1 })
    provider.script('POST /refresh', json(200, { token: 'c', ttl: 600 }))
    await define(refreshing)
    const { id } = await connect()
    clock.advance(400_000)
    expect((await call(id)).body.sent['x-auth']).toBe('b')
    clock.advance(400_000)
    expect((await call(id)).body.sent['x-auth']).toBe('c')
    const sent = provider.received('POST /refresh').map(({ body }) => JSON.parse(body).refreshToken)
    expect(sent).toEqual(['r1', 'r2'])
    expect(provider.received('POST /login')).toHaveLength(1)
  })

  test('that is refused leads to a new login, which asks nobody', async () => {
    const { provider, clock, define, connect, call, read } = await loginScene()
    let count = 0
    provider.script('POST /login', () => {
      count += 1
      return json(200, { token: `l${count}`, refreshToken: 'r', ttl: 600 })
    })
    provider.script('POST /refresh', json(400, { error: 'invalid_grant' }))
    await define(refreshing)
    const { id } = await connect()
    clock.advance(400_000)
    expect((await call(id)).body.sent['x-auth']).toBe('l2')
    expect(await read(id)).toMatchObject({ status: 'connected', generation: 2 })
  })

  test('that gets no answer now is repeated later, and nobody logs in meanwhile', async () => {
    const { provider, clock, define, connect, call, read } = await loginScene()
    provider.script('POST /login', json(200, { token: 'a', refreshToken: 'r1', ttl: 600 }))
    provider.script('POST /refresh', text('busy', 503))
    await define(refreshing)
    const { id } = await connect()
    clock.advance(400_000)
    expect((await call(id)).body.sent['x-auth']).toBe('a')
    expect(await read(id)).toMatchObject({ status: 'failing', reason: 'provider_incident' })
    expect(provider.received('POST /login')).toHaveLength(1)
  })

  test('without a body shows the token as calls do, and may only prolong it', async () => {
    const { provider, clock, define, connect, call, read } = await loginScene()
    provider.script('POST /login', json(200, { token: 'a', ttl: 600 }))
    provider.script('GET /session', json(200, { result: 'ok', ttl: 600 }))
    await define(
      withAuth({
        tokenReply: { accessToken: '/token', expiresIn: '/ttl' },
        refreshUrl: 'https://dir.example.com/session',
        refreshRequest: { method: 'GET' },
        refreshReply: { expiresIn: '/ttl', keepsToken: true },
      }),
    )
    const { id } = await connect()
    clock.advance(400_000)
    expect((await call(id)).body.sent['x-auth']).toBe('a')
    expect(provider.received('GET /session')[0]?.headers['x-auth']).toBe('a')
    expect(await read(id)).toMatchObject({
      generation: 2,
      expiresAt: new Date(clock.now() + 600_000).toISOString(),
    })
  })
})

describe('disconnecting', () => {
  const revokedBy = async (auth: Readonly<Record<string, unknown>>, reply: ScriptedReply) => {
    const { provider, sallyport, define, connect } = await loginScene()
    provider.script('POST /login', given('t/1'))
    provider.script('ANY /logout*', reply)
    await define(withAuth(auth))
    const { id } = await connect()
    await sallyport.request('POST', `/v1/accounts/${id}/disconnect`)
    await expect
      .poll(async () => (await sallyport.request('GET', `/v1/accounts/${id}`)).body.revocation)
      .not.toBe('pending')
    const { body } = await sallyport.request('GET', `/v1/accounts/${id}`)
    return { body, received: provider.received('ANY /logout*') }
  }

  test('logs out as the definition says, the token shown as on calls where it does not', async () => {
    const plain = await revokedBy({ revokeUrl: 'https://dir.example.com/logout' }, text('', 204))
    expect(plain.body).toMatchObject({ status: 'revoked', revocation: 'done' })
    expect(plain.received.map(({ method, headers }) => [method, headers['x-auth']])).toEqual([
      ['POST', 't/1'],
    ])
    const own = {
      revokeUrl: 'https://dir.example.com/logout/{token}',
      revokeRequest: { method: 'DELETE' },
    }
    const { body, received } = await revokedBy(own, json(404, {}))
    expect(body).toMatchObject({ status: 'revoked', revocation: 'done' })
    expect(received.map(({ method, path, headers }) => [method, path, headers['x-auth']])).toEqual([
      ['DELETE', '/logout/t%2F1', undefined],
    ])
  })

  test('has nothing to do at a provider without log-out', async () => {
    const { body, received } = await revokedBy({}, text('', 204))
    expect(body).toMatchObject({ status: 'revoked', revocation: 'unsupported' })
    expect(received).toEqual([])
  })
})
