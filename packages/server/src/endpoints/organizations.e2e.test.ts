import { type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codeDefinition, person } from '../authorization.suite.ts'
import { startSallyport, type TestReply, type TestSallyport } from '../sallyport.suite.ts'
import { keyed, rest } from './rest.suite.ts'

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

const by = (key: string, method: string, path: string, body?: unknown) =>
  sallyport.request(method, path, body, { key })

async function newOrganization(name: string): Promise<TestReply['body']> {
  const reply = await api.post('/v1/organizations', { name })
  expect(reply.status, reply.text).toBe(201)
  return reply.body
}

/** An integration and an account of an organization. */
async function connected(key: string): Promise<string> {
  const definition = { key: 'api', name: 'API', ...keyed(provider.origin) }
  expect((await by(key, 'POST', '/v1/integrations', definition)).status).toBe(201)
  const account = { integration: 'api', name: 'One', secret: { token: 'key' } }
  return (await by(key, 'POST', '/v1/accounts', account)).body.id
}

test('an organization comes with environments and a key that may do everything in it, and nothing elsewhere', async () => {
  const { id, key, ...shown } = await newOrganization('Acme')
  expect(id).toMatch(/^org_/)
  expect(shown).toMatchObject({ name: 'Acme', operator: false, suspended: false })
  const account = await connected(key)
  expect((await by(key, 'GET', `/proxy/${account}/me`)).status).toBe(200)
  expect((await by(key, 'GET', '/v1/environments')).body.items).toHaveLength(3)
  expect((await api.get('/v1/integrations')).body.items).toEqual([])
  expect((await api.get(`/v1/accounts/${account}`)).status).toBe(404)
  expect((await api.get(`/proxy/${account}/me`)).status).toBe(404)
})

test('only the operator makes and lists organizations; others read and rename their own', async () => {
  const { id, key } = await newOrganization('Own')
  const other = await newOrganization('Other')
  expect((await by(key, 'POST', '/v1/organizations', { name: 'X' })).status).toBe(404)
  expect((await by(key, 'GET', '/v1/organizations')).status).toBe(404)
  expect((await by(key, 'DELETE', `/v1/organizations/${id}`)).status).toBe(404)
  expect((await by(key, 'PATCH', `/v1/organizations/${id}`, { name: 'Mine' })).body.name).toBe('Mine')
  expect((await by(key, 'GET', `/v1/organizations/${id}`)).body).toMatchObject({ id, name: 'Mine' })
  expect((await by(key, 'PATCH', `/v1/organizations/${id}`, { suspended: true })).status).toBe(403)
  expect((await by(key, 'GET', `/v1/organizations/${other.id}`)).status).toBe(404)
  const listed = (await api.get('/v1/organizations')).body.items
  expect(listed[0]).toMatchObject({ operator: true })
  expect(listed.map((each: TestReply['body']) => each.id)).toEqual(expect.arrayContaining([id, other.id]))
})

test('a key that is bound to accounts makes no organization, and with it a key that is not', async () => {
  const { body } = await api.post('/v1/keys', {
    name: 'Bound',
    scopes: ['organization:admin'],
    accounts: ['acc_1'],
  })
  expect((await by(body.key, 'POST', '/v1/organizations', { name: 'X' })).body.code).toBe('scope_missing')
})

test('a suspended organization is refused everywhere, keeps its data, and goes on when it is resumed', async () => {
  const { id, key } = await newOrganization('Late')
  const account = await connected(key)
  const places = [`/v1/accounts/${account}`, `/proxy/${account}/me`]
  for (const path of places) expect((await by(key, 'GET', path)).status).toBe(200)
  const { body } = await api.patch(`/v1/organizations/${id}`, { suspended: true })
  expect(body).toMatchObject({ suspended: true, suspendedAt: expect.any(String) })
  for (const path of places) {
    const reply = await by(key, 'GET', path)
    expect([reply.status, reply.body.code]).toEqual([403, 'organization_suspended'])
  }
  expect((await api.patch(`/v1/organizations/${id}`, { suspended: false })).body.suspended).toBe(false)
  for (const path of places) expect((await by(key, 'GET', path)).status).toBe(200)
})

test('an authorization of a suspended organization neither starts nor ends, and goes on when it is resumed', async () => {
  const { id, key } = await newOrganization('Under way')
  const suspend = (suspended: boolean) => api.patch(`/v1/organizations/${id}`, { suspended })
  await by(key, 'POST', '/v1/integrations', codeDefinition(provider))
  const account = (await by(key, 'POST', '/v1/accounts', { integration: 'loop', name: 'One' })).body.id
  const url = (await by(key, 'POST', `/v1/accounts/${account}/authorize`, {})).body.authorizationUrl
  const browser = person()
  await suspend(true)
  expect((await browser.get(url)).status).toBe(400)
  await suspend(false)
  const callback = await browser.toCallback(url)
  await suspend(true)
  expect((await browser.get(callback)).status).toBe(400)
  expect(provider.received('POST /token')).toHaveLength(0)
  await suspend(false)
  expect((await browser.get(callback)).status).toBe(303)
  expect((await by(key, 'GET', `/v1/accounts/${account}`)).body.status).toBe('connected')
})

test('only a suspended organization is deleted, with all that it holds, and never the operator’s', async () => {
  const { id, key } = await newOrganization('Gone')
  await connected(key)
  const path = `/v1/organizations/${id}`
  expect((await api.remove(path)).body.code).toBe('organization_active')
  await api.patch(path, { suspended: true })
  expect((await api.remove(path)).status).toBe(204)
  expect((await api.get(path)).status).toBe(404)
  expect((await by(key, 'GET', '/v1/accounts')).body.code).toBe('key_invalid')
  const [first] = (await api.get('/v1/organizations')).body.items
  expect((await api.remove(`/v1/organizations/${first.id}`)).body.code).toBe('organization_of_operator')
  const suspension = await api.patch(`/v1/organizations/${first.id}`, { suspended: true })
  expect(suspension.body.code).toBe('organization_of_operator')
  const told = (await api.get(`/v1/audit?target=${id}`)).body.items
  expect(told.map((entry: TestReply['body']) => entry.action)).toEqual([
    'organization.deleted',
    'organization.updated',
    'organization.created',
  ])
})
