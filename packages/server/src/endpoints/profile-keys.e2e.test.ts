import { type FakeClock, fakeClock, type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSallyport, type TestReply, type TestSallyport } from '../sallyport.suite.ts'
import { shops } from './apps.suite.ts'

let clock: FakeClock
let sallyport: TestSallyport
let provider: LoopbackProvider
let api: ReturnType<typeof shops>
beforeAll(async () => {
  clock = fakeClock()
  sallyport = await startSallyport({}, undefined, clock)
  provider = await loopbackProvider({ clock })
  api = shops(sallyport, provider.origin)
})
afterAll(async () => {
  await sallyport.close()
  await provider.close()
})

const problem = ({ status, body }: TestReply) => [status, body.code]
const faults = ({ body }: TestReply) =>
  body.errors.map(({ path, code }: Record<string, string>) => [path, code])

describe('a key of a profile', () => {
  it('sees accounts of its environment alone: those of another answer as absent', async () => {
    const shop = await api.shop()
    await api.bind(shop, 'dev')
    const scopes = [
      'proxy:call',
      'accounts:read',
      'accounts:write',
      'accounts:connect',
      'tokens:read',
      'events:read',
      'apps:read',
      'apps:write',
      'keys:write',
    ]
    const key = await api.keyOf(shop.app, 'dev', { scopes })
    const as = (method: string, path: string, body?: unknown) =>
      sallyport.request(method, path, body, { key })
    expect((await as('GET', `/v1/accounts/${shop.accounts.development}`)).status).toBe(200)
    const absent = `acc_${'0'.repeat(shop.accounts.production.length - 4)}`
    for (const [method, path, body] of [
      ['GET', '/v1/accounts/{id}', undefined],
      ['PATCH', '/v1/accounts/{id}', { name: 'x' }],
      ['DELETE', '/v1/accounts/{id}', undefined],
      ['POST', '/v1/accounts/{id}/test', undefined],
      ['POST', '/v1/accounts/{id}/token', {}],
      ['POST', '/v1/accounts/{id}/renew', undefined],
      ['POST', '/v1/accounts/{id}/authorize', {}],
      ['POST', '/v1/accounts/{id}/confirm', { result: 'x' }],
      ['GET', '/v1/accounts/{id}/traces', undefined],
      ['POST', '/v1/accounts/{id}/diagnose', undefined],
      ['POST', '/v1/accounts/{id}/disconnect', undefined],
      ['GET', '/proxy/{id}/me', undefined],
      ['GET', '/sftp/{id}/', undefined],
    ] as const) {
      const [other, none] = [
        await as(method, path.replace('{id}', shop.accounts.production), body),
        await as(method, path.replace('{id}', absent), body),
      ]
      expect([path, other.status]).toEqual([path, 404])
      expect({ ...other.body, requestId: '' }).toEqual({ ...none.body, requestId: '' })
    }
    const ids = ({ body }: TestReply) => body.items.map(({ id }: { id: string }) => id)
    expect(ids(await as('GET', '/v1/accounts?limit=1000'))).not.toContain(shop.accounts.production)
    expect(ids(await as('GET', '/v1/accounts?environment=production'))).toEqual([])
    await sallyport.request('GET', `/proxy/${shop.accounts.production}/me`)
    const told = (await as('GET', '/v1/events?limit=1000')).body.items
    expect(told.length).toBeGreaterThan(0)
    expect(JSON.stringify(told)).not.toContain(shop.accounts.production)
    const made = await as('POST', '/v1/accounts', {
      integration: shop.integration,
      name: 'x',
      environment: 'production',
      parameters: { tenant: 'x' },
    })
    expect(faults(made)).toEqual([['/environment', 'unknown_environment']])
    expect((await as('GET', api.place(shop.app, 'prod'))).status).toBe(404)
    const theirs = { environment: 'production', bindings: {} }
    expect((await as('PUT', api.place(shop.app, 'prod'), theirs)).status).toBe(404)
    expect(faults(await as('PUT', api.place(shop.app, 'new'), theirs))).toEqual([
      ['/environment', 'unknown_environment'],
    ])
    expect(problem(await as('DELETE', `/v1/apps/${shop.app}`))).toEqual([403, 'scope_missing'])
    expect((await as('GET', `/v1/apps/${shop.app}`)).body.profiles).toHaveLength(1)
    expect((await as('GET', '/v1/environments')).body.items).toMatchObject([{ key: 'development' }])
  })

  it('is made for a profile that there is, in its own environment', async () => {
    const { app } = await api.shop()
    const ask = async (fields: object) =>
      faults(await api.post('/v1/keys', { name: 'x', scopes: ['proxy:call'], ...fields }))
    expect(await ask({ app, profile: 'none' })).toEqual([['/profile', 'unknown_profile']])
    expect(await ask({ app: 'none', profile: 'dev' })).toEqual([['/app', 'unknown_app']])
    expect(await ask({ profile: 'dev' })).toEqual([['/app', 'required']])
    expect(await ask({ app })).toEqual([['/profile', 'required']])
    expect(await ask({ app, profile: 'dev', environment: 'qa' })).toEqual([
      ['/environment', 'other_environment'],
    ])
    expect(await ask({ environment: 'none' })).toEqual([['/environment', 'unknown_environment']])
    const made = await api.post('/v1/keys', { name: 'x', scopes: ['proxy:call'], app, profile: 'DEV' })
    expect(made.body).toMatchObject({ app, profile: 'dev', environment: 'development' })
    const { key: _, ...shown } = made.body
    expect((await api.get(`/v1/keys/${made.body.id}`)).body).toEqual(shown)
  })

  it('makes keys of its own profile alone, and does not see others', async () => {
    const { app } = await api.shop()
    const key = await api.keyOf(app, 'dev', { scopes: ['keys:write', 'proxy:call'] })
    const other = await api.post('/v1/keys', { name: 'x', scopes: ['proxy:call'] })
    const as = (method: string, path: string, body?: unknown) =>
      sallyport.request(method, path, body, { key })
    const heir = await as('POST', '/v1/keys', { name: 'heir', scopes: ['proxy:call'] })
    expect(heir.body).toMatchObject({ app, profile: 'dev', environment: 'development' })
    for (const [fields, path] of [
      [{ app, profile: 'prod' }, '/profile'],
      [{ environment: 'production' }, '/environment'],
    ] as const) {
      const reply = await as('POST', '/v1/keys', { name: 'x', scopes: ['proxy:call'], ...fields })
      expect([reply.status, faults(reply)[0][0]]).toEqual([422, path])
    }
    expect((await as('GET', `/v1/keys/${other.body.id}`)).status).toBe(404)
    expect((await as('DELETE', `/v1/keys/${other.body.id}`)).status).toBe(404)
    const names = (await as('GET', '/v1/keys')).body.items.map(({ name }: { name: string }) => name)
    expect(names.sort()).toEqual(['dev', 'heir'])
  })
})
