import { randomBytes } from 'node:crypto'
import { fakeClock, KmsServer, type KmsServerOptions } from '@sallyport/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { owner, secretOf } from './key-services.suite.ts'
import { keyServiceKeys } from './outer-keys.ts'
import type { KmsSettings } from './settings.ts'

async function started(options: KmsServerOptions = {}) {
  const clock = fakeClock()
  const server = await KmsServer.start({ now: clock.now, ...options })
  onTestFinished(() => server.close())
  const settings: KmsSettings = {
    ...{ type: 'aws_kms', id: 'kms1', organizationKeys: false, endpoint: server.origin },
    ...{ region: server.region, key: 'alias/sallyport', pendingDeletionDays: 30 },
    ...{ accessKeyId: server.accessKeyId, secretAccessKey: secretOf(server.secretAccessKey) },
    sessionToken: options.sessionToken === undefined ? undefined : secretOf(options.sessionToken),
  }
  const keysWith = (more: Partial<KmsSettings> = {}, at: { now(): number } = clock) =>
    keyServiceKeys({ ...settings, ...more }, { clock: at, random: { bytes: randomBytes } })
  return { server, clock, keysWith, keys: keysWith() }
}

test('signatures of another secret, region or time are refused, by AWS’s own reckoning', async () => {
  const { clock, keys, keysWith } = await started()
  await keys.wrap(owner, randomBytes(32))
  for (const wrong of [{ secretAccessKey: secretOf('another') }, { region: 'us-east-1' }]) {
    const failed = keysWith(wrong).wrap(owner, randomBytes(32))
    await expect(failed).rejects.toMatchObject({
      isRefusal: true,
      detail: expect.stringContaining('Signature'),
    })
  }
  const early = keysWith({}, { now: () => clock.now() - 600_000 })
  await expect(early.wrap(owner, randomBytes(32))).rejects.toMatchObject({ isRefusal: true })
})

test('a session’s token is sent and signed', async () => {
  const { keys, keysWith } = await started({ sessionToken: 'session' })
  await keys.wrap(owner, randomBytes(32))
  await expect(keysWith({ sessionToken: undefined }).wrap(owner, randomBytes(32))).rejects.toMatchObject({
    isRefusal: true,
  })
})

test.each(['throttled', 'broken'] as const)('a service that is %s is out of reach', async (outage) => {
  const { server, keys } = await started()
  server.outage = outage
  await expect(keys.wrap(owner, randomBytes(32))).rejects.toMatchObject({ isRefusal: false })
})

test('nodes that make an organization’s key in the same moment share one, and pay for no other', async () => {
  const { server, keysWith } = await started()
  const nodes = Array.from({ length: 4 }, () => keysWith({ organizationKeys: true }))
  const wrapped = await Promise.all(nodes.map((keys) => keys.wrap(owner, randomBytes(32))))
  for (const each of wrapped) await keysWith().unwrap(owner, each)
  const usable = [...server.keys.values()].filter(({ state }) => state === 'Enabled')
  expect(usable).toHaveLength(2)
})

test('an organization’s key waits for its deletion as many days as are set, unusable', async () => {
  const { server, keysWith } = await started()
  const keys = keysWith({ organizationKeys: true })
  await keys.wrap(owner, randomBytes(32))
  await keys.shred('org_a')
  const gone = [...server.keys.values()].find(({ state }) => state === 'PendingDeletion')
  expect(gone?.days).toBe(30)
})
