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
