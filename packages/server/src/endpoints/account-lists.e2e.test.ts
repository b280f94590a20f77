import { type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSallyport, type TestSallyport } from '../sallyport.suite.ts'
import { keyed, oauth, rest } from './rest.suite.ts'

let sallyport: TestSallyport
let provider: LoopbackProvider
let api: ReturnType<typeof rest>
beforeAll(async () => {
  sallyport = await startSallyport()
  provider = await loopbackProvider()
  api = rest(sallyport)
})
afterAll(async () => {
  await sallyport.close()
  await provider.close()
})

const secret = { token: 'key' }

test('accounts come sorted, page by page, and a cursor is of its own order alone', async () => {
  const integration = await api.integration(keyed(provider.origin))
  for (const name of ['Zoë', 'ada', 'Émile', 'bob'])
    await api.post('/v1/accounts', { integration, name, secret })
  const page = (query: string) =>
    sallyport.request('GET', `/v1/accounts?integration=${integration}&limit=3&${query}`)
  const first = await page('sort=name')
  expect(first.body.items.map(({ name }: { name: string }) => name)).toEqual(['ada', 'bob', 'Zoë'])
  const cursor = first.body.nextCursor
  expect((await page(`sort=name&cursor=${cursor}`)).body).toMatchObject({ items: [{ name: 'Émile' }] })
  const names = (await page('sort=-createdAt')).body.items.map(({ name }: { name: string }) => name)
  expect(names).toEqual(['bob', 'Émile', 'ada'])
  const odd = Buffer.from('["name",5,"acc_1"]').toString('base64url')
  for (const query of [`sort=-name&cursor=${cursor}`, `sort=name&cursor=${odd}`, 'sort=name&cursor=x']) {
    const reply = await page(query)
    expect([reply.status, reply.body.errors[0].path]).toEqual([422, '/cursor'])
  }
  expect((await page('sort=secret')).status).toBe(422)
})

test('accounts are counted by status as they are filtered, and by nobody who does not see them', async () => {
  const integration = await api.integration(keyed(provider.origin, { test: { path: '/me' } }))
  const add = (name: string, token: string, tags = {}) =>
    api.post('/v1/accounts', { integration, name, secret: { token }, tags })
  await Promise.all([add('One', 'key', { team: 'a' }), add('Two', 'key'), add('Three', 'wrong')])
  const counts = async (query: string, options = {}) => {
    const path = `/v1/accounts/counts?integration=${integration}${query}`
    return (await sallyport.request('GET', path, undefined, options)).body
  }
  expect(await counts('')).toMatchObject({
    total: 3,
    byStatus: { connected: 2, needs_reconnect: 1, failing: 0 },
  })
  expect(await counts('&tag.team=a')).toMatchObject({ total: 1 })
  const key = await api.post('/v1/keys', { name: 'A', scopes: ['accounts:read'], tags: { team: 'a' } })
  expect(await counts('', { key: key.body.key })).toMatchObject({ total: 1, byStatus: { connected: 1 } })
})

test('an account says who made it, by the name that they have now', async () => {
  const integration = await api.integration(keyed(provider.origin))
  const key = await api.post('/v1/keys', { name: 'Robot', scopes: ['accounts:write', 'accounts:read'] })
  const input = { integration, name: 'Made', secret }
  const made = await sallyport.request('POST', '/v1/accounts', input, { key: key.body.key })
  const createdBy = { kind: 'key', id: key.body.id, name: 'Robot' }
  expect(made.body.createdBy).toEqual(createdBy)
  expect(
    (await sallyport.request('GET', `/v1/accounts?integration=${integration}`)).body.items,
  ).toMatchObject([{ createdBy }])
  await sallyport.request('DELETE', `/v1/keys/${key.body.id}`)
  expect((await api.read(made.body.id)).createdBy).toEqual({ kind: 'key', id: key.body.id })
})

test('renewals are counted as they went, until now', async () => {
  const integration = await api.integration(oauth(provider.origin, { grant: 'client_credentials' }))
  const { id } = (await api.post('/v1/accounts', { integration, name: 'Renewed' })).body
  const sum = async () => {
    const { parts } = (await sallyport.request('GET', '/v1/accounts/renewals?hours=1')).body
    expect(parts).toHaveLength(24)
    const total = (name: 'renewed' | 'failed') =>
      parts.reduce((all: number, part: Record<typeof name, number>) => all + part[name], 0)
    return [total('renewed'), total('failed')]
  }
  const [renewed = 0, failed = 0] = await sum()
  await sallyport.request('POST', `/v1/accounts/${id}/renew`)
  provider.script('POST /token', { status: 400, body: '{"error":"invalid_client"}' }, { times: 1 })
  await sallyport.request('POST', `/v1/accounts/${id}/renew`)
  expect(await sum()).toEqual([renewed + 1, failed + 1])
})

test('what a form has to ask for is told of each integration', async () => {
  const parameters = [{ name: 'region', label: 'Region', choices: ['eu', 'us'], required: true }]
  const integration = await api.integration(keyed(provider.origin, { name: 'Maps', parameters }))
  const form = await sallyport.request('GET', `/v1/integrations/${integration}/account-form`)
  expect(form.body).toEqual({
    ...{ integration, name: 'Maps', connects: 'given', parameters, canBeTried: false, tokens: [] },
    secret: [{ name: 'token', label: 'API token', required: true, multiline: false, shown: false }],
  })
  expect((await sallyport.request('GET', '/v1/integrations/absent/account-form')).status).toBe(404)
})
