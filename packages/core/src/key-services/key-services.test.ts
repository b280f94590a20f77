import { randomBytes } from 'node:crypto'
import { fakeClock, KmsServer, TransitServer } from '@sallyport/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { traceOf } from '../error.ts'
import { KeyServiceFailure } from '../vault/key-service-failure.ts'
import { outerKeyIdOf } from '../vault/outer-keys.ts'
import { HeldTimers, keysOf, owner, type StandIn, secretOf } from './key-services.suite.ts'

async function transitStandIn(): Promise<StandIn> {
  const clock = fakeClock()
  const server = await TransitServer.start({ now: clock.now })
  onTestFinished(() => server.close())
  return {
    origin: server.origin,
    clock,
    timers: new HeldTimers(clock),
    settings: {
      ...{ type: 'transit', id: 'vault1', organizationKeys: false, address: server.origin, mount: 'transit' },
      ...{ key: 'sallyport', namespace: undefined, login: { token: secretOf(server.token) } },
    },
    asked: () => server.asked.filter((path) => path.includes('crypt/')).length,
    hasKeyOf: (organizationId) => server.keys.has(`sallyport-${organizationId}`),
    goDown() {
      server.outage = 'reset'
    },
    comeBack() {
      server.outage = undefined
    },
  }
}

async function kmsStandIn(): Promise<StandIn> {
  const clock = fakeClock()
  const server = await KmsServer.start({ now: clock.now })
  onTestFinished(() => server.close())
  return {
    origin: server.origin,
    clock,
    timers: new HeldTimers(clock),
    settings: {
      ...{ type: 'aws_kms', id: 'kms1', organizationKeys: false, endpoint: server.origin },
      ...{ region: server.region, key: 'alias/sallyport', pendingDeletionDays: 7 },
      ...{ accessKeyId: server.accessKeyId, secretAccessKey: secretOf(server.secretAccessKey) },
      sessionToken: undefined,
    },
    asked: () => server.asked.length,
    hasKeyOf: (organizationId) => server.key(`alias/sallyport/${organizationId}`)?.state === 'Enabled',
    goDown() {
      server.outage = 'reset'
    },
    comeBack() {
      server.outage = undefined
    },
  }
}

describe.each([
  ['Vault Transit', transitStandIn],
  ['AWS KMS', kmsStandIn],
])('a data key wrapped by %s', (_, start) => {
  test('is unwrapped for its owner alone, by any process, and tells the id of its outer key', async () => {
    const service = await start()
    const dataKey = randomBytes(32)
    const wrapped = await keysOf(service).wrap(owner, dataKey)
    expect(outerKeyIdOf(wrapped)).toBe(service.settings.id)
    expect(wrapped.includes(dataKey)).toBe(false)
    const another = keysOf(service)
    expect((await another.unwrap(owner, wrapped)).export()).toEqual(dataKey)
    for (const other of [{ organizationId: 'org_b' }, { id: 'dek_2' }]) {
      const opened = another.unwrap({ ...owner, ...other }, wrapped)
      await expect(opened).rejects.toMatchObject({ name: 'VaultError', code: 'wrong_key' })
    }
  })

  test('is not unwrapped once a bit of it was changed', async () => {
    const service = await start()
    const keys = keysOf(service)
    const wrapped = await keys.wrap(owner, randomBytes(32))
    wrapped.writeUInt8(wrapped.readUInt8(wrapped.length - 8) ^ 1, wrapped.length - 8)
    await expect(keys.unwrap(owner, wrapped)).rejects.toMatchObject({ name: 'VaultError' })
  })

  test('is undone for good with the key of its organization, and no other’s is', async () => {
    const service = await start()
    const keys = keysOf(service, { organizationKeys: true })
    const other = { organizationId: 'org_b', id: 'dek_2' }
    const [wrapped, others] = [
      await keys.wrap(owner, randomBytes(32)),
      await keys.wrap(other, randomBytes(32)),
    ]
    expect(outerKeyIdOf(wrapped)).toBe(`${service.settings.id}.organization`)
    expect(service.hasKeyOf('org_a')).toBe(true)
    await keys.unwrap(owner, wrapped)
    await keys.shred('org_a')
    await keys.shred('org_a')
    await keys.shred('org_c')
    expect(service.hasKeyOf('org_a')).toBe(false)
    await expect(keys.unwrap(owner, wrapped)).rejects.toThrow()
    await keys.unwrap(other, others)
  })

  test('is unwrapped when organizations have keys of their own only since, or no longer', async () => {
    const service = await start()
    const [before, after] = [keysOf(service), keysOf(service, { organizationKeys: true })]
    await after.unwrap(owner, await before.wrap(owner, randomBytes(32)))
    await before.unwrap(owner, await after.wrap(owner, randomBytes(32)))
    expect(after.ids).toEqual([...before.ids].reverse())
  })
})

describe.each([
  ['Vault Transit', transitStandIn],
  ['AWS KMS', kmsStandIn],
])('%s', (_, start) => {
  test('proves at start that its key is the same (E4)', async () => {
    const service = await start()
    const keys = keysOf(service)
    for (const id of keys.ids) await keys.openCheck(id, await keys.sealCheck(id))
    const others = keysOf(await start())
    const opened = others.openCheck(service.settings.id, await keys.sealCheck(service.settings.id))
    await expect(opened).rejects.toMatchObject({ name: 'VaultError', code: 'wrong_key' })
  })

  test('is not asked again and again while it does not answer (E6)', async () => {
    const service = await start()
    const keys = keysOf(service)
    const wrapped = await keys.wrap(owner, randomBytes(32))
    service.goDown()
    const before = service.asked()
    const all = () => Promise.allSettled(Array.from({ length: 100 }, () => keys.unwrap(owner, wrapped)))
    for (const each of await all()) {
      expect(each).toMatchObject({ reason: { code: 'key_service_unavailable', isRefusal: false } })
    }
    expect(service.asked() - before).toBeLessThanOrEqual(16)
    const first = service.asked()
    await all()
    expect(service.asked()).toBe(first)
    expect(keys.isOutOfReach()).toBe(true)
    // Ten minutes, once a second: pauses of half to all of 0.5, 1, 2… 30 seconds.
    for (let second = 0; second < 600; second += 1) {
      service.timers.pass(1000)
      await all()
    }
    expect(service.asked() - first).toBeGreaterThan(18)
    expect(service.asked() - first).toBeLessThan(50)
  })

  test('is asked by itself until it answers again', async () => {
    const service = await start()
    const keys = keysOf(service)
    service.goDown()
    await expect(keys.wrap(owner, randomBytes(32))).rejects.toBeInstanceOf(KeyServiceFailure)
    keys.probe()
    expect(service.asked()).toBe(1)
    service.comeBack()
    service.timers.pass(1000)
    keys.probe()
    await expect.poll(() => keys.isOutOfReach()).toBe(false)
  })

  test('leaves no secret in what is logged of a failure', async () => {
    const service = await start()
    const secrets = ['accessKeyId', 'secretAccessKey', 'login'].flatMap((name) => {
      const value = (service.settings as unknown as Record<string, unknown>)[name]
      return value === undefined ? [] : [JSON.stringify(value).slice(1, -1)]
    })
    service.goDown()
    const failed = await keysOf(service)
      .wrap(owner, randomBytes(32))
      .catch((error: unknown) => error)
    const { detail, message, cause } = failed as KeyServiceFailure
    const said = `${detail} ${message} ${traceOf(cause)}`
    for (const secret of secrets) expect(said).not.toContain(secret)
  })
})
