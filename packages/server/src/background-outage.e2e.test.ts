import { faults } from '@sallyport/testkit'
import { describe, expect, test } from 'vitest'
import { type Background, background, failing } from './background.suite.ts'

const second = 1000
const minute = 60
const hour = 60 * minute

/** As many as are told of an outage: those that it takes to see it, and those under way by then. */
const fewTold = 40

async function statuses(made: Background, ids: readonly string[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const id of ids) {
    const { status } = (await made.sallyport.request('GET', `/v1/accounts/${id}`)).body
    counts[status] = (counts[status] ?? 0) + 1
  }
  return counts
}

describe('after six hours in which a provider', () => {
  test.each([
    ['says that it is unavailable', { status: 503 }],
    ['breaks connections', faults.reset()],
    ['answers with a gateway’s page', { status: 502, body: '<html>' }],
  ])('%s, every account is renewed within the cap, and few events tell of it', async (_, fault) => {
    const made = await background()
    const ids = await made.connect('api', 300, { perSecond: 20 })
    const back = failing(made, fault)
    await made.pass(hour, 5)
    const inFirstHour = made.client('api').requests
    await made.pass(5 * hour, 20)
    // A probe every five minutes, and no more.
    expect(inFirstHour).toBeLessThan(120)
    expect(made.client('api').requests - inFirstHour).toBeLessThan(5 * 14)
    expect((await made.told())['account.failing']).toBeLessThanOrEqual(fewTold)

    back()
    made.client('api').most = 0
    // The probe, a rate that comes back step by step, and all that is due.
    await made.pass(15 * minute)
    expect(await statuses(made, ids)).toEqual({ connected: 300 })
    const { most, reuses } = made.client('api')
    expect(most).toBeLessThanOrEqual(20)
    expect(reuses).toBe(0)
    const told = await made.told()
    expect(told['account.needs_reconnect']).toBeUndefined()
    expect(told['account.failing']).toBeLessThanOrEqual(fewTold)
    expect(told['account.recovered']).toBe(told['account.failing'])
    expect(Math.min(...(await made.generations(ids)))).toBeGreaterThan(1)
  })
})

test('while a provider is down calls go out with what is valid, and the others hear at once when to come back', async () => {
  const made = await background()
  made.provider.script('ANY /api/*', { status: 200 })
  const ids = await made.connect('api', 60)
  const [valid = ''] = await made.connect('other', 1)
  const call = (id: string) => made.sallyport.request('GET', `/proxy/${id}/me`)
  const back = failing(made, { status: 503 })
  await made.pass(35 * minute)
  expect(made.sallyport.logged()).toContain('renewals of this client are paused')
  const asked = made.client('api').requests
  for (const id of ids) expect((await call(id)).status).toBe(200)
  expect(made.client('api').requests).toBe(asked)

  await made.pass(30 * minute)
  const before = made.client('api').requests
  for (const id of ids) {
    const reply = await call(id)
    expect([reply.status, reply.body.code]).toEqual([503, 'renewal_unavailable'])
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  }
  // At most the one that found the pause over.
  expect(made.client('api').requests - before).toBeLessThanOrEqual(1)
  back()
  await made.pass(6 * minute)
  expect((await call(ids[0] ?? '')).status).toBe(200)
  expect((await call(valid)).status).toBe(200)
})

test('a person who asks for a renewal finds out at once that the provider is back, and everybody profits', async () => {
  const made = await background()
  const ids = await made.connect('api', 60)
  const back = failing(made, { status: 503 })
  await made.pass(2 * hour, 5)
  back()
  const renew = () => made.sallyport.request('POST', `/v1/accounts/${ids[0]}/renew`)
  expect((await renew()).status).toBe(201)
  const before = made.client('api').requests
  await made.pass(20)
  expect(made.client('api').requests - before).toBeGreaterThanOrEqual(10)
})

test('a client that is refused is one account’s news, asks no person, and holds up no other client', async () => {
  const made = await background()
  const ids = await made.connect('wrong', 100)
  const others = await made.connect('right', 20)
  const mended = failing(made, { status: 401, body: '{"error":"invalid_client"}' }, 'wrong')
  await made.pass(3 * hour, 5)
  const told = await made.told()
  expect(told['account.failing']).toBe(1)
  expect(told['account.needs_reconnect']).toBeUndefined()
  expect(made.client('wrong').requests).toBeLessThan(60)
  expect(Math.min(...(await made.generations(others)))).toBeGreaterThan(4)
  expect(made.sallyport.logged().match(/renewals of this client are paused/g)).toHaveLength(1)

  mended()
  // Whoever corrects the definition does not wait for the end of the pause.
  const change = { auth: { clientSecret: 'another' } }
  expect((await made.sallyport.request('PATCH', '/v1/integrations/wrong', change)).status).toBe(200)
  await made.pass(10)
  expect(await statuses(made, ids)).toEqual({ connected: 100 })
  expect(Math.min(...(await made.generations(ids)))).toBe(2)
  expect((await made.told())['account.recovered']).toBe(1)
})

test('calls that need their renewals, more than the cap allows, wait a moment for their turn', async () => {
  const made = await background()
  made.provider.script('ANY /api/*', { status: 200 })
  const ids = await made.connect('api', 5, { perSecond: 1 })
  made.clock.advance(61 * minute * second)
  const calls = ids.map((id) => made.sallyport.request('GET', `/proxy/${id}/me`))
  const ended = Promise.all(calls)
  // Each is let through by a second that passes.
  for (let count = 1; count < 5; count += 1) {
    await expect.poll(() => made.client('api').requests, { timeout: 5 * second }).toBe(count)
    made.clock.advance(second)
  }
  expect((await ended).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  expect(made.client('api')).toMatchObject({ requests: 5, most: 1, reuses: 0 })
})
