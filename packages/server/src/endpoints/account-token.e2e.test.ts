import {
  type FakeClock,
  fakeClock,
  faults,
  type LoopbackProvider,
  loopbackProvider,
} from '@sallyport/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startSallyport, type TestSallyport } from '../sallyport.suite.ts'
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
beforeEach(() => provider.forget())
afterAll(async () => {
  await sallyport.close()
  await provider.close()
})

const secret = { token: 'key' }
const login = { username: 'user', password: 'password' }
const tokenRequests = () => provider.received('POST /token')

describe('/token', () => {
  it('gives a token that the API accepts, with its lifetime and generation', async () => {
    const made = await api.account(await api.integration(credentials(provider.origin)))
    const { status, body, headers } = await api.post(`/v1/accounts/${made.id}/token`)
    expect(status).toBe(201)
    expect(body).toEqual({
      accessToken: expect.any(String),
      tokenType: 'Bearer',
      expiresAt: made.expiresAt,
      generation: 1,
    })
    expect(headers.get('cache-control')).toBe('no-store')
    const me = await fetch(`${provider.origin}/api/me`, {
      headers: { authorization: `Bearer ${body.accessToken}` },
    })
    expect(me.status).toBe(200)
    expect(sallyport.logged()).not.toContain(body.accessToken)
  })

  it('renews first where less time is left than is asked for', async () => {
    const made = await api.account(await api.integration(credentials(provider.origin)))
    const ask = async (minimumSeconds: number) =>
      (await api.post(`/v1/accounts/${made.id}/token`, { minimumSeconds })).body.generation
    expect(await ask(0)).toBe(1)
    clock.advance(600_000)
    expect(await ask(3000)).toBe(1)
    expect(await ask(3001)).toBe(2)
    expect(tokenRequests()).toHaveLength(2)
  })

  it('renews at most every half a minute where more is asked for than anybody grants', async () => {
    const made = await api.account(await api.integration(credentials(provider.origin)))
    const ask = async () => (await api.post(`/v1/accounts/${made.id}/token`, { minimumSeconds: 86_400 })).body
    expect((await ask()).generation).toBe(1)
    clock.advance(30_000)
    expect((await ask()).generation).toBe(1)
    clock.advance(1000)
    expect((await ask()).generation).toBe(2)
    expect((await ask()).generation).toBe(2)
    expect(tokenRequests()).toHaveLength(2)
  })

  it.each([
    [{ minimumSeconds: -1 }, '/minimumSeconds'],
    [{ minimumSeconds: '60' }, '/minimumSeconds'],
    [{ minimumSeconds: 1.5 }, '/minimumSeconds'],
    [{ minimum: 60 }, '/minimum'],
  ])('refuses %j with its path', async (body, path) => {
    const made = await api.account(await api.integration(credentials(provider.origin)))
    const reply = await api.post(`/v1/accounts/${made.id}/token`, body)
    expect(reply.status).toBe(422)
    expect(reply.body.errors).toMatchObject([{ path }])
  })

  it('gives the token of an API token account as it is', async () => {
    const made = await api.account(await api.integration(keyed(provider.origin)), { secret })
    const { body } = await api.post(`/v1/accounts/${made.id}/token`, {})
    expect(body).toEqual({ accessToken: 'key', tokenType: 'token', generation: 1 })
  })

  it('has none for basic, none yet while pending, and says which', async () => {
    const withLogin = await api.account(await api.integration(basic(provider.origin)), { secret: login })
    const refused = await api.post(`/v1/accounts/${withLogin.id}/token`, {})
    expect([refused.status, refused.body.code]).toEqual([422, 'token_unavailable'])
    const pending = await api.account(await api.integration(oauth(provider.origin)))
    const early = await api.post(`/v1/accounts/${pending.id}/token`, {})
    expect([early.status, early.body.code]).toEqual([409, 'account_pending'])
  })

  it('goes on with the old token while it is valid and the provider is away, then says to try later', async () => {
    const made = await api.account(await api.integration(credentials(provider.origin)))
    const restore = provider.script('POST /token', faults.reset())
    clock.advance(45 * 60_000)
    const path = `/v1/accounts/${made.id}/token`
    expect((await api.post(path, {})).body.generation).toBe(1)
    clock.advance(20 * 60_000)
    const reply = await api.post(path, {})
    expect([reply.status, reply.body.code]).toEqual([503, 'renewal_unavailable'])
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0)
    restore()
    clock.advance(60_000)
    expect((await api.post(path, {})).body.generation).toBe(2)
  })
})

describe('/renew', () => {
  it('fetches another token, however fresh the one there is', async () => {
    const made = await api.account(await api.integration(credentials(provider.origin)))
    const path = `/v1/accounts/${made.id}`
    const before = (await api.post(`${path}/token`)).body.accessToken
    const reply = await api.post(`${path}/renew`)
    expect(reply.status).toBe(201)
    expect(reply.body).toMatchObject({ status: 'connected', generation: 2 })
    expect((await api.post(`${path}/token`)).body.accessToken).not.toBe(before)
    expect((await api.get(`/proxy/${made.id}/me`)).status).toBe(200)
  })

  it('asked for many times at once never asks the provider twice for one generation', async () => {
    const made = await api.account(await api.integration(credentials(provider.origin)))
    provider.forget()
    const gate = provider.hold('POST /token')
    const renewals = Array.from({ length: 20 }, () => api.post(`/v1/accounts/${made.id}/renew`))
    await gate.arrived
    gate.release()
    const replies = await Promise.all(renewals)
    expect(replies.every(({ status }) => status === 201)).toBe(true)
    expect((await api.read(made.id)).generation).toBe(1 + tokenRequests().length)
  })

  it.each([
    ['an API token', () => keyed(provider.origin), { secret }],
    ['user name and password', () => basic(provider.origin), { secret: login }],
    ['a living token alone', () => oauth(provider.origin), { secret: { accessToken: 'a' } }],
  ])('says that it cannot be done with %s', async (_what, definition, fields) => {
    const made = await api.account(await api.integration(definition()), fields)
    const reply = await api.post(`/v1/accounts/${made.id}/renew`)
    expect([reply.status, reply.body.code]).toEqual([422, 'renewal_unsupported'])
    expect(await api.read(made.id)).toEqual(made)
  })

  it('of a pending account says to authorize it first', async () => {
    const made = await api.account(await api.integration(oauth(provider.origin)))
    const reply = await api.post(`/v1/accounts/${made.id}/renew`)
    expect([reply.status, reply.body.code]).toEqual([409, 'account_pending'])
  })

  it('of a living refresh token that the provider does not know asks for a reconnect', async () => {
    const key = await api.integration(oauth(provider.origin))
    const made = await api.account(key, { secret: { accessToken: 'a', refreshToken: 'unknown-token' } })
    const reply = await api.post(`/v1/accounts/${made.id}/renew`)
    expect([reply.status, reply.body.code]).toEqual([409, 'account_needs_reconnect'])
    expect(reply.text).not.toContain('unknown-token')
    expect(await api.read(made.id)).toMatchObject({ status: 'needs_reconnect', reason: 'invalid_grant' })
  })
})

describe('/authorize', () => {
  it('is for accounts that a person authorizes', async () => {
    for (const [definition, fields] of [
      [keyed(provider.origin), { secret }],
      [credentials(provider.origin), {}],
    ] as const) {
      const made = await api.account(await api.integration(definition), fields)
      const reply = await api.post(`/v1/accounts/${made.id}/authorize`, {})
      expect([reply.status, reply.body.code]).toEqual([422, 'authorization_unsupported'])
    }
  })
})
