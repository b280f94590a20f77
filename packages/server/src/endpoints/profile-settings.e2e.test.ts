import { type FakeClock, fakeClock, type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSallyport, type TestReply, type TestSallyport } from '../sallyport.suite.ts'
import { shops } from './apps.suite.ts'
import { credentials } from './rest.suite.ts'

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
const call = (path: string, key?: string) =>
  sallyport.request('GET', path, undefined, key === undefined ? {} : { key })
const region = () => provider.received('ANY /keyed/*').at(-1)?.headers['x-region']

describe('a definition that asks for settings of a profile', () => {
  it('is called with those of the caller’s profile, each apart though the account is one, and with changes within a second', async () => {
    const shop = await api.shop({ request: { headers: { 'X-Region': '{profile.region}' } } })
    await api.bind(shop, 'dev', { region: 'eu' })
    await api.post(`${api.place(shop.app, 'dev')}/copy`, { to: 'other' })
    const place = { environment: 'development', bindings: { crm: shop.accounts.development } }
    const put = (name: string, settings: object) =>
      sallyport.request('PUT', api.place(shop.app, name), { ...place, settings })
    await put('other', { region: 'us' })
    const [dev, other] = [await api.keyOf(shop.app, 'dev'), await api.keyOf(shop.app, 'other')]
    const seen: unknown[] = []
    for (const key of [dev, other, dev]) {
      expect((await call('/proxy/crm/me', key)).status).toBe(200)
      seen.push(region())
    }
    expect(seen).toEqual(['eu', 'us', 'eu'])
    await put('dev', { region: 'ap' })
    clock.advance(1000)
    await call(`/proxy/${shop.accounts.development}/me`, dev)
    expect(region()).toBe('ap')
  })

  it('is refused where there is no profile, or no such setting, which is named; nothing is sent', async () => {
    const shop = await api.shop({ request: { headers: { 'X-Region': '{profile.region}' } } })
    await api.bind(shop, 'dev', { size: '1' })
    const key = await api.keyOf(shop.app, 'dev')
    provider.forget()
    for (const reply of [
      await call('/proxy/crm/me', key),
      await call(`/proxy/${shop.accounts.development}/me`),
    ]) {
      expect(problem(reply)).toEqual([409, 'profile_setting_missing'])
      expect(reply.body.detail).toContain('{profile.region}')
    }
    expect(provider.received()).toEqual([])
  })

  it('keeps the settings of its profile when the token is renewed on the way', async () => {
    const integration = await api.integration(
      credentials(provider.origin, {}, { request: { headers: { 'X-Region': '{profile.region}' } } }),
    )
    const { id } = await api.account(integration)
    await api.post('/v1/apps', { key: 'renewing', name: 'x', adapters: [{ name: 'api', integration }] })
    await sallyport.request('PUT', api.place('renewing', 'dev'), {
      environment: 'development',
      bindings: { api: id },
      settings: { region: 'eu' },
    })
    const key = await api.keyOf('renewing', 'dev')
    provider.forgetAccessTokens()
    expect((await call('/proxy/api/me', key)).status).toBe(200)
    clock.advance(3_500_000)
    expect((await call('/proxy/api/me', key)).status).toBe(200)
    const calls = provider.received('ANY /api/*')
    expect(calls.map(({ headers }) => headers['x-region'])).toEqual(['eu', 'eu', 'eu'])
  })
})
