import { type LoopbackProvider, loopbackProvider, type Sink, sink } from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { person } from './authorization.suite.ts'
import { type Json, newKey, rest } from './endpoints/rest.suite.ts'
import { startSallyport, type TestReply, type TestSallyport } from './sallyport.suite.ts'

let sallyport: TestSallyport
let provider: LoopbackProvider
let elsewhere: Sink
let api: ReturnType<typeof rest>
beforeAll(async () => {
  sallyport = await startSallyport()
  provider = await loopbackProvider()
  elsewhere = await sink()
  api = rest(sallyport)
})
afterAll(async () => {
  await sallyport.close()
  await provider.close()
  await elsewhere.close()
})

/** Makes a client at the provider; its reply. */
async function client(fields: Json = {}): Promise<TestReply['body']> {
  const reply = await api.post('/v1/oauth-clients', {
    key: newKey(),
    name: 'Shared',
    grant: 'client_credentials',
    authorizationUrl: `${provider.origin}/authorize`,
    tokenUrl: `${provider.origin}/token`,
    clientId: 'client',
    clientSecret: 'client-secret',
    ...fields,
  })
  expect(reply.status, reply.text).toBe(201)
  return reply.body
}

/** Makes an integration that refers to it; its key. */
function integration(shared: Json, auth: Json = {}, fields: Json = {}): Promise<string> {
  return api.integration({
    baseUrl: `${provider.origin}/api`,
    auth: { type: 'oauth2', client: shared.key, ...auth },
    ...fields,
  })
}

const call = (id: string, headers: Record<string, string> = {}) =>
  sallyport.request('GET', `/proxy/${id}/me`, undefined, { headers })

describe('one client for many integrations', () => {
  it('brings everything but what each adds', async () => {
    const shared = await client({ scopes: ['read'] })
    const first = await integration(shared)
    const second = await integration(shared, { scopes: ['write'] })
    for (const key of [first, second]) {
      const account = await api.account(key)
      expect(account).toMatchObject({ status: 'connected' })
      expect((await call(account.id)).status).toBe(200)
    }
  })

  it('has one redirect URI, at which the flows of all its integrations end', async () => {
    const shared = await client({ grant: 'authorization_code' })
    expect(shared.redirectUri).toBe(`${sallyport.origin}/callback/${shared.id}`)
    const key = await integration(shared)
    const own = (await api.get(`/v1/integrations/${key}`)).body
    expect(own.redirectUri).toBe(shared.redirectUri)
    const account = await api.account(key)
    const started = await api.post(`/v1/accounts/${account.id}/authorize`, {})
    const ann = person()
    const callback = await ann.toCallback(started.body.authorizationUrl)
    expect(callback.pathname).toBe(`/callback/${shared.id}`)
    const foreign = new URL(callback)
    foreign.pathname = `/callback/${own.id}`
    expect((await ann.get(foreign)).status).toBe(400)
    await ann.get(callback)
    expect((await api.read(account.id)).status).toBe('connected')
  })
})

describe('where a shared client’s secret may go', () => {
  it('its hosts guard every account that shares it: another host gets nothing (C5, C6)', async () => {
    const { port } = new URL(elsewhere.origin)
    const shared = await client({ hosts: ['login.example.com'], tokenUrl: `http://{host}:${port}/token` })
    const parameters = [{ name: 'host', kind: 'host', required: true }]
    const host = 'localhost.example.net'
    for (const key of [
      await integration(shared, {}, { parameters }),
      await integration(shared, {}, { parameters, hosts: [host, '127.0.0.1'] }),
    ]) {
      const reply = await api.post('/v1/accounts', { integration: key, name: 'A', parameters: { host } })
      expect(reply.status, reply.text).toBe(422)
      expect(reply.body.errors).toEqual([
        expect.objectContaining({ path: '/parameters/host', code: 'host_not_allowed' }),
      ])
    }
    expect(elsewhere.received()).toEqual([])
  })

  it('calls go to the integration’s hosts, and not to the client’s', async () => {
    const shared = await client()
    const apart = await loopbackProvider()
    const key = await integration(shared, {}, { baseUrl: `${apart.origin}/api` })
    const account = await api.account(key)
    const target = { 'sallyport-target': `${provider.origin}/api/me` }
    const reply = await sallyport.request('GET', `/proxy/${account.id}`, undefined, { headers: target })
    expect(reply.headers.get('sallyport-error')).toBe('host_not_allowed')
    await apart.close()
  })

  it('a parameter that decides where it goes needs hosts on the client (C20)', async () => {
    const shared = await client({ tokenUrl: 'https://{tenant}.example.com/token' })
    const parameters = [{ name: 'tenant', kind: 'host', required: true }]
    const auth = { type: 'oauth2', client: shared.key }
    const reply = await api.post('/v1/integrations', { key: newKey(), name: 'API', auth, parameters })
    expect(reply.status).toBe(422)
    expect(reply.body.errors).toEqual([
      expect.objectContaining({ path: '/auth/client', code: 'hosts_required' }),
    ])
  })

  it('does not move without its secret, nor under connected accounts', async () => {
    const shared = await client()
    const keys = [await integration(shared), await integration(shared)]
    const accounts = [await api.account(String(keys[0])), await api.account(String(keys[1]))]
    const path = `/v1/oauth-clients/${shared.key}`
    const moved = { tokenUrl: `${elsewhere.origin}/token` }
    const bare = await api.patch(path, moved)
    expect([bare.status, bare.body.code]).toEqual([422, 'secret_required'])
    expect(bare.body.errors[0].path).toBe('/clientSecret')
    const brought = await api.patch(path, { ...moved, clientSecret: 'client-secret' })
    expect([brought.status, brought.body.code]).toEqual([409, 'accounts_affected'])
    expect(brought.body.accounts.map(({ id }: Json) => id).sort()).toEqual(
      accounts.map(({ id }) => id).sort(),
    )
    const asked = await api.patch(`${path}?reconnect=true`, { ...moved, clientSecret: 'client-secret' })
    expect(asked.status, asked.text).toBe(200)
    for (const { id } of accounts)
      expect(await api.read(id)).toMatchObject({ status: 'needs_reconnect', secretsSet: [] })
    expect(elsewhere.received()).toEqual([])
  })

  it('another client is another place: its accounts are to be connected again', async () => {
    const [first, second] = [await client(), await client()]
    const key = await integration(first)
    await api.account(key)
    const path = `/v1/integrations/${key}`
    const reply = await api.patch(path, { auth: { client: second.key } })
    expect([reply.status, reply.body.code]).toEqual([409, 'accounts_affected'])
    expect((await api.patch(`${path}?reconnect=true`, { auth: { client: second.key } })).status).toBe(200)
  })

  it('a new secret at the same place keeps accounts connected', async () => {
    const shared = await client()
    const account = await api.account(await integration(shared))
    const reply = await api.patch(`/v1/oauth-clients/${shared.key}`, { clientSecret: 'rotated' })
    expect(reply.status).toBe(200)
    expect(reply.text).not.toContain('rotated')
    expect(reply.body.secretsSet).toEqual(['/clientSecret'])
    expect((await api.read(account.id)).status).toBe('connected')
    expect((await call(account.id)).status).toBe(200)
    provider.forget()
    await api.post(`/v1/accounts/${account.id}/renew`)
    const basic = Buffer.from('client:rotated').toString('base64')
    expect(provider.received('POST /token')[0]?.headers.authorization).toBe(`Basic ${basic}`)
  })
})

describe('what is refused', () => {
  it('a field that belongs to the client, each by its name', async () => {
    const shared = await client()
    const auth = { type: 'oauth2', client: shared.key, clientId: 'x', tokenUrl: 'https://a.example', no: 1 }
    const reply = await api.post('/v1/integrations', { key: newKey(), name: 'API', auth })
    expect(reply.status).toBe(422)
    expect(reply.body.errors.map(({ path }: Json) => path)).toEqual(
      expect.arrayContaining(['/auth/clientId', '/auth/tokenUrl', '/auth/no']),
    )
  })

  it('a client that does not exist, a key twice, a type', async () => {
    const auth = { type: 'oauth2', client: 'nobody' }
    const absent = await api.post('/v1/integrations', { key: newKey(), name: 'API', auth })
    expect(absent.body.errors).toEqual([
      expect.objectContaining({ path: '/auth/client', code: 'unknown_client' }),
    ])
    const shared = await client()
    const { id, ...again } = shared
    const taken = { key: again.key.toUpperCase(), name: 'N', tokenUrl: 'https://a.example/t', clientId: 'c' }
    const grant = { grant: 'client_credentials' }
    expect((await api.post('/v1/oauth-clients', { ...taken, ...grant })).status).toBe(409)
    const typed = await api.post('/v1/oauth-clients', { ...taken, ...grant, key: newKey(), type: 'oauth2' })
    expect(typed.body.errors).toEqual([expect.objectContaining({ path: '/type' })])
    expect((await api.get('/v1/oauth-clients/nobody')).status).toBe(404)
  })

  it('deleting one that is used, by the names of its integrations', async () => {
    const shared = await client()
    const key = await integration(shared)
    const read = await api.get(`/v1/oauth-clients/${shared.key}`)
    expect(read.body).toMatchObject({
      usedBy: [{ key, name: 'API' }],
      uses: { integrations: 1, accounts: 0 },
    })
    const listed = await api.get(`/v1/integrations?client=${shared.key}`)
    expect(listed.body.items.map((item: Json) => item.key)).toEqual([key])
    const used = await api.remove(`/v1/oauth-clients/${shared.key}`)
    expect([used.status, used.body.code]).toEqual([409, 'oauth_client_in_use'])
    expect(used.body.integrations).toEqual([{ key, name: 'API' }])
    await api.remove(`/v1/integrations/${key}`)
    expect((await api.remove(`/v1/oauth-clients/${shared.key}`)).status).toBe(204)
  })

  it('a change of the client that an integration cannot follow, naming it', async () => {
    const shared = await client()
    const key = await integration(shared)
    const reply = await api.patch(`/v1/oauth-clients/${shared.key}`, { scopes: ['{region}'] })
    expect(reply.status).toBe(422)
    expect(reply.body.errors[0]).toMatchObject({ path: '/scopes/0', code: 'unknown_placeholder' })
    expect(reply.body.errors[0].message).toContain(`Integration ${key}`)
  })
})

it('an integration is shown as it was written', async () => {
  const shared = await client()
  const key = await integration(shared, { authorizationParams: { prompt: 'consent' } })
  expect((await api.get(`/v1/integrations/${key}`)).body.auth).toEqual({
    type: 'oauth2',
    client: shared.key,
    authorizationParams: { prompt: 'consent' },
  })
})
