import { fakeClock, loopbackProvider, type ReceivedRequest, walkOverHttp } from '@sallyport/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { codeDefinition, person, scene } from './authorization.suite.ts'
import { oidcScene } from './oidc.suite.ts'

const minute = 60_000
const initialAccessToken = 'may-register-7f3a'

const bodyOf = ({ body }: ReceivedRequest) => JSON.parse(body) as Record<string, unknown>

/** A Sallyport whose definition has its client registered by a certified provider. */
async function registeringScene() {
  const clock = fakeClock(Date.now())
  const made = await oidcScene({ clock, registration: { initialAccessToken } })
  await made.ok('POST', '/v1/integrations', {
    key: 'registering',
    name: 'Registering',
    baseUrl: made.server.origin,
    auth: {
      type: 'oauth2',
      issuer: made.server.origin,
      scopes: ['openid', 'read'],
      registration: { initialAccessToken, metadata: { application_type: 'web' } },
    },
  })
  const connect = async (id: string) => walkOverHttp(await made.authorize(id), { login: 'ann' })
  const clients = () =>
    made.server
      .received('GET /auth')
      .flatMap(({ query }) => new URLSearchParams(query).get('client_id') ?? [])
  return { ...made, clock, connect, clients }
}

test('a client registers itself at the first authorization, and once for all accounts', async () => {
  const { sallyport, server, account, connect, read, clients } = await registeringScene()
  const [ann, ben] = [await account('registering'), await account('registering')]
  expect(server.received('POST /reg')).toHaveLength(0)
  for (const id of [ann, ben]) {
    await connect(id)
    expect(await read(id)).toMatchObject({ status: 'connected', scopes: ['openid', 'read'] })
  }
  const { body: integration } = await sallyport.request('GET', '/v1/integrations/registering')
  expect(server.received('POST /reg').map(bodyOf)).toEqual([
    expect.objectContaining({
      redirect_uris: [integration.redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
      application_type: 'web',
    }),
  ])
  expect(server.received('POST /reg')[0]?.headers.authorization).toBe(`Bearer ${initialAccessToken}`)
  expect(new Set(clients()).size).toBe(1)
  expect((await sallyport.request('POST', `/v1/accounts/${ann}/renew`)).body).toMatchObject({ generation: 2 })
  expect((await sallyport.request('GET', `/proxy/${ann}/me`)).body).toEqual({ sub: 'ann' })
  expect(JSON.stringify(integration)).not.toContain(initialAccessToken)
})

test('a provider that forgot its client is asked first, so that no browser ends on its error page', async () => {
  const { server, clock, account, connect, read, clients } = await registeringScene()
  await connect(await account('registering'))
  await server.forgetClient(clients()[0] ?? '')
  clock.advance(2 * minute)
  const id = await account('registering')
  await connect(id)
  expect(await read(id)).toMatchObject({ status: 'connected' })
  expect(server.received('POST /reg')).toHaveLength(2)
  expect(new Set(clients()).size).toBe(2)
})

test('accounts of a forgotten client need a person and say why; connected again they work with the new one', async () => {
  const { sallyport, server, account, connect, read, clients } = await registeringScene()
  const [ann, ben] = [await account('registering'), await account('registering')]
  for (const id of [ann, ben]) await connect(id)
  await server.forgetClient(clients()[0] ?? '')
  for (const id of [ann, ben]) {
    expect((await sallyport.request('POST', `/v1/accounts/${id}/renew`)).status).toBe(409)
    expect(await read(id)).toMatchObject({ status: 'needs_reconnect', reason: 'client_forgotten' })
  }
  expect(server.received('POST /reg')).toHaveLength(1)
  for (const id of [ann, ben]) {
    await connect(id)
    expect(await read(id)).toMatchObject({ status: 'connected' })
    expect((await sallyport.request('POST', `/v1/accounts/${id}/renew`)).status).toBe(201)
  }
  expect(server.received('POST /reg')).toHaveLength(2)
})

test('where nobody is needed, a forgotten client is registered anew and the token fetched at once', async () => {
  const { sallyport, server, ok, account, read } = await registeringScene()
  await ok('POST', '/v1/integrations', {
    key: 'machine',
    name: 'Machine',
    baseUrl: server.origin,
    auth: {
      type: 'oauth2',
      grant: 'client_credentials',
      issuer: server.origin,
      scopes: ['read'],
      registration: { initialAccessToken },
    },
  })
  const id = await account('machine')
  const client = () => {
    const { headers } = server.received('POST /token').at(-1) as ReceivedRequest
    return Buffer.from(String(headers.authorization).slice(6), 'base64').toString().split(':')[0] ?? ''
  }
  const first = client()
  await server.forgetClient(first)
  expect((await sallyport.request('POST', `/v1/accounts/${id}/renew`)).status).toBe(201)
  expect(client()).not.toBe(first)
  expect(await read(id)).toMatchObject({ status: 'connected', generation: 2 })
  expect(server.received('POST /reg')).toHaveLength(2)
})

const json = (body: unknown, status = 200) => ({
  status,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
})

test('a secret that ends is replaced before it does', async () => {
  const clock = fakeClock(Date.now())
  const { sallyport, provider, define, account } = await scene({ auth: null, clock })
  let registered = 0
  provider.script('POST /register', () => {
    registered += 1
    return json(
      {
        client_id: `client-${registered}`,
        client_secret: `secret-${registered}`,
        client_secret_expires_at: Math.floor(clock.now() / 1000) + 3600,
        token_endpoint_auth_method: 'client_secret_post',
      },
      201,
    )
  })
  provider.script('POST /token', json({ access_token: 'at', token_type: 'Bearer', expires_in: 3600 }))
  const { clientId, clientSecret, ...auth } = codeDefinition(provider).auth as Record<string, unknown>
  await define({
    ...codeDefinition(provider),
    auth: {
      ...(auth as { type: string }),
      grant: 'client_credentials',
      registrationUrl: `${provider.origin}/register`,
      registration: {},
    } as never,
  })
  const id = await account()
  await sallyport.request('POST', `/v1/accounts/${id}/renew`)
  clock.advance(59.5 * minute)
  await sallyport.request('POST', `/v1/accounts/${id}/renew`)
  const shown = provider
    .received('POST /token')
    .map(({ form, headers }) => [form.get('client_id'), form.get('client_secret'), headers.authorization])
  // And the provider's own choice of authentication holds over what was asked for.
  expect(shown).toEqual([
    ['client-1', 'secret-1', undefined],
    ['client-1', 'secret-1', undefined],
    ['client-2', 'secret-2', undefined],
  ])
})

test('a client is shown to the server that registered it, and another server registers its own', async () => {
  const { sallyport, provider, account, read, define } = await scene({ auth: null })
  const other = await loopbackProvider()
  onTestFinished(other.close)
  for (const server of [provider, other]) {
    server.script('POST /register', json({ client_id: 'client', client_secret: `of ${server.origin}` }, 201))
    server.script('POST /token', json({ access_token: 'at', token_type: 'Bearer', refresh_token: 'rt' }))
    server.script('GET /.well-known/*', { status: 404 })
  }
  const { clientId, clientSecret, ...auth } = codeDefinition(provider).auth as Record<string, unknown>
  const registering = {
    ...auth,
    registrationUrl: `${provider.origin}/register`,
    registration: {},
  }
  await define({ ...codeDefinition(provider), auth: registering as never })
  const id = await account()
  await person().finish(await authorizationOf(id))
  expect(await read(id)).toMatchObject({ status: 'connected' })

  const moved = await sallyport.request('PATCH', '/v1/integrations/loop?reconnect=true', {
    auth: { tokenUrl: `${other.origin}/token`, registrationUrl: `${other.origin}/register` },
  })
  expect(moved.status).toBe(200)
  await person().finish(await authorizationOf(id))
  const said = [...other.received(), ...provider.received()].map(({ headers }) => headers.authorization ?? '')
  const secrets = (origin: string) =>
    `Basic ${Buffer.from(`client:${encoded(`of ${origin}`)}`).toString('base64')}`
  expect(other.received('POST /token').map(({ headers }) => headers.authorization)).toEqual([
    secrets(other.origin),
  ])
  expect(said.filter((header) => header === secrets(provider.origin))).toHaveLength(1)
  expect(provider.received('POST /register')).toHaveLength(1)
  expect(other.received('POST /register')).toHaveLength(1)

  async function authorizationOf(account: string): Promise<string> {
    const { body } = await sallyport.request('POST', `/v1/accounts/${account}/authorize`, {})
    return body.authorizationUrl
  }
})

test('the token of a registration goes nowhere but to the server that gave it', async () => {
  const clock = fakeClock(Date.now())
  const { sallyport, provider, account, define } = await scene({ auth: null, clock })
  const elsewhere = await loopbackProvider()
  onTestFinished(elsewhere.close)
  provider.script(
    'POST /register',
    json(
      {
        client_id: 'client',
        client_secret: 'client-secret',
        registration_access_token: 'manage-it',
        registration_client_uri: `${elsewhere.origin}/clients/1`,
      },
      201,
    ),
  )
  const { clientId, clientSecret, ...auth } = codeDefinition(provider).auth as Record<string, unknown>
  await define({
    ...codeDefinition(provider),
    auth: { ...auth, registrationUrl: `${provider.origin}/register`, registration: {} } as never,
  })
  const id = await account()
  for (let round = 0; round < 2; round += 1) {
    const { body } = await sallyport.request('POST', `/v1/accounts/${id}/authorize`, {})
    await person().finish(body.authorizationUrl)
    clock.advance(2 * minute)
  }
  expect(elsewhere.received()).toHaveLength(0)
  expect(provider.received('POST /register')).toHaveLength(1)
})

test('integrations that share an OAuth client share what it registered, whatever their scopes', async () => {
  const { server, ok, account, connect, read } = await registeringScene()
  await ok('POST', '/v1/oauth-clients', {
    key: 'shared',
    name: 'Shared',
    issuer: server.origin,
    registration: { initialAccessToken },
  })
  for (const [key, scope] of [
    ['one', 'read'],
    ['two', 'write'],
  ] as const) {
    const auth = { type: 'oauth2', client: 'shared', scopes: ['openid', scope] }
    await ok('POST', '/v1/integrations', { key, name: key, baseUrl: server.origin, auth })
  }
  for (const key of ['one', 'two', 'one']) {
    const id = await account(key)
    await connect(id)
    expect(await read(id)).toMatchObject({ status: 'connected' })
  }
  expect(server.received('POST /reg')).toHaveLength(1)
})

test('a provider whose registrations cannot be read is asked at its token endpoint', async () => {
  const clock = fakeClock(Date.now())
  const { sallyport, provider, account, define } = await scene({ auth: null, clock })
  const client = (clientId: string) => json({ client_id: clientId, client_secret: 'client-secret' }, 201)
  provider.script('POST /register', () => client(`client-${provider.received('POST /register').length}`))
  const { clientId, clientSecret, ...auth } = codeDefinition(provider).auth as Record<string, unknown>
  await define({
    ...codeDefinition(provider),
    auth: { ...auth, registrationUrl: `${provider.origin}/register`, registration: {} } as never,
  })
  const id = await account()
  const clientSent = async () => {
    clock.advance(2 * minute)
    const { body } = await sallyport.request('POST', `/v1/accounts/${id}/authorize`, {})
    return (await person().toProvider(body.authorizationUrl)).searchParams.get('client_id')
  }
  provider.script('POST /token', json({ error: 'invalid_grant' }, 400), { times: 1 })
  expect([await clientSent(), await clientSent()]).toEqual(['client-1', 'client-1'])
  provider.script('POST /token', { status: 401, body: 'Unauthorized' }, { times: 1 })
  expect(await clientSent()).toBe('client-1')
  provider.script('POST /token', json({ error: 'invalid_client' }, 401), { times: 1 })
  expect(await clientSent()).toBe('client-2')
})

test('twenty authorizations that begin at once register one client', async () => {
  const { server, account, authorize } = await registeringScene()
  const urls = await Promise.all(
    Array.from({ length: 20 }, async () => authorize(await account('registering'))),
  )
  await Promise.all(urls.map((url) => person().toProvider(url)))
  expect(server.received('POST /reg')).toHaveLength(1)
})

test('what a definition lacks, or says twice, is named when it is stored', async () => {
  const { sallyport, provider } = await scene({ auth: null })
  const definition = codeDefinition(provider, { registration: {} })
  const { status, body } = await sallyport.request('POST', '/v1/integrations', definition)
  expect(status).toBe(422)
  expect(body.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
    '/auth/clientId',
    '/auth/clientSecret',
    '/auth/registrationUrl',
  ])
})

function encoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}
