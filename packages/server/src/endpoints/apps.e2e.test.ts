import { type FakeClock, fakeClock, type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSallyport, type TestReply, type TestSallyport } from '../sallyport.suite.ts'
import { environmentOf, shops } from './apps.suite.ts'
import { keyed, newKey } from './rest.suite.ts'

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

const put = (path: string, body: unknown) => sallyport.request('PUT', path, body)
const problem = ({ status, body }: TestReply) => [status, body.code]
const faults = ({ body }: TestReply) =>
  body.errors.map(({ path, code }: Record<string, string>) => [path, code])

/** Whose account the latest call came with. */
const tenant = () => provider.received('ANY /keyed/*').at(-1)?.headers['x-tenant']

describe('an app', () => {
  it('starts with profiles dev, qa and prod, of the environments that every organization has', async () => {
    await api.remove('/v1/environments/qa')
    const made = await api.post('/v1/apps', { key: 'Store', name: 'The store' })
    expect(made.status, made.text).toBe(201)
    expect(made.body).toMatchObject({ key: 'Store', name: 'The store', adapters: [] })
    expect(made.body.profiles).toEqual([
      { name: 'dev', environment: 'development', unbound: [] },
      { name: 'qa', environment: 'qa', unbound: [] },
      { name: 'prod', environment: 'production', unbound: [] },
    ])
    expect((await api.get('/v1/environments/qa')).status).toBe(200)
    expect((await api.get('/v1/apps/sTORE')).body).toEqual(made.body)
    expect((await api.get('/v1/apps?limit=1000')).body.items).toContainEqual(made.body)
    expect(problem(await api.post('/v1/apps', { key: 'STORE', name: 'x' }))).toEqual([409, 'key_taken'])
    expect((await api.remove('/v1/apps/store')).status).toBe(204)
    expect((await api.get('/v1/apps/store')).status).toBe(404)
  })

  it('has each fault of its adapters named at once', async () => {
    const { integration } = await api.shop()
    const adapters = [
      { name: 'a', integration },
      { name: 'A', integration: 'nowhere' },
      { name: 'b', integration: 'nowhere' },
    ]
    expect(faults(await api.post('/v1/apps', { key: newKey(), name: 'x', adapters }))).toEqual([
      ['/adapters/1/name', 'repeated'],
      ['/adapters/1/integration', 'unknown_integration'],
      ['/adapters/2/integration', 'unknown_integration'],
    ])
    const odd = { key: 'a-b', adapters: [{ name: 'x y', integration, extra: 1 }], organizationId: 'org_1' }
    expect(
      faults(await api.post('/v1/apps', odd))
        .map(([path]: string[]) => path)
        .sort(),
    ).toEqual(['/adapters/0/extra', '/adapters/0/name', '/key', '/name', '/organizationId'])
  })

  it('keeps bindings of adapters that stay when it changes, and says what is not bound any more', async () => {
    const shop = await api.shop()
    await api.bind(shop, 'dev')
    const { integration } = shop
    const adapters = [
      { name: 'mail', integration },
      { name: 'CRM', integration, description: 'Customers' },
    ]
    const changed = await api.patch(`/v1/apps/${shop.app}`, { adapters })
    expect(changed.body.adapters).toEqual([adapters[0], adapters[1]])
    expect(changed.body.profiles[0]).toEqual({ name: 'dev', environment: 'development', unbound: ['mail'] })
    const { body } = await api.get(api.place(shop.app, 'DEV'))
    expect(body).toMatchObject({ bindings: { CRM: shop.accounts.development }, unbound: ['mail'] })
    const other = await api.integration(keyed(provider.origin))
    const moved = await api.patch(`/v1/apps/${shop.app}`, { adapters: [{ name: 'crm', integration: other }] })
    expect(moved.body.profiles[0].unbound).toEqual(['crm'])
  })

  it('calls an adapter by another name and keeps what profiles bind it to; calls know the new name alone', async () => {
    const shop = await api.shop()
    await api.bind(shop, 'dev')
    const key = await api.keyOf(shop.app, 'dev')
    const call = (path: string) => sallyport.request('GET', path, undefined, { key })
    expect((await call('/proxy/crm/me')).status).toBe(200)
    const rename = (from: string, to: string) =>
      api.post(`/v1/apps/${shop.app}/adapters/${from}/rename`, { to })
    const renamed = await rename('CRM', 'Sales')
    expect([renamed.status, renamed.body.adapters]).toEqual([
      201,
      [{ name: 'Sales', integration: shop.integration }],
    ])
    expect(renamed.body.profiles[0]).toMatchObject({ name: 'dev', unbound: [] })
    clock.advance(1000)
    expect([(await call('/proxy/sales/me')).status, tenant()]).toEqual([200, 'development'])
    expect(problem(await call('/proxy/crm/me'))).toEqual([404, 'adapter_unknown'])
    await api.patch(`/v1/apps/${shop.app}`, {
      adapters: [...renamed.body.adapters, { name: 'mail', integration: shop.integration }],
    })
    expect(faults(await rename('mail', 'SALES'))).toEqual([['/to', 'repeated']])
    expect(problem(await rename('crm', 'other'))).toEqual([404, 'not_found'])
    expect((await rename('sales', 'SALES')).body.adapters[0].name).toBe('SALES')
  })

  it('lists the accounts that its profiles bind, and no others', async () => {
    const shop = await api.shop()
    await api.bind(shop, 'dev')
    await api.bind(shop, 'prod')
    const list = async (query: string) =>
      (await api.get(`/v1/accounts?${query}`)).body.items.map(({ id }: { id: string }) => id).sort()
    const { development, production } = shop.accounts
    // At one moment, ids are in any order.
    expect(await list(`app=${shop.app}`)).toEqual([development, production].sort())
    expect(await list(`app=${shop.app.toUpperCase()}&environment=production`)).toEqual([
      shop.accounts.production,
    ])
    expect(await list('app=nowhere')).toEqual([])
  })
})

describe('a profile', () => {
  it('binds each adapter to an account of its environment, and has every fault named at once', async () => {
    const shop = await api.shop()
    const other = await api.account(await api.integration(keyed(provider.origin)), {
      secret: { token: 'key' },
    })
    const wrong = {
      environment: 'development',
      bindings: { crm: shop.accounts.production, none: shop.accounts.development, 'a/b': 'acc_0' },
      settings: { 'not a name': 'x' },
    }
    expect(faults(await put(api.place(shop.app, 'dev'), wrong))).toEqual([
      ['/settings/not a name', 'invalid_name'],
    ])
    expect(faults(await put(api.place(shop.app, 'dev'), { ...wrong, settings: {} }))).toEqual([
      ['/bindings/crm', 'other_environment'],
      ['/bindings/none', 'unknown_adapter'],
      ['/bindings/a~1b', 'unknown_adapter'],
      ['/bindings/a~1b', 'unknown_account'],
    ])
    const elsewhere = { environment: 'nowhere', bindings: { crm: other.id, CRM: other.id } }
    expect(faults(await put(api.place(shop.app, 'dev'), elsewhere))).toEqual([
      ['/environment', 'unknown_environment'],
      ['/bindings/crm', 'other_integration'],
      ['/bindings/CRM', 'repeated'],
      ['/bindings/CRM', 'other_integration'],
    ])
    expect((await api.get(api.place(shop.app, 'dev'))).body).toMatchObject({ bindings: {}, settings: {} })
  })

  it('is made of any name in any environment, read in any case, and deleted', async () => {
    const shop = await api.shop()
    await api.post('/v1/environments', { key: 'staging', name: 'Staging' })
    clock.advance(1000)
    const made = await put(api.place(shop.app, 'Stage2'), { environment: 'STAGING', bindings: {} })
    expect([made.status, made.body]).toMatchObject([
      200,
      { name: 'Stage2', environment: 'staging', unbound: ['crm'] },
    ])
    expect((await api.get(api.place(shop.app, 'sTAGE2'))).body).toEqual(made.body)
    const { body } = await api.get(`/v1/apps/${shop.app}/profiles`)
    expect(body.items.map(({ name }: { name: string }) => name)).toEqual(['dev', 'qa', 'prod', 'Stage2'])
    const inUse = await api.remove('/v1/environments/staging')
    expect([problem(inUse), inUse.body.apps]).toEqual([
      [409, 'environment_in_use'],
      [{ key: shop.app, profile: 'Stage2' }],
    ])
    expect((await api.remove(api.place(shop.app, 'stage2'))).status).toBe(204)
    expect((await api.remove(api.place(shop.app, 'stage2'))).status).toBe(404)
    expect((await api.remove('/v1/environments/staging')).status).toBe(204)
  })

  it('is called by another name with its bindings and its keys, unless that name is taken', async () => {
    const shop = await api.shop()
    await api.bind(shop, 'dev', { region: 'eu' })
    const key = await api.keyOf(shop.app, 'dev')
    const rename = (from: string, to: string) => api.post(`${api.place(shop.app, from)}/rename`, { to })
    expect(faults(await rename('dev', 'PROD'))).toEqual([['/to', 'repeated']])
    const renamed = await rename('DEV', 'test')
    expect([renamed.status, renamed.body]).toMatchObject([
      201,
      {
        ...{ name: 'test', environment: 'development', settings: { region: 'eu' } },
        bindings: { crm: shop.accounts.development },
      },
    ])
    expect((await api.get(api.place(shop.app, 'dev'))).status).toBe(404)
    clock.advance(1000)
    const call = await sallyport.request('GET', '/proxy/crm/me', undefined, { key })
    expect([call.status, tenant()]).toEqual([200, 'development'])
    const { items } = (await api.get(`/v1/keys?app=${shop.app}`)).body
    expect(items).toMatchObject([{ name: 'dev', app: shop.app, profile: 'test' }])
    expect(problem(await rename('dev', 'dev2'))).toEqual([404, 'not_found'])
  })

  it('has its keys listed by app and profile', async () => {
    const shop = await api.shop()
    await api.keyOf(shop.app, 'dev', { name: 'one' })
    await api.keyOf(shop.app, 'prod', { name: 'two' })
    const names = async (query: string) =>
      (await api.get(`/v1/keys?${query}`)).body.items.map(({ name }: { name: string }) => name).sort()
    expect(await names(`app=${shop.app}`)).toEqual(['one', 'two'])
    expect(await names(`app=${shop.app}&profile=PROD`)).toEqual(['two'])
    expect(await names(`app=${shop.app}&profile=qa`)).toEqual([])
    expect(await names('app=nowhere')).toEqual([])
    expect(faults(await api.get('/v1/keys?profile=dev'))).toEqual([['/app', 'required']])
    const { app } = shop
    const key = await api.keyOf(app, 'dev', { name: 'reader', scopes: ['keys:write'] })
    const seen = await sallyport.request('GET', `/v1/keys?app=${app}&profile=prod`, undefined, { key })
    expect(seen.body.items).toEqual([])
  })

  it('is copied with its bindings within its environment, and without them to another', async () => {
    const shop = await api.shop()
    await api.bind(shop, 'dev', { region: 'eu' })
    const copy = await api.post(`${api.place(shop.app, 'dev')}/copy`, { to: 'dev2' })
    expect([copy.status, copy.body]).toMatchObject([
      201,
      { name: 'dev2', environment: 'development', bindings: { crm: shop.accounts.development } },
    ])
    const across = await api.post(`${api.place(shop.app, 'dev')}/copy`, { to: 'PROD' })
    expect(across.body).toMatchObject({
      name: 'prod',
      environment: 'production',
      bindings: {},
      settings: { region: 'eu' },
      unbound: ['crm'],
    })
    const same = await api.post(`${api.place(shop.app, 'dev')}/copy`, { to: 'Dev' })
    expect(faults(same)).toEqual([['/to', 'same_profile']])
  })

  it('is promoted: settings go along, bindings stay, and what is not bound is named', async () => {
    const shop = await api.shop()
    await api.bind(shop, 'dev', { region: 'eu', size: '2' })
    await api.bind(shop, 'qa', { region: 'us' })
    const promote = (to: string) => api.post(`${api.place(shop.app, 'dev')}/promote`, { to })
    expect((await promote('qa')).body).toMatchObject({
      environment: 'qa',
      bindings: { crm: shop.accounts.qa },
      settings: { region: 'eu', size: '2' },
      unbound: [],
    })
    const prod = await promote('prod')
    expect([prod.status, prod.body]).toMatchObject([
      201,
      { environment: 'production', bindings: {}, settings: { region: 'eu' }, unbound: ['crm'] },
    ])
    expect(faults(await promote('nowhere'))).toEqual([['/to', 'unknown_profile']])
  })

  it('is compared with another one: accounts, environments, and the settings that differ', async () => {
    const shop = await api.shop()
    await api.bind(shop, 'dev', { same: '1', constructor: 'x', region: 'eu' })
    await api.bind(shop, 'qa', { same: '1', region: 'us' })
    const diff = await api.get(`${api.place(shop.app, 'dev')}/diff?with=qa`)
    const adapter = { name: 'crm', integration: shop.integration }
    const account = (id: string) => ({ id, name: 'An account' })
    expect([diff.status, diff.body]).toEqual([
      200,
      {
        from: { profile: 'dev', environment: 'development' },
        with: { profile: 'qa', environment: 'qa' },
        adapters: [
          {
            ...adapter,
            state: 'other_account',
            from: account(shop.accounts.development),
            with: account(shop.accounts.qa),
          },
        ],
        settings: [
          { name: 'constructor', from: 'x' },
          { name: 'region', from: 'eu', with: 'us' },
        ],
      },
    ])
    const unbound = await api.get(`${api.place(shop.app, 'dev')}/diff?with=prod`)
    expect(unbound.body.adapters).toEqual([
      { ...adapter, state: 'only_from', from: account(shop.accounts.development) },
    ])
    expect(faults(await api.get(`${api.place(shop.app, 'dev')}/diff?with=none`))).toEqual([
      ['/with', 'unknown_profile'],
    ])
  })

  it('with keys is not deleted nor moved, and its users are named to whoever deletes what it stands on', async () => {
    const shop = await api.shop()
    await api.bind(shop, 'dev')
    await api.keyOf(shop.app, 'dev', { name: 'The shop’s key' })
    const moved = { environment: 'qa', bindings: {} }
    for (const reply of [
      await api.remove(api.place(shop.app, 'dev')),
      await api.remove(`/v1/apps/${shop.app}`),
      await put(api.place(shop.app, 'dev'), moved),
    ]) {
      expect([problem(reply), reply.body.keys]).toEqual([
        [409, 'profile_in_use'],
        [{ id: expect.stringMatching(/^key_/), name: 'The shop’s key' }],
      ])
    }
    const account = await api.remove(`/v1/accounts/${shop.accounts.development}`)
    expect([problem(account), account.body.apps]).toEqual([
      [409, 'account_in_use'],
      [{ key: shop.app, adapter: 'crm', profile: 'dev' }],
    ])
    const integration = await api.remove(`/v1/integrations/${shop.integration}?cascade=true`)
    expect([problem(integration), integration.body.apps]).toEqual([
      [409, 'integration_in_use'],
      [{ key: shop.app, adapter: 'crm' }],
    ])
    expect((await api.read(shop.accounts.qa)).status).toBe('connected')
  })
})

describe('the way from dev to prod', () => {
  it('changes a key and nothing else', async () => {
    const shop = await api.shop()
    const calls: unknown[] = []
    for (const profile of ['dev', 'qa', 'prod'] as const) {
      await api.bind(shop, profile)
      const key = await api.keyOf(shop.app, profile)
      expect(key).toMatch(new RegExp(`^sp_${environmentOf[profile]}_`))
      const reply = await sallyport.request('GET', '/proxy/crm/me', undefined, { key })
      calls.push([reply.status, tenant()])
    }
    expect(calls).toEqual([
      [200, 'development'],
      [200, 'qa'],
      [200, 'production'],
    ])
  })
})

describe('a call by adapter', () => {
  it('is the bound account’s, in any case of its name, and a new binding holds within a second', async () => {
    const shop = await api.shop()
    await api.bind(shop, 'dev')
    const key = await api.keyOf(shop.app, 'dev')
    const call = (path: string) => sallyport.request('GET', path, undefined, { key })
    expect([(await call('/proxy/CrM/me')).status, tenant()]).toEqual([200, 'development'])
    expect([(await call(`/proxy/${shop.accounts.development}/me`)).status, tenant()]).toEqual([
      200,
      'development',
    ])
    const next = await api.account(shop.integration, {
      parameters: { tenant: 'next' },
      secret: { token: 'key' },
    })
    await put(api.place(shop.app, 'dev'), { environment: 'development', bindings: { crm: next.id } })
    clock.advance(1000)
    expect([(await call('/proxy/crm/me')).status, tenant()]).toEqual([200, 'next'])
    expect(problem(await call(`/proxy/${shop.accounts.development}/me`))).toEqual([404, 'not_found'])
  })

  it('says whose move it is where it cannot be made', async () => {
    const shop = await api.shop()
    await api.bind(shop, 'dev')
    const key = await api.keyOf(shop.app, 'prod')
    provider.forget()
    const call = async (path: string, by?: string) =>
      problem(await sallyport.request('GET', path, undefined, by === undefined ? {} : { key: by }))
    expect(await call('/proxy/crm/me')).toEqual([400, 'profile_required'])
    expect(await call('/proxy/crm/me', key)).toEqual([409, 'adapter_unbound'])
    expect(await call('/proxy/erp/me', key)).toEqual([404, 'adapter_unknown'])
    expect(await call(`/proxy/${shop.accounts.production}/me`, key)).toEqual([404, 'not_found'])
    expect(await call('/sftp/crm/x', key)).toEqual([409, 'adapter_unbound'])
    expect(provider.received()).toEqual([])
  })
})
