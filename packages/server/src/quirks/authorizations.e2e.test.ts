import { expect, test } from 'vitest'
import { person } from '../authorization.suite.ts'
import { consenting, json, quirk } from './quirks.suite.ts'

const bearer = { access_token: 'at-1', token_type: 'Bearer', expires_in: 3600, refresh_token: 'rt-1' }

test('11: an administrator’s consent, whose callback carries a tenant and no code', async () => {
  const { provider, connect, renew, form } = await quirk((origin) => ({
    callbackNames: { code: null },
    authorizationNames: { response_type: null, scope: null },
    tokenUrl: `${origin}/{kept.tenant}/token`,
    scopes: ['https://graph.example/.default'],
    pkce: 'off',
    tokenReply: { keep: { tenant: 'callback:tenant' } },
  }))
  consenting(provider, {
    answer: (asked) => ({ admin_consent: 'True', tenant: 't-11', state: asked.get('state') ?? '' }),
  })
  provider.script('POST /t-11/token', json({ access_token: 'at', token_type: 'Bearer', expires_in: 3600 }))
  const account = await connect()
  expect(account).toMatchObject({ status: 'connected', kept: { tenant: 't-11' } })
  expect(form(0, 'POST /t-11/token')).toMatchObject({
    grant_type: 'client_credentials',
    scope: 'https://graph.example/.default',
  })
  expect((await renew(account.id)).body).toMatchObject({ generation: 2, kept: { tenant: 't-11' } })
})

test('28: the code under another name', async () => {
  const { provider, connect, form } = await quirk(() => ({ callbackNames: { code: 'spapi_oauth_code' } }))
  consenting(provider, {
    answer: (asked) => ({
      spapi_oauth_code: 'c-28',
      state: asked.get('state') ?? '',
      selling_partner_id: 'S',
    }),
  })
  provider.script('POST /token', json(bearer))
  expect(await connect()).toMatchObject({ status: 'connected' })
  expect(form().code).toBe('c-28')
})

test('28: the code twice under that name is refused, and no code is redeemed', async () => {
  const { provider, connect } = await quirk(() => ({ callbackNames: { code: 'own_code' } }))
  provider.script('GET /authorize', ({ query }) => {
    const asked = new URLSearchParams(query)
    const location = `${asked.get('redirect_uri')}?own_code=a&own_code=b&state=${asked.get('state')}`
    return { status: 302, headers: { Location: location } }
  })
  expect(await connect()).toMatchObject({ status: 'pending' })
  expect(provider.received('POST /token')).toHaveLength(0)
})

test('29: names in another case, a fresh id on the token request', async () => {
  const { provider, connect } = await quirk(() => ({
    authorizationNames: { response_type: 'responseType', client_id: 'clientId', redirect_uri: 'redirectUri' },
    tokenRequest: { headers: { 'X-Correlation-Id': '{request.random}' } },
    tokenReply: { keep: { seller: 'callback:sellerId' } },
  }))
  consenting(provider, {
    redirect: 'redirectUri',
    answer: (asked) => ({ code: 'c', state: asked.get('state') ?? '', sellerId: '101' }),
  })
  provider.script('POST /token', json(bearer))
  expect(await connect()).toMatchObject({ status: 'connected', kept: { seller: '101' } })
  const asked = new URLSearchParams(provider.received('GET /authorize')[0]?.query)
  expect([asked.get('responseType'), asked.get('clientId')]).toEqual(['code', 'client'])
  for (const name of ['response_type', 'client_id', 'redirect_uri']) expect(asked.has(name)).toBe(false)
  expect(provider.received('POST /token')[0]?.headers['x-correlation-id']).toMatch(/^[0-9a-f-]{36}$/)
})

test('42: no response_type', async () => {
  const { provider, connect } = await quirk(() => ({
    pkce: 'off',
    authorizationNames: { response_type: null },
  }))
  consenting(provider, { answer: (asked) => ({ code: 'c', state: asked.get('state') ?? '' }) })
  provider.script('POST /token', json(bearer))
  expect(await connect()).toMatchObject({ status: 'connected' })
  const asked = new URLSearchParams(provider.received('GET /authorize')[0]?.query)
  expect([...asked.keys()].sort()).toEqual(['client_id', 'redirect_uri', 'scope', 'state'])
})

test('43: redirect_url in place of redirect_uri', async () => {
  const { provider, connect, form } = await quirk(() => ({
    authorizationNames: { redirect_uri: 'redirect_url' },
    tokenRequest: { body: { redirect_url: '{redirectUri}', redirect_uri: null } },
  }))
  consenting(provider, {
    redirect: 'redirect_url',
    answer: (asked) => ({ code: 'c', state: asked.get('state') ?? '' }),
  })
  provider.script('POST /token', json(bearer))
  expect(await connect()).toMatchObject({ status: 'connected' })
  expect(form()).not.toHaveProperty('redirect_uri')
  expect(form().redirect_url).toMatch(/\/callback\/int_/)
})

test('44: a page whose path is in the fragment gets its parameters there', async () => {
  const { account, authorize } = await quirk((origin) => ({
    authorizationUrl: `${origin}/#/oauth/authorize`,
  }))
  const page = await person().toProvider(await authorize(await account()))
  expect([page.pathname, page.search]).toEqual(['/', ''])
  const [route, query] = page.hash.split('?')
  expect(route).toBe('#/oauth/authorize')
  expect(new URLSearchParams(query).get('response_type')).toBe('code')
})

test('46: the store in the authorization and, as the callback names it, in the token request; a header of its own', async () => {
  const { provider, connect, call, form } = await quirk(
    () => ({
      authorizationParams: { context: 'stores/{store}' },
      tokenRequest: { body: { context: '{kept.context}', scope: '{scope}' } },
      tokenReply: { keep: { context: 'callback:context' } },
    }),
    (origin) => ({
      baseUrl: `${origin}/stores/{store}`,
      parameters: [{ name: 'store', required: true }],
      placement: { in: 'header', name: 'X-Auth-Token', template: '{token}' },
    }),
  )
  consenting(provider, {
    answer: (asked) => ({
      code: 'c',
      state: asked.get('state') ?? '',
      context: asked.get('context') ?? '',
    }),
  })
  provider.script('POST /token', ({ form: sent }) =>
    sent.get('context') === 'stores/x1' && sent.has('scope') ? json(bearer) : json({ error: 'x' }, 400),
  )
  provider.script('GET /stores/*', {})
  const account = await connect({ parameters: { store: 'x1' } })
  expect(account).toMatchObject({ status: 'connected' })
  expect(form()).toMatchObject({ context: 'stores/x1', scope: 'read write' })
  await call(account.id, '/v3/orders')
  const [called] = provider.received('GET /stores/*')
  expect([called?.path, called?.headers['x-auth-token']]).toEqual(['/stores/x1/v3/orders', 'at-1'])
  expect(called?.headers.authorization).toBeUndefined()
})

test('53: an alias in place of the redirect URI, in both requests; scopes that are addresses', async () => {
  const scopes = ['https://api.own.example/oauth/api_scope', 'https://api.own.example/oauth/api_scope/sell.a']
  const made = await quirk(() => ({ redirectUri: 'Own-Alias-PRD', scopes }))
  const { provider, form } = made
  const id = await made.account()
  const ann = person()
  const page = await ann.toProvider(await made.authorize(id))
  expect(page.searchParams.get('redirect_uri')).toBe('Own-Alias-PRD')
  expect(page.searchParams.get('scope')).toBe(scopes.join(' '))
  provider.script('POST /token', json(bearer))
  const { redirectUri } = (await made.sallyport.request('GET', '/v1/integrations/loop')).body
  await ann.get(`${redirectUri}?code=c&state=${page.searchParams.get('state')}`)
  expect(await made.read(id)).toMatchObject({ status: 'connected', scopes })
  expect(form().redirect_uri).toBe('Own-Alias-PRD')
  expect(provider.received('POST /token')[0]?.headers.authorization).toMatch(/^Basic /)
})

test('55: own names, a fragment that stays behind the query, GET, an error code in a 200', async () => {
  const made = await quirk((origin) => ({
    authorizationUrl: `${origin}/authorize#own_redirect`,
    authorizationNames: { client_id: 'appid' },
    pkce: 'off',
    tokenMethod: 'GET',
    tokenRequest: {
      body: {
        appid: '{client.id}',
        secret: '{client.secret}',
        code: '{code}',
        grant_type: 'authorization_code',
      },
    },
    tokenReply: {
      tokenType: 'optional',
      error: { path: '/errcode', description: '/errmsg', invalidGrant: ['40163'] },
      keep: { openid: '/openid' },
    },
  }))
  const page = await person().toProvider(await made.authorize(await made.account()))
  expect([page.hash, page.searchParams.get('appid')]).toEqual(['#own_redirect', 'client'])
  consenting(made.provider, { answer: (asked) => ({ code: 'c-55', state: asked.get('state') ?? '' }) })
  made.provider.script('GET /token', json({ ...bearer, openid: 'o-1' }))
  expect(await made.connect()).toMatchObject({ status: 'connected', kept: { openid: 'o-1' } })
  const query = Object.fromEntries(new URLSearchParams(made.provider.received('GET /token')[0]?.query))
  expect(query).toEqual({
    appid: 'client',
    secret: 'client-secret',
    code: 'c-55',
    grant_type: 'authorization_code',
  })
  made.provider.script('GET /token', json({ errcode: 40029, errmsg: 'invalid code' }))
  expect(await made.connect()).toMatchObject({ status: 'pending' })
  expect(made.sallyport.logged()).not.toContain('client-secret')
})

test.each(['advanced_scopes', 'scopes', 'perms'])('60: scope under the name %s', async (name) => {
  const { account, authorize } = await quirk(() => ({ authorizationNames: { scope: name } }))
  const page = await person().toProvider(await authorize(await account()))
  expect([page.searchParams.get(name), page.searchParams.has('scope')]).toEqual(['read write', false])
})

test('64: without PKCE nothing of it is sent, to a provider that refuses it', async () => {
  const { provider, connect, form } = await quirk(() => ({ pkce: 'off' }))
  consenting(provider, {
    answer: (asked): Record<string, string> => ({
      ...(asked.has('code_challenge') ? { error: 'invalid_request' } : { code: 'c' }),
      state: asked.get('state') ?? '',
    }),
  })
  provider.script('POST /token', ({ form: sent }) =>
    sent.has('code_verifier') ? json({ error: 'invalid_request' }, 400) : json(bearer),
  )
  expect(await connect()).toMatchObject({ status: 'connected' })
  expect(form()).not.toHaveProperty('code_verifier')
})

test('64: PKCE off, plain, and S256 unless something is said', async () => {
  const methodOf = async (auth: Record<string, unknown>) => {
    const { account, authorize } = await quirk(() => auth)
    const page = await person().toProvider(await authorize(await account()))
    return page.searchParams.get('code_challenge_method')
  }
  expect(await methodOf({})).toBe('S256')
  expect(await methodOf({ pkce: 'plain' })).toBe('plain')
  expect(await methodOf({ pkce: 'off' })).toBeNull()
})

test('68: scopes joined by commas, and by a plus that stands as it is', async () => {
  const queryOf = async (scopeDelimiter: string) => {
    const { account, authorize } = await quirk(() => ({ scopeDelimiter }))
    return (await person().toProvider(await authorize(await account()))).search
  }
  expect(await queryOf('+')).toContain('scope=read+write')
  expect(new URLSearchParams(await queryOf(',')).get('scope')).toBe('read,write')
})
