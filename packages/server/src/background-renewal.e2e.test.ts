import { describe, expect, test } from 'vitest'
import { background } from './background.suite.ts'
import { withPostgres } from './postgres.suite.ts'
import { renewing } from './renewal.suite.ts'
import { startSallyport } from './sallyport.suite.ts'

const second = 1000
const minute = 60
const hour = 60 * minute
const day = 24 * hour

test('a token is renewed before it ends without any call, again and again', async () => {
  const made = await background()
  const [id = ''] = await made.connect('api', 1)
  const read = async () => (await made.sallyport.request('GET', `/v1/accounts/${id}`)).body
  const due = Date.parse((await read()).nextRenewalAt) - made.clock.now()
  expect(due).toBeGreaterThanOrEqual(15 * minute * second)
  expect(due).toBeLessThanOrEqual(30 * minute * second)
  made.clock.advance(due - 1)
  await made.sallyport.runDue()
  expect(made.client('api').requests).toBe(0)
  made.clock.advance(1)
  await made.sallyport.runDue()
  expect(await read()).toMatchObject({ status: 'connected', generation: 2 })
  await made.pass(3 * hour, 10)
  const { requests, reuses } = made.client('api')
  // Every 15 to 45 minutes, by chance.
  expect(requests).toBeGreaterThanOrEqual(5)
  expect(requests).toBeLessThanOrEqual(13)
  expect(await read()).toMatchObject({ status: 'connected', generation: requests + 1 })
  expect([reuses, (await made.told())['account.failing']]).toEqual([0, undefined])
})

test('what was connected together is not renewed together, and never above the cap of the client', async () => {
  const made = await background()
  const ids = await made.connect('api', 200, { perSecond: 5 })
  await made.pass(30 * minute)
  expect(made.client('api')).toMatchObject({ requests: 200, reuses: 0 })
  expect(made.client('api').most).toBeLessThanOrEqual(5)
  expect(new Set(await made.generations(ids))).toEqual(new Set([2]))
})

test('of a client whose accounts are all due at once, no more are renewed in a second than its cap', async () => {
  const made = await background()
  const ids = await made.connect('api', 120, { perSecond: 10 })
  made.clock.advance(50 * minute * second)
  await made.pass(11)
  expect(made.client('api')).toMatchObject({ most: 10, requests: 110 })
  await made.pass(3)
  expect(new Set(await made.generations(ids))).toEqual(new Set([2]))
  expect(made.client('api')).toMatchObject({ most: 10, requests: 120, reuses: 0 })
})

test('a client with a backlog starves no other, nor does a provider that does not answer', async () => {
  const made = await background()
  await made.connect('many', 300, { perSecond: 10 })
  const hanging = await made.connect('slow', 240, { perSecond: 1000 })
  const few = await made.connect('few', 3)
  const gate = made.provider.hold('POST /token')
  made.clock.advance(50 * minute * second)
  // Those of all three begin: none takes what the others need.
  const first = made.sallyport.runDue()
  // Four hundred at once, and one share more than there are lanes.
  await gate.arrivals(10 + 100 + 3)
  const begun = new Map<string, number>()
  for (const { form } of made.provider.received('POST /token')) {
    const [key = ''] = (form.get('refresh_token') ?? '').split('.')
    begun.set(key, (begun.get(key) ?? 0) + 1)
  }
  expect(begun.get('few')).toBe(3)
  expect(begun.get('many')).toBe(10)
  expect(begun.get('slow')).toBe(100)
  gate.release()
  await first
  expect(await made.generations(few)).toEqual([2, 2, 2])
  await made.pass(10)
  expect(new Set(await made.generations(hanging))).toEqual(new Set([2]))
})

test('a disabled account is left alone, and renewed again once it is enabled', async () => {
  const made = await background()
  const [id = ''] = await made.connect('api', 1)
  const set = (disabled: boolean) => made.sallyport.request('PATCH', `/v1/accounts/${id}`, { disabled })
  await set(true)
  await made.pass(2 * hour, 60)
  expect(made.client('api').requests).toBe(0)
  await set(false)
  await made.pass(31)
  expect(await made.generations([id])).toEqual([2])
})

describe('an account that nobody has used for a day', () => {
  test('is renewed only so often that its refresh token lives', async () => {
    const made = await background()
    const ids = await made.connect('api', 3, { refreshLifetime: 9 * day })
    await made.pass(day + hour, 300)
    const eager = made.client('api').requests
    expect(eager).toBeGreaterThan(3 * 24)
    await made.pass(2 * day, 300)
    expect(made.client('api').requests).toBe(eager)
    await made.pass(7 * day, 1800)
    const { requests, reuses } = made.client('api')
    expect([requests - eager, reuses]).toEqual([3 * 3, 0])
    expect(await made.told()).toEqual({ 'account.connected': 3 })
    expect((await made.generations(ids)).reduce((sum, each) => sum + each)).toBe(requests + 3)
  })

  test('is renewed ahead of calls again once somebody calls', async () => {
    const made = await background()
    const [id = ''] = await made.connect('api', 1)
    await made.pass(day + 2 * hour, 300)
    const before = made.client('api').requests
    await made.pass(5 * hour, 300)
    expect(made.client('api').requests).toBe(before)
    expect((await made.sallyport.request('POST', `/v1/accounts/${id}/renew`)).status).toBe(201)
    expect((await made.sallyport.request('POST', `/v1/accounts/${id}/token`)).status).toBe(201)
    await made.pass(2 * hour, 60)
    expect(made.client('api').requests).toBeGreaterThanOrEqual(before + 3)
  })
})

test('an account that spends nothing, and that nobody uses, is renewed by the call that needs it', async () => {
  const { clock, sallyport, call, tokenRequests, status } = await renewing({ machine: true })
  const pass = async (hours: number, every = 5 * minute) => {
    for (let passed = 0; passed < hours * hour; passed += every) {
      clock.advance(every * second)
      await sallyport.runDue()
    }
  }
  await pass(26)
  const before = tokenRequests()
  expect(before).toBeGreaterThan(24)
  await pass(30 * 24, hour)
  expect([tokenRequests(), (await status()).status]).toEqual([before, 'connected'])
  expect((await call()).status).toBe(200)
  expect(tokenRequests()).toBe(before + 1)
  await pass(2)
  expect(tokenRequests()).toBeGreaterThan(before + 2)
})

describe('two nodes on one PostgreSQL', () => {
  const postgres = withPostgres()

  test('renew each account once between them', async () => {
    const environment = await postgres.nodes()
    const made = await background(async (clock) => [
      await startSallyport(environment, undefined, clock),
      await startSallyport(environment, undefined, clock),
    ])
    const ids = await made.connect('api', 80, { perSecond: 1000 })
    made.clock.advance(50 * minute * second)
    await made.pass(4)
    expect(made.client('api')).toMatchObject({ requests: 80, reuses: 0 })
    expect(new Set(await made.generations(ids))).toEqual(new Set([2]))
  })
})

test('when it ends it begins nothing more, and lets what is under way be answered', async () => {
  const made = await background()
  const ids = await made.connect('api', 210, { perSecond: 1000 })
  const gate = made.provider.hold('POST /token')
  made.clock.advance(50 * minute * second)
  const working = made.sallyport.runDue()
  await gate.arrivals(200)
  const closing = made.sallyport.close({ keep: true })
  gate.release()
  await Promise.all([working, closing])
  expect(made.client('api')).toMatchObject({ requests: 200, reuses: 0 })
  const environment = { SALLYPORT_ADMIN_KEY: made.sallyport.adminKey }
  const again = await startSallyport(environment, made.sallyport.dataFolder, made.clock)
  const generations: number[] = []
  for (const id of ids) {
    generations.push((await again.request('GET', `/v1/accounts/${id}`)).body.generation)
  }
  await again.close()
  expect(generations.filter((generation) => generation === 2)).toHaveLength(200)
})
