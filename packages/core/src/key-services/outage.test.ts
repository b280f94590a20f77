import { randomBytes } from 'node:crypto'
import { fakeClock, TransitServer } from '@sallyport/testkit'
import { expect, onTestFinished, test } from 'vitest'
import type { DataKeyRecord } from '../ports.ts'
import { createVault } from '../vault/vault.ts'
import { HeldTimers, secretOf } from './key-services.suite.ts'
import { keyServiceKeys } from './outer-keys.ts'

const hour = 3_600_000
const place = {
  organizationId: 'org_a',
  environment: 'production',
  table: 'account',
  rowId: 'acc_1',
  column: 'credential',
  generation: 1,
}

/** A vault whose outer key a service keeps, with something sealed in it. */
async function started() {
  const clock = fakeClock()
  const timers = new HeldTimers(clock)
  const server = await TransitServer.start({ now: clock.now })
  onTestFinished(() => server.close())
  const random = { bytes: randomBytes }
  const outerKeys = keyServiceKeys(
    {
      ...{ type: 'transit', id: 'vault1', organizationKeys: false, address: server.origin, mount: 'transit' },
      ...{ key: 'sallyport', namespace: undefined, login: { token: secretOf(server.token) } },
    },
    { clock, timers, random },
  )
  const keys: DataKeyRecord[] = []
  const dataKeys = {
    get: async () => keys[0],
    active: async (organizationId: string) => keys.find((key) => key.organizationId === organizationId),
    audit: async () => undefined,
  }
  const vault = createVault({ outerKeys, random, clock, dataKeys })
  keys.push(await vault.newDataKey('org_a'), await vault.newDataKey('org_b'))
  const sealed = await vault.seal('test', place, 'x')
  await vault.open('test', place, sealed)
  const asked = () => server.asked.filter((path) => path.includes('decrypt')).length
  return { server, timers, vault, asked, open: () => vault.open('test', place, sealed) }
}

test('what was opened keeps serving while the key service is down, for a day at most (E6)', async () => {
  const { server, timers, open, vault } = await started()
  server.outage = 'reset'
  for (let passed = 0; passed < 23; passed += 1) {
    timers.pass(hour)
    expect(await open()).toBe('x')
  }
  await expect(vault.seal('test', { ...place, organizationId: 'org_b' }, 'x')).rejects.toMatchObject({
    code: 'key_service_unavailable',
  })
  timers.pass(hour)
  await expect(open()).rejects.toMatchObject({ code: 'key_service_unavailable', retryAfterSeconds: 1 })
  server.outage = undefined
  // The last question of before may still be under way.
  const later = async () => {
    timers.pass(60_000)
    return open().catch(() => 'not yet')
  }
  await expect.poll(later).toBe('x')
})

test('calls do not wait for a key service that is known not to answer', async () => {
  const { server, timers, open } = await started()
  server.outage = 'reset'
  timers.pass(hour)
  await open()
  server.outage = 'silent'
  timers.pass(60_000)
  // Nothing would come back of the question within the time that a test has.
  for (let call = 0; call < 100; call += 1) expect(await open()).toBe('x')
})

test('within its hour an opened key asks nobody, and after it the service once', async () => {
  const { timers, open, asked } = await started()
  const before = asked()
  timers.pass(hour - 1)
  await open()
  expect(asked()).toBe(before)
  timers.pass(1)
  await Promise.all(Array.from({ length: 100 }, open))
  expect(asked()).toBe(before + 1)
})

test('what the service refuses to open is served no longer than its hour, and is not asked for at each call', async () => {
  const { server, timers, open, asked } = await started()
  server.makeKey('sallyport')
  expect(await open()).toBe('x')
  timers.pass(hour)
  const before = asked()
  for (let call = 0; call < 100; call += 1) await expect(open()).rejects.toThrow()
  expect(asked() - before).toBe(1)
})
