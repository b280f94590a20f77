import { faults } from '@sallyport/testkit'
import { describe, expect, test } from 'vitest'
import { renewing } from './renewal.suite.ts'

const second = 1000
const minute = 60 * second
const lost: [string, Parameters<Awaited<ReturnType<typeof renewing>>['provider']['script']>[1]][] = [
  ['a connection that breaks', faults.lostAnswer()],
  ['half an answer', faults.closeMidway({ body: '{"access_token":"x"}' })],
  ['a page with 200', { body: '<html>' }],
  ['a gateway’s 502', { status: 502, body: 'bad gateway' }],
  ['a gateway’s 504', { status: 504, body: '{"error":"server_error"}' }],
]

describe('after an answer that was lost', () => {
  test.each(lost)(
    'by %s, the token is used until it ends, and then the renewal is tried once more',
    async (_, loss) => {
      const { provider, clock, call, tokenRequests, status } = await renewing()
      const takeBack = provider.script('POST /token', loss)
      clock.advance(31 * minute)
      expect((await call()).body.tokenNumber).toBe(1)
      expect(await status()).toMatchObject({ status: 'failing', reason: 'in_doubt', generation: 1 })
      takeBack()
      clock.advance(28 * minute)
      expect([(await call()).body.tokenNumber, tokenRequests()]).toEqual([1, 1])
      clock.advance(2 * minute)
      await call()
      expect(tokenRequests()).toBe(2)
    },
  )

  test('of a refresh token that was not used up, the second try connects again', async () => {
    const { provider, clock, call, status } = await renewing()
    provider.script('POST /token', faults.reset(), { times: 1 })
    clock.advance(31 * minute)
    await call()
    clock.advance(30 * minute)
    expect((await call()).body.tokenNumber).toBe(2)
    expect(await status()).toMatchObject({ status: 'connected', generation: 2 })
    expect([(await status()).reason, provider.reuseEvents]).toEqual([undefined, 0])
  })

  test('of one that was, a person is asked, once it is certain', async () => {
    const { provider, clock, call, tokenRequests, status } = await renewing()
    provider.script('POST /token', faults.lostAnswer(), { times: 1 })
    clock.advance(61 * minute)
    expect((await call()).status).toBe(503)
    clock.advance(2 * second)
    expect((await call()).status).toBe(409)
    expect(await status()).toMatchObject({ status: 'needs_reconnect', reason: 'in_doubt', generation: 1 })
    clock.advance(60 * minute)
    expect([(await call()).status, tokenRequests()]).toEqual([409, 2])
  })

  test('a rejected call has it tried at once', async () => {
    const { provider, clock, call, tokenRequests } = await renewing()
    provider.script('POST /token', faults.reset(), { times: 1 })
    clock.advance(31 * minute)
    await call()
    provider.forgetAccessTokens()
    expect([(await call()).body.tokenNumber, tokenRequests()]).toEqual([2, 2])
  })

  test('a refusal that says nothing of the refresh token leaves the doubt', async () => {
    const { provider, clock, call, tokenRequests, status } = await renewing()
    provider.script('POST /token', faults.lostAnswer(), { times: 1 })
    clock.advance(61 * minute)
    await call()
    const takeBack = provider.script('POST /token', { status: 503, body: 'down' })
    clock.advance(2 * second)
    expect((await call()).status).toBe(503)
    expect(await status()).toMatchObject({ status: 'failing', reason: 'in_doubt' })
    takeBack()
    clock.advance(30 * second)
    expect([(await call()).status, tokenRequests()]).toEqual([409, 3])
    expect(await status()).toMatchObject({ reason: 'in_doubt' })
  })

  test('within the grace that the definition names, the provider is asked again at once, and nothing is lost', async () => {
    const { provider, clock, call, tokenRequests, status } = await renewing({
      behaviour: { rotation: 'grace', graceSeconds: 30 },
      auth: { renewal: { rotation: { graceSeconds: 30 } } },
    })
    provider.script('POST /token', faults.lostAnswer(), { times: 1 })
    clock.advance(61 * minute)
    expect((await call()).status).toBe(200)
    expect([tokenRequests(), provider.reuseEvents]).toEqual([2, 0])
    expect(await status()).toMatchObject({ status: 'connected', generation: 2 })
  })

  test('where the definition says that refresh tokens last, nothing is in doubt', async () => {
    const { provider, clock, call, tokenRequests, status } = await renewing({
      behaviour: { rotation: 'static' },
      auth: { renewal: { rotation: { rotates: false } } },
    })
    provider.script('POST /token', faults.lostAnswer(), { times: 1 })
    clock.advance(31 * minute)
    expect((await call()).body.tokenNumber).toBe(1)
    expect(await status()).toMatchObject({ status: 'failing', reason: 'upstream_unreachable' })
    clock.advance(2 * second)
    expect((await call()).status).toBe(200)
    expect([tokenRequests(), (await status()).status]).toEqual([2, 'connected'])
  })

  test('of client credentials, nothing is in doubt', async () => {
    const { provider, clock, call, status } = await renewing({ machine: true })
    provider.script('POST /token', faults.lostAnswer(), { times: 1 })
    clock.advance(31 * minute)
    await call()
    expect(await status()).toMatchObject({ status: 'failing', reason: 'upstream_unreachable' })
    clock.advance(2 * second)
    await call()
    expect(await status()).toMatchObject({ status: 'connected', generation: 2 })
  })
})

test.each([
  ['429', { status: 429 }],
  ['503', { status: 503 }],
  ['temporarily_unavailable', { status: 400, body: '{"error":"temporarily_unavailable"}' }],
  ['a redirect', faults.redirect('https://elsewhere.example/token')],
  ['invalid_client', { status: 401, body: '{"error":"invalid_client"}' }],
])('%s says that nothing was used up: the renewal is tried again soon', async (_, reply) => {
  const { provider, clock, call, tokenRequests, status } = await renewing()
  provider.script('POST /token', reply, { times: 1 })
  clock.advance(31 * minute)
  await call()
  const { status: state, reason } = await status()
  expect([state, reason === 'in_doubt']).toEqual(['failing', false])
  clock.advance(2 * second)
  expect([(await call()).body.tokenNumber, tokenRequests()]).toEqual([2, 2])
})
