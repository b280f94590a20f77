import { faults } from '@sallyport/testkit'
import { describe, expect, test } from 'vitest'
import { grantedTokens, renewing } from './renewal.suite.ts'
import { closed, openCall } from './stream.suite.ts'

const second = 1000
const minute = 60 * second
const down = { status: 503, body: 'down' }

describe('a token is renewed before it expires', () => {
  test.each([
    ['an hour: with 30 minutes left', 3600, {}, 1800],
    ['two hours: with 30 minutes left', 7200, {}, 1800],
    ['ten minutes: at half of them', 600, {}, 300],
    ['a minute: at half of it', 60, {}, 30],
    ['an hour, and `before` says a minute', 3600, { before: 60 }, 60],
    ['ten minutes, and `before` says fifty: at half', 600, { before: 3000 }, 300],
  ])('living %s', async (_, lifetime, renewal, margin) => {
    const behaviour = { accessTokenLifetimeSeconds: lifetime }
    const { clock, call, tokenRequests, status } = await renewing({ behaviour, auth: { renewal } })
    clock.advance((lifetime - margin) * second)
    expect([(await call()).body.tokenNumber, tokenRequests()]).toEqual([1, 0])
    clock.advance(second)
    expect([(await call()).body.tokenNumber, tokenRequests()]).toEqual([2, 1])
    expect([(await call()).body.tokenNumber, tokenRequests()]).toEqual([2, 1])
    expect(await status()).toMatchObject({ status: 'connected', generation: 2 })
  })

  test('again and again, each time with the newest refresh token', async () => {
    const { provider, clock, call, tokenRequests } = await renewing()
    for (let number = 2; number < 6; number += 1) {
      clock.advance(31 * minute)
      expect((await call()).body.tokenNumber).toBe(number)
    }
    expect([tokenRequests(), provider.reuseEvents]).toEqual([4, 0])
  })

  test('of client credentials by asking again', async () => {
    const { clock, call, tokenRequests } = await renewing({ machine: true })
    clock.advance(31 * minute)
    expect([(await call()).body.tokenNumber, tokenRequests()]).toEqual([2, 1])
  })

  test('the call that finds too little left waits for the renewal', async () => {
    const { provider, clock, call, apiRequests } = await renewing()
    clock.advance(31 * minute)
    const gate = provider.hold('POST /token', { moment: 'reply' })
    const waiting = call()
    await gate.arrived
    expect(apiRequests()).toBe(0)
    gate.release()
    expect((await waiting).body.tokenNumber).toBe(2)
    expect(apiRequests()).toBe(1)
  })

  test.each([down, { status: 429 }, { status: 400, body: '{"error":"invalid_client"}' }])(
    'a renewal that fails leaves the old token in use while it lives: %j',
    async (failure) => {
      const { provider, clock, call, tokenRequests, status } = await renewing()
      const takeBack = provider.script('POST /token', failure)
      clock.advance(31 * minute)
      expect((await call()).body.tokenNumber).toBe(1)
      expect((await call()).body.tokenNumber).toBe(1)
      expect([tokenRequests(), (await status()).status]).toEqual([1, 'failing'])
      takeBack()
      clock.advance(2 * second)
      expect((await call()).body.tokenNumber).toBe(2)
      expect([tokenRequests(), (await status()).status]).toEqual([2, 'connected'])
    },
  )

  test('a token endpoint that hangs holds a call up for ten seconds: out with the old token, or 503', async () => {
    const [due, expired] = await Promise.all([renewing(), renewing()])
    for (const { provider } of [due, expired]) provider.script('POST /token', faults.hang())
    due.clock.advance(31 * minute)
    expired.clock.advance(61 * minute)
    const [old, none] = await Promise.all([due.call(), expired.call()])
    expect([old.status, old.body.tokenNumber]).toEqual([200, 1])
    expect([none.status, none.headers.get('sallyport-error')]).toEqual([503, 'renewal_unavailable'])
    expect(none.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    expect(expired.apiRequests()).toBe(0)
  })

  test('200 calls at once on an expired token make one token request', async () => {
    const { clock, call, tokenRequests, apiRequests } = await renewing()
    clock.advance(61 * minute)
    const replies = await Promise.all(Array.from({ length: 200 }, () => call()))
    expect(new Set(replies.map(({ status, body }) => `${status} ${body.tokenNumber}`))).toEqual(
      new Set(['200 2']),
    )
    expect([tokenRequests(), apiRequests()]).toEqual([1, 200])
  })

  test('200 calls at once on client credentials that expired make one token request', async () => {
    const { clock, call, tokenRequests } = await renewing({ machine: true })
    clock.advance(61 * minute)
    const replies = await Promise.all(Array.from({ length: 200 }, () => call()))
    expect([new Set(replies.map(({ status }) => status)), tokenRequests()]).toEqual([new Set([200]), 1])
  })
})

describe('when there is no renewal to be had', () => {
  test('an expired token is 503 with Retry-After while the token endpoint is down, and recovers by itself', async () => {
    const { provider, clock, call, tokenRequests, apiRequests, status } = await renewing()
    const takeBack = provider.script('POST /token', { ...down, headers: { 'Retry-After': '7' } })
    clock.advance(61 * minute)
    const first = await call()
    const second_ = await call()
    for (const reply of [first, second_]) {
      expect([reply.status, reply.headers.get('sallyport-error')]).toEqual([503, 'renewal_unavailable'])
      expect([reply.headers.get('retry-after'), reply.body.code]).toEqual(['7', 'renewal_unavailable'])
    }
    expect([tokenRequests(), apiRequests(), (await status()).status]).toEqual([1, 0, 'failing'])
    takeBack()
    clock.advance(8 * second)
    expect((await call()).body.tokenNumber).toBe(2)
    expect(await status()).toMatchObject({ status: 'connected', generation: 2 })
    expect((await status()).reason).toBeUndefined()
  })

  test('a lost answer, a broken-off one and nonsense are 503 or 502, and no token is asked for again at once', async () => {
    for (const failure of [
      faults.closeMidway({ body: '{"access_token":"x"}' }),
      { status: 200, body: '<html>' },
    ]) {
      const { provider, clock, call, tokenRequests, apiRequests } = await renewing()
      provider.script('POST /token', failure)
      clock.advance(61 * minute)
      expect([502, 503]).toContain((await call()).status)
      expect((await call()).status).toBe(503)
      expect([tokenRequests(), apiRequests()]).toEqual([1, 0])
    }
  })

  test('consent that was withdrawn is 409 and needs_reconnect, and the provider is left in peace', async () => {
    const { provider, clock, call, tokenRequests, apiRequests, status } = await renewing()
    provider.withdrawConsent()
    clock.advance(61 * minute)
    for (let times = 0; times < 3; times += 1) {
      const reply = await call()
      const error = reply.headers.get('sallyport-error')
      expect([reply.status, error, reply.body.code]).toEqual([
        409,
        'account_needs_reconnect',
        'account_needs_reconnect',
      ])
    }
    clock.advance(60 * minute)
    expect((await call()).status).toBe(409)
    expect([tokenRequests(), apiRequests()]).toEqual([1, 0])
    expect(await status()).toMatchObject({ status: 'needs_reconnect', reason: 'invalid_grant' })
  })

  test('consent that was withdrawn is found out by a rejected call, too', async () => {
    const { provider, call, tokenRequests, status } = await renewing()
    provider.withdrawConsent()
    expect((await call()).status).toBe(401)
    expect((await call()).status).toBe(409)
    expect([tokenRequests(), (await status()).status]).toEqual([1, 'needs_reconnect'])
  })

  test('without a refresh token an expired account is 409', async () => {
    const { provider, clock, sallyport, account } = await renewing()
    const { refreshToken: _, ...secret } = await grantedTokens(provider, clock)
    await sallyport.request('PATCH', `/v1/accounts/${account}`, { secret })
    provider.forget()
    clock.advance(59 * minute)
    expect((await sallyport.request('GET', `/proxy/${account}/me`)).status).toBe(200)
    clock.advance(minute)
    expect((await sallyport.request('GET', `/proxy/${account}/me`)).body.code).toBe('account_needs_reconnect')
    expect(provider.received('POST /token')).toEqual([])
  })
})

describe('a renewal goes on', () => {
  test('when the caller that waits for it leaves, and is stored; its call is not sent', async () => {
    const { provider, clock, sallyport, account, call, tokenRequests, apiRequests } = await renewing()
    clock.advance(61 * minute)
    const gate = provider.hold('POST /token', { moment: 'reply' })
    const { request } = openCall(sallyport, `${account}/echo/left`)
    request.end()
    await gate.arrived
    request.destroy()
    await closed(request)
    const next = call()
    gate.release()
    expect((await next).body.tokenNumber).toBe(2)
    expect([tokenRequests(), provider.reuseEvents]).toEqual([1, 0])
    expect([provider.received('/api/echo/left'), apiRequests()]).toEqual([[], 1])
  })

  test('and gives way to a reconnect that came first', async () => {
    const { provider, clock, sallyport, account, call, status, tokenRequests } = await renewing()
    clock.advance(61 * minute)
    const held = provider.hold('POST /token', { moment: 'reply' })
    const superseded = call()
    await held.arrived
    const secret = {
      accessToken: 'reconnected',
      expiresAt: new Date(clock.now() + 60 * minute).toISOString(),
    }
    provider.script('GET /api/me', ({ headers }) => ({
      body: JSON.stringify({ seen: headers.authorization }),
    }))
    expect((await sallyport.request('PATCH', `/v1/accounts/${account}`, { secret })).status).toBe(200)
    held.release()
    expect((await superseded).text).toBe('{"seen":"Bearer reconnected"}')
    expect((await call()).text).toBe('{"seen":"Bearer reconnected"}')
    expect([tokenRequests(), (await status()).generation]).toEqual([1, 2])
  })
})
