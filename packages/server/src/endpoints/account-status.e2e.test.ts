import {
  type FakeClock,
  fakeClock,
  faults,
  type LoopbackProvider,
  loopbackProvider,
} from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort, startSallyport, type TestSallyport } from '../sallyport.suite.ts'
import { basic, credentials, keyed, oauth, rest } from './rest.suite.ts'

let clock: FakeClock
let sallyport: TestSallyport
let provider: LoopbackProvider
let api: ReturnType<typeof rest>
beforeAll(async () => {
  clock = fakeClock()
  sallyport = await startSallyport({}, undefined, clock)
  provider = await loopbackProvider({ clock })
  api = rest(sallyport)
})
afterAll(async () => {
  await sallyport.close()
  await provider.close()
})

const test = { path: '/me' }
const inHours = (hours: number) => new Date(clock.now() + hours * 3_600_000).toISOString()

describe('an account that is made', () => {
  it('is pending where a person has to authorize it', async () => {
    const made = await api.account(await api.integration(oauth(provider.origin)))
    expect(made).toMatchObject({ status: 'pending', generation: 0, secretsSet: [], scopes: [] })
    expect(made).not.toHaveProperty('expiresAt')
    const call = await api.get(`/proxy/${made.id}/me`)
    expect([call.status, call.body.code]).toEqual([409, 'account_pending'])
    expect(provider.received('ANY /api/*')).toEqual([])
  })

  it('is connected where its secret passes the trial, or there is none', async () => {
    const secret = { token: 'key' }
    const tried = await api.account(await api.integration(keyed(provider.origin, { test })), { secret })
    const untried = await api.account(await api.integration(keyed(provider.origin)), { secret })
    for (const made of [tried, untried]) {
      expect(made).toMatchObject({ status: 'connected', generation: 1, secretsSet: ['/secret/token'] })
      expect(made).not.toHaveProperty('reason')
    }
  })

  it('is connected with its first token where no person is needed', async () => {
    const made = await api.account(await api.integration(credentials(provider.origin, { scopes: ['read'] })))
    expect(made).toMatchObject({
      status: 'connected',
      generation: 1,
      scopes: ['read'],
      expiresAt: inHours(1),
    })
    // At a random moment before a call would have to wait for it.
    expect(made.nextRenewalAt <= inHours(0.5)).toBe(true)
    expect(made.nextRenewalAt >= inHours(0.25)).toBe(true)
    expect((await api.get(`/proxy/${made.id}/me`)).body.tokenNumber).toBe(1)
  })

  it('needs to be reconnected where the API does not accept its secret', async () => {
    const key = await api.integration(basic(provider.origin, { test }))
    const made = await api.account(key, { secret: { username: 'user', password: 'wrong' } })
    expect(made).toMatchObject({ status: 'needs_reconnect', reason: 'rejected', generation: 1 })
    expect(made.reasonDetail).toContain('401')
    const call = await api.get(`/proxy/${made.id}/me`)
    expect([call.status, call.body.code]).toEqual([409, 'account_needs_reconnect'])
  })

  it.each([
    ['answers 500', { status: 500 }, 'unexpected_status'],
    ['answers 404', { status: 404 }, 'unexpected_status'],
    ['redirects', faults.redirect('http://127.0.0.1/login'), 'unexpected_status'],
    ['breaks off', faults.reset(), 'upstream_unreachable'],
  ])('is failing where the API %s when it is tried', async (_what, script, reason) => {
    const key = await api.integration(keyed(provider.origin, { test }))
    provider.script('GET /keyed/me', script, { times: 1 })
    const made = await api.account(key, { secret: { token: 'key' } })
    expect(made).toMatchObject({ status: 'failing', reason, reasonDetail: expect.stringMatching(/\.$/) })
    // What passed by then is no obstacle to a call.
    expect((await api.get(`/proxy/${made.id}/me`)).status).toBe(200)
  })

  it('is failing where nothing listens at the API', async () => {
    const key = await api.integration(keyed(`http://127.0.0.1:${await freePort()}`, { test }))
    const made = await api.account(key, { secret: { token: 'key' } })
    expect(made).toMatchObject({ status: 'failing', reason: 'upstream_unreachable' })
  })

  it.each([
    ['answers 500', { status: 500 }, 'provider_incident'],
    ['breaks off', faults.reset(), 'upstream_unreachable'],
    ['answers with a page', { status: 200, body: '<html>' }, 'malformed_token_response'],
    ['redirects', faults.redirect('http://127.0.0.1/login'), 'redirect_refused'],
  ])('is failing where the token endpoint %s, and works once that is over', async (_what, script, reason) => {
    const key = await api.integration(credentials(provider.origin))
    provider.script('POST /token', script, { times: 1 })
    const made = await api.account(key)
    expect(made).toMatchObject({ status: 'failing', reason, generation: 0, secretsSet: [] })
    expect(made.reasonDetail).toMatch(/\.$/)
    const renewed = await api.post(`/v1/accounts/${made.id}/renew`)
    expect(renewed.body).toMatchObject({ status: 'connected', generation: 1 })
    expect(renewed.body).not.toHaveProperty('reason')
  })

  it('is failing, in the provider’s words, where the client is not known there', async () => {
    const key = await api.integration(credentials(provider.origin, { clientSecret: 'wrong' }))
    const made = await api.account(key)
    expect(made).toMatchObject({ status: 'failing', reason: 'invalid_client' })
    expect(made.reasonDetail).toContain('invalid_client')
    expect(made.reasonDetail).not.toContain('wrong')
  })
})

describe('living tokens', () => {
  const accessToken = 'living-access-token'

  it('connect an account at once, without asking anybody', async () => {
    const key = await api.integration(oauth(provider.origin, {}, { test }))
    provider.forget()
    const secret = { accessToken, refreshToken: 'living-refresh-token', expiresAt: inHours(2), scope: 'a b' }
    const made = await api.account(key, { secret })
    expect(made).toMatchObject({
      status: 'connected',
      generation: 1,
      scopes: ['a', 'b'],
      expiresAt: inHours(2),
    })
    expect(made.secretsSet).toEqual(['/secret/accessToken', '/secret/refreshToken'])
    expect(provider.received()).toEqual([])
    const token = await api.post(`/v1/accounts/${made.id}/token`, {})
    expect(token.body).toMatchObject({ accessToken, tokenType: 'Bearer', generation: 1 })
  })

  it('that cannot be renewed are expiring, with the time to reconnect by, and end', async () => {
    const key = await api.integration(oauth(provider.origin))
    const expiresAt = inHours(2)
    const made = await api.account(key, { secret: { accessToken, expiresAt } })
    expect(made).toMatchObject({ status: 'expiring', expiresAt, reconnectBy: expiresAt })
    expect(made).not.toHaveProperty('nextRenewalAt')
    expect((await api.post(`/v1/accounts/${made.id}/token`, {})).status).toBe(201)

    clock.advance(2 * 3_600_000)
    const ended = await api.read(made.id)
    expect(ended).toMatchObject({ status: 'needs_reconnect', reason: 'expired' })
    expect(ended).not.toHaveProperty('reconnectBy')
    const token = await api.post(`/v1/accounts/${made.id}/token`, {})
    expect([token.status, token.body.code]).toEqual([409, 'account_needs_reconnect'])
  })

  it('without a time never expire', async () => {
    const made = await api.account(await api.integration(oauth(provider.origin)), { secret: { accessToken } })
    expect(made.status).toBe('connected')
    clock.advance(100 * 24 * 3_600_000)
    expect((await api.read(made.id)).status).toBe('connected')
  })

  it.each([
    ['no access token', { refreshToken: 'x' }, '/secret/accessToken'],
    ['an empty access token', { accessToken: '' }, '/secret/accessToken'],
    ['a line break in the access token', { accessToken: 'a\r\nX: y' }, '/secret/accessToken'],
    [
      'a line break at the end of the refresh token',
      { accessToken, refreshToken: 'x\n' },
      '/secret/refreshToken',
    ],
    ['a time that is none', { accessToken, expiresAt: 'tomorrow' }, '/secret/expiresAt'],
    ['seconds in place of a time', { accessToken, expiresAt: 3600 }, '/secret/expiresAt'],
    ['fields of another type', { accessToken, token: 'x' }, '/secret/token'],
  ])('are refused with %s', async (_what, secret, path) => {
    const integration = await api.integration(oauth(provider.origin))
    const reply = await api.post('/v1/accounts', { integration, name: 'An account', secret })
    expect(reply.status).toBe(422)
    expect(reply.body.errors.map((fault: { path: string }) => fault.path)).toEqual([path])
  })
})

describe('a disabled account', () => {
  it('is not called, gives out no token, and works as before once it is enabled', async () => {
    const made = await api.account(await api.integration(credentials(provider.origin)))
    const path = `/v1/accounts/${made.id}`
    expect((await api.patch(path, { disabled: true })).body.status).toBe('disabled')
    provider.forget()
    for (const reply of [
      await api.get(`/proxy/${made.id}/me`),
      await api.post(`${path}/token`, {}),
      await api.post(`${path}/renew`),
      await api.post(`${path}/test`),
    ]) {
      expect(reply.status).not.toBe(200)
    }
    expect(provider.received()).toEqual([])
    expect((await api.patch(path, { disabled: false })).body).toMatchObject({
      status: 'connected',
      generation: 1,
    })
    expect((await api.get(`/proxy/${made.id}/me`)).status).toBe(200)
  })
})
