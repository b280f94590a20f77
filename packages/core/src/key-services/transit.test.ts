import { randomBytes } from 'node:crypto'
import { fakeClock, TransitServer, type TransitServerOptions } from '@sallyport/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { HeldTimers, owner, secretOf } from './key-services.suite.ts'
import { keyServiceKeys } from './outer-keys.ts'
import type { TransitSettings } from './settings.ts'

async function started(options: TransitServerOptions = {}, change: Partial<TransitSettings> = {}) {
  const clock = fakeClock()
  const timers = new HeldTimers(clock)
  const server = await TransitServer.start({ now: clock.now, ...options })
  onTestFinished(() => server.close())
  const settings: TransitSettings = {
    ...{ type: 'transit', id: 'vault1', organizationKeys: false, address: server.origin, mount: 'transit' },
    ...{ key: 'sallyport', namespace: undefined, login: { token: secretOf(server.token) } },
    ...change,
  }
  const keysWith = (more: Partial<TransitSettings> = {}) =>
    keyServiceKeys({ ...settings, ...more }, { clock, timers, random: { bytes: randomBytes } })
  return { server, timers, keysWith, keys: keysWith() }
}

function roleOf({ role }: TransitServer): TransitSettings['login'] {
  return { mount: 'approle', roleId: role.roleId, secretId: secretOf(role.secretId) }
}

test('what a rotated key wrapped before still opens', async () => {
  const { server, keys } = await started()
  const wrapped = await keys.wrap(owner, randomBytes(32))
  server.rotate('sallyport')
  await keys.unwrap(owner, wrapped)
  expect((await keys.wrap(owner, randomBytes(32))).toString('latin1')).toContain('vault:v2:')
})

test('a server that ignores associated data opens nothing for another owner either', async () => {
  const { keys } = await started({ ignoresAssociatedData: true })
  const wrapped = await keys.wrap(owner, randomBytes(32))
  await keys.unwrap(owner, wrapped)
  await expect(keys.unwrap({ ...owner, organizationId: 'org_b' }, wrapped)).rejects.toMatchObject({
    code: 'tampered',
  })
})

test('a role logs in once, however many ask, and again when its token has ended', async () => {
  const { server, keysWith } = await started()
  const keys = keysWith({ login: roleOf(server) })
  const logins = () => server.asked.filter((asked) => asked === 'POST auth/approle/login').length
  await Promise.all(Array.from({ length: 8 }, () => keys.wrap(owner, randomBytes(32))))
  expect(logins()).toBe(1)
  server.revokeTokens()
  await Promise.all(Array.from({ length: 8 }, () => keys.wrap(owner, randomBytes(32))))
  expect(logins()).toBe(2)
})

test('a token is renewed before it ends, also after an outage', async () => {
  const { server, timers, keysWith } = await started({ tokenSeconds: 600 })
  const keys = keysWith({ login: roleOf(server) })
  await keys.wrap(owner, randomBytes(32))
  const renewals = () => server.asked.filter((asked) => asked === 'POST auth/token/renew-self').length
  await expect.poll(() => timers.pending()).toEqual([400_000])
  server.outage = 'reset'
  timers.pass(400_000)
  await expect.poll(() => timers.pending()).toEqual([20_000])
  server.outage = undefined
  timers.pass(20_000)
  await expect.poll(() => timers.pending()).toEqual([400_000])
  expect(renewals()).toBe(2)
  timers.pass(400_000)
  await expect.poll(renewals).toBe(3)
  await keys.wrap(owner, randomBytes(32))
  expect(server.asked.filter((asked) => asked.endsWith('/login'))).toHaveLength(1)
})

test('a namespace is named, and a token of nobody is refused', async () => {
  const { keys, keysWith } = await started({ namespace: 'team' }, { namespace: 'team' })
  await keys.wrap(owner, randomBytes(32))
  for (const wrong of [
    { namespace: undefined },
    { login: { token: secretOf('hvs.nobody') } },
    { login: { mount: 'approle', roleId: 'nobody', secretId: secretOf('nothing') } },
    { key: 'missing' },
  ]) {
    await expect(keysWith(wrong).wrap(owner, randomBytes(32))).rejects.toMatchObject({ isRefusal: true })
  }
})

test.each(['sealed', 'garbage', 'redirect'] as const)(
  'a server that is %s is out of reach, and nothing is sent elsewhere',
  async (outage) => {
    const { server, keys } = await started()
    server.outage = outage
    await expect(keys.wrap(owner, randomBytes(32))).rejects.toMatchObject({
      code: 'key_service_unavailable',
      isRefusal: false,
    })
    expect(keys.isOutOfReach()).toBe(true)
  },
)
