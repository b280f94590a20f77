import { describe, expect, test } from 'vitest'
import { connected } from './passage.suite.ts'
import { renewing } from './renewal.suite.ts'
import { openCall } from './stream.suite.ts'

const minute = 60_000
const mebibyte = 1_048_576
const unauthorized = {
  status: 401,
  headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  body: 'no',
}
const forbidden = { status: 403, body: 'no' }

describe('a rejected call', () => {
  test('renews the token and is sent once more, unseen by the caller', async () => {
    const { provider, call, tokenRequests, apiRequests, status } = await renewing()
    provider.forgetAccessTokens()
    const reply = await call('/me?x=1', { headers: { 'x-mine': '1' } })
    expect([reply.status, reply.body.tokenNumber, reply.headers.get('www-authenticate')]).toEqual([
      200,
      2,
      null,
    ])
    expect([tokenRequests(), apiRequests(), (await status()).generation]).toEqual([1, 2, 2])
    const [first, again] = provider.received('/api/me')
    expect([again?.query, again?.headers['x-mine']]).toEqual(['x=1', '1'])
    expect(again?.headers.authorization).not.toBe(first?.headers.authorization)
  })

  test('asks for nothing where a renewal was refused in the meantime', async () => {
    const { provider, sallyport, account, call, tokenRequests, status } = await renewing()
    provider.script('POST /token', { status: 400, body: '{"error":"invalid_grant"}' })
    const gate = provider.hold('ANY /api/*')
    const rejected = call()
    await gate.arrived
    provider.forgetAccessTokens()
    expect((await sallyport.request('POST', `/v1/accounts/${account}/renew`, {})).status).toBe(409)
    gate.release()
    expect([(await rejected).status, tokenRequests()]).toEqual([401, 1])
    expect((await status()).status).toBe('needs_reconnect')
  })

  test.each([
    ['sized', 10, {}],
    ['sized', mebibyte, {}],
    ['chunked', 10, { 'transfer-encoding': 'chunked' }],
    ['chunked', mebibyte, { 'transfer-encoding': 'chunked' }],
  ])('with a %s body of %i bytes is sent again whole', async (_, length, headers) => {
    const { provider, sallyport, account, tokenRequests } = await renewing()
    provider.forgetAccessTokens()
    const { request, reply } = openCall(sallyport, `${account}/echo`, { method: 'PUT', headers })
    request.end(Buffer.alloc(length, 'x'))
    expect((await reply).resume().statusCode).toBe(200)
    const bodies = provider.received('PUT /api/echo').map(({ body }) => body === 'x'.repeat(length))
    expect([bodies, tokenRequests()]).toEqual([[true, true], 1])
  })

  test.each([{}, { 'transfer-encoding': 'chunked' }])(
    'with a longer body is not: the next call profits',
    async (headers) => {
      const { provider, sallyport, account, call, tokenRequests, apiRequests } = await renewing()
      provider.forgetAccessTokens()
      const { request, reply } = openCall(sallyport, `${account}/echo`, { method: 'PUT', headers })
      request.end(Buffer.alloc(mebibyte + 1))
      expect((await reply).resume().statusCode).toBe(401)
      expect([tokenRequests(), apiRequests()]).toEqual([1, 1])
      expect((await call()).body.tokenNumber).toBe(2)
      expect([tokenRequests(), apiRequests()]).toEqual([1, 2])
    },
  )

  test('with fields merged into its body is sent again with them', async () => {
    const { provider, sallyport, account } = await renewing()
    const integration = (await sallyport.request('GET', `/v1/accounts/${account}`)).body.integration
    await sallyport.request('PATCH', `/v1/integrations/${integration}`, { request: { body: { v: 2 } } })
    provider.forgetAccessTokens()
    await sallyport.request('POST', `/proxy/${account}/echo`, { a: 1 })
    expect(provider.received('POST /api/echo').map(({ body }) => body)).toEqual([
      '{"a":1,"v":2}',
      '{"a":1,"v":2}',
    ])
  })

  test('500 times at once makes one renewal, and each is sent once more', async () => {
    const { provider, call, tokenRequests, apiRequests } = await renewing()
    provider.forgetAccessTokens()
    const gate = provider.hold('GET /api/me')
    const calls = Array.from({ length: 500 }, () => call())
    await gate.arrivals(500)
    gate.release()
    const replies = await Promise.all(calls)
    expect(new Set(replies.map(({ status, body }) => `${status} ${body.tokenNumber}`))).toEqual(
      new Set(['200 2']),
    )
    expect([tokenRequests(), apiRequests()]).toEqual([1, 1000])
  })

  test('whose token somebody renewed meanwhile is sent again with that one', async () => {
    const { provider, sallyport, account, call, tokenRequests } = await renewing()
    provider.forgetAccessTokens()
    const gate = provider.hold('GET /api/me', { moment: 'reply' })
    const late = call()
    await gate.arrived
    expect((await sallyport.request('POST', `/v1/accounts/${account}/renew`)).body.generation).toBe(2)
    gate.release()
    expect([(await late).status, tokenRequests()]).toEqual([200, 1])
  })

  test('goes back as it is where the renewal fails', async () => {
    const { provider, call, tokenRequests, apiRequests } = await renewing()
    provider.script('POST /token', { status: 503 })
    provider.script('ANY /api/*', unauthorized)
    const reply = await call()
    expect([reply.status, reply.text, reply.headers.get('sallyport-error')]).toEqual([401, 'no', null])
    expect([tokenRequests(), apiRequests()]).toEqual([1, 1])
  })

  test('of an account that cannot be renewed goes back as it is', async () => {
    const { provider, sallyport } = await renewing()
    const fixed = await connected(sallyport, { baseUrl: `${provider.origin}/api` })
    expect((await sallyport.request('GET', `/proxy/${fixed}/me`)).status).toBe(401)
    expect(provider.received().map(({ path }) => path)).toEqual(['/api/me'])
  })
})

describe('a rejection that lasts', () => {
  test('with 401 costs one renewal a minute, and never a loop', async () => {
    const { provider, clock, call, tokenRequests, apiRequests } = await renewing()
    provider.script('ANY /api/*', unauthorized)
    const reply = await call()
    expect([reply.status, reply.text, reply.headers.get('www-authenticate')]).toEqual([
      401,
      'no',
      'Bearer error="invalid_token"',
    ])
    expect([tokenRequests(), apiRequests()]).toEqual([1, 2])
    for (let times = 0; times < 5; times += 1) expect((await call()).status).toBe(401)
    clock.advance(minute - 1)
    expect((await call()).status).toBe(401)
    expect([tokenRequests(), apiRequests()]).toEqual([1, 8])
    clock.advance(1)
    expect((await call()).status).toBe(401)
    expect([tokenRequests(), apiRequests()]).toEqual([2, 10])
  })

  test('with 403 costs one renewal in 15 minutes', async () => {
    const { provider, clock, call, tokenRequests, apiRequests } = await renewing()
    provider.script('ANY /api/*', forbidden)
    expect([(await call()).status, tokenRequests(), apiRequests()]).toEqual([403, 1, 2])
    clock.advance(15 * minute - 1)
    expect([(await call()).status, tokenRequests(), apiRequests()]).toEqual([403, 1, 3])
    clock.advance(1)
    expect([(await call()).status, tokenRequests(), apiRequests()]).toEqual([403, 2, 5])
  })

  test('with a 403 that names the token costs as much as a 401', async () => {
    const { provider, clock, call, tokenRequests } = await renewing()
    provider.script('ANY /api/*', { ...unauthorized, status: 403 })
    expect([(await call()).status, tokenRequests()]).toEqual([403, 1])
    clock.advance(minute)
    expect([(await call()).status, tokenRequests()]).toEqual([403, 2])
  })

  test.each([401, 403])('for want of scope never renews: %i', async (status) => {
    const { provider, call, tokenRequests, apiRequests } = await renewing()
    const challenge = { 'WWW-Authenticate': 'Bearer realm="x", error="insufficient_scope", scope="a"' }
    provider.script('ANY /api/*', { status, headers: challenge })
    expect([(await call()).status, tokenRequests(), apiRequests()]).toEqual([status, 0, 1])
  })

  test('never renews on a status that `authErrors.statuses` leaves out', async () => {
    const only401 = await renewing({ auth: { authErrors: { statuses: [401] } } })
    only401.provider.script('ANY /api/*', forbidden, { times: 1 })
    expect([(await only401.call()).status, only401.tokenRequests()]).toEqual([403, 0])
    only401.provider.script('ANY /api/*', unauthorized, { times: 1 })
    expect([(await only401.call()).status, only401.tokenRequests()]).toEqual([200, 1])
  })

  test('renews on a status that `authErrors.statuses` adds', async () => {
    const { provider, call, tokenRequests } = await renewing({ auth: { authErrors: { statuses: [498] } } })
    provider.script('ANY /api/*', { status: 498 }, { times: 1 })
    expect([(await call()).status, tokenRequests()]).toEqual([200, 1])
    provider.script('ANY /api/*', unauthorized, { times: 1 })
    expect([(await call()).status, tokenRequests()]).toEqual([401, 1])
  })
})
