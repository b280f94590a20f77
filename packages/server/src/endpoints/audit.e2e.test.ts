import { canary, findCanaries, type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSallyport, type TestReply, type TestSallyport } from '../sallyport.suite.ts'
import { credentials, keyed, oauth, rest } from './rest.suite.ts'

let sallyport: TestSallyport
let provider: LoopbackProvider
let api: ReturnType<typeof rest>
beforeAll(async () => {
  sallyport = await startSallyport({ SALLYPORT_TRUSTED_PROXIES: '127.0.0.1' })
  provider = await loopbackProvider()
  api = rest(sallyport)
})
afterAll(async () => {
  await sallyport.close()
  await provider.close()
})

const audit = async (query = ''): Promise<TestReply['body'][]> =>
  (await api.get(`/v1/audit?limit=1000${query}`)).body.items
/** Actions on one target, in their order. */
const actionsOn = async (target: string) =>
  (await audit(`&target=${target}`)).map(({ action }) => action).reverse()

test('whatever a key changes is in the audit: who, what, which fields, and from where', async () => {
  const { body: key } = await api.post('/v1/keys', {
    name: 'Deployer',
    scopes: ['integrations:write', 'audit:read'],
  })
  const as = { key: key.key, headers: { 'x-forwarded-for': '192.0.2.9' } }
  const definition = { key: 'told', name: 'Told', ...keyed(provider.origin) }
  expect((await sallyport.request('POST', '/v1/integrations', definition, as)).status).toBe(201)
  await sallyport.request('PATCH', '/v1/integrations/told', { name: 'Renamed' }, as)
  await sallyport.request('DELETE', '/v1/integrations/told', undefined, as)
  const entries = await audit('&target=told')
  expect(entries).toMatchObject(
    ['deleted', 'updated', 'created'].map((what) => ({
      id: expect.stringMatching(/^aud_/),
      // What it is called now, for whoever reads.
      actor: { kind: 'key', id: key.id, name: 'Deployer' },
      address: '192.0.2.9',
      action: `integration.${what}`,
      target: { kind: 'integration', name: 'told' },
    })),
  )
  expect(entries[1].changes).toEqual([{ field: '/name', before: 'Told', after: 'Renamed' }])
  expect((await audit(`&actor=${key.id}`)).length).toBe(3)
  expect((await audit('&action=key.created'))[0]).toMatchObject({
    actor: { kind: 'operator' },
    target: { id: key.id, name: 'Deployer' },
  })
})

test('what was refused, or came to nothing, is not', async () => {
  const before = (await audit()).length
  expect((await api.post('/v1/integrations', { key: 'x' })).status).toBe(422)
  await api.integration({ key: 'once', ...keyed(provider.origin) })
  expect(
    (await api.post('/v1/integrations', { key: 'Once', name: 'O', ...keyed(provider.origin) })).status,
  ).toBe(409)
  expect((await api.remove('/v1/keys/key_absent')).status).toBe(404)
  expect(await audit()).toHaveLength(before + 1)
})

test('every verb leaves its entry, and no secret is in any', async () => {
  const secret = canary('audit')
  const client = { clientSecret: canary('audit-client') }
  await api.integration({ key: 'tokens', ...credentials(provider.origin) })
  await api.integration({ key: 'people', ...oauth(provider.origin, client) })
  const other = canary('audit-other')
  await api.patch('/v1/integrations/people', { auth: { clientSecret: other } })
  const [, update] = (await audit('&target=people')).reverse()
  expect(update.changes).toEqual([{ field: '/auth/clientSecret', secret: true }])

  await api.integration({ key: 'plain', ...keyed(provider.origin) })
  const plain = await api.account('plain', { secret: { token: secret } })
  await api.patch(`/v1/accounts/${plain.id}`, { name: 'Other', secret: { token: canary('audit-next') } })
  await api.post(`/v1/accounts/${plain.id}/disconnect`)
  await api.remove(`/v1/accounts/${plain.id}`)
  expect(await actionsOn(plain.id)).toEqual(
    ['created', 'updated', 'disconnected', 'deleted'].map((what) => `account.${what}`),
  )

  const fetched = await api.account('tokens')
  expect((await api.post(`/v1/accounts/${fetched.id}/token`)).status).toBe(201)
  await api.post(`/v1/accounts/${fetched.id}/renew`)
  expect(await actionsOn(fetched.id)).toEqual([
    'account.created',
    'account.token_read',
    'account.renewal_started',
  ])
  const waiting = await api.account('people')
  await api.post(`/v1/accounts/${waiting.id}/authorize`, {})
  expect(await actionsOn(waiting.id)).toEqual(['account.created', 'account.authorization_started'])

  const hidden = canary('audit-path')
  const hook = (await api.post('/v1/webhooks', { url: `https://hooks.example.com/${hidden}` })).body
  await api.patch(`/v1/webhooks/${hook.id}`, { description: 'Ours' })
  await api.post(`/v1/webhooks/${hook.id}/rotate`)
  await api.remove(`/v1/webhooks/${hook.id}`)
  expect(await actionsOn(hook.id)).toEqual(
    ['created', 'updated', 'rotated', 'deleted'].map((what) => `webhook.${what}`),
  )
  await api.post('/v1/environments', { key: 'staging', name: 'Staging' })
  await api.patch('/v1/environments/staging', { name: 'Stage' })
  await api.remove('/v1/environments/staging')
  expect(await actionsOn('staging')).toEqual(
    ['created', 'updated', 'deleted'].map((what) => `environment.${what}`),
  )
  await api.post('/v1/oauth-clients', {
    key: 'shared',
    name: 'Shared',
    hosts: ['127.0.0.1'],
    authorizationUrl: `${provider.origin}/authorize`,
    tokenUrl: `${provider.origin}/token`,
    clientId: 'client',
    ...client,
  })
  await api.patch('/v1/oauth-clients/shared', { name: 'Ours' })
  await api.remove('/v1/oauth-clients/shared')
  expect(await actionsOn('shared')).toEqual(
    ['created', 'updated', 'deleted'].map((what) => `oauth_client.${what}`),
  )
  expect(findCanaries(JSON.stringify(await audit()))).toEqual([])
})

test('it is read with its own scope, narrowed by time, and a filter that does not exist is refused', async () => {
  const { body: key } = await api.post('/v1/keys', { name: 'Nosy', scopes: ['events:read'] })
  expect((await sallyport.request('GET', '/v1/audit', undefined, { key: key.key })).status).toBe(403)
  const [latest] = await audit()
  expect(await audit(`&since=${latest.at}`)).toContainEqual(latest)
  expect(await audit(`&until=${latest.at}`)).not.toContainEqual(latest)
  expect((await api.get('/v1/audit?colour=red')).status).toBe(422)
})
