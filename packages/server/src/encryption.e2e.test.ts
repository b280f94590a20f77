import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EncryptionReply, OuterKeysReply, RotationReply } from '@sallyport/contract'
import { fakeClock, type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { grantedTokens } from './renewal.suite.ts'
import { startSallyport, type TestReply, type TestSallyport } from './sallyport.suite.ts'

const clock = fakeClock()
const accounts: string[] = []
let sallyport: TestSallyport
let provider: LoopbackProvider

async function ok(method: string, path: string, body?: unknown): Promise<TestReply['body']> {
  const reply = await sallyport.request(method, path, body)
  expect(reply.status, reply.text).toBeLessThan(300)
  return reply.body
}

/** Of keys those that seal, or did. */
async function encryption(): Promise<EncryptionReply> {
  const reply: EncryptionReply = await ok('GET', '/v1/encryption')
  return { ...reply, dataKeys: reply.dataKeys.filter(({ state }) => state !== 'audit') }
}

const rotation = (id: string): Promise<RotationReply> => ok('GET', `/v1/encryption/rotations/${id}`)

/** Has what is due done until the rotation stands there. */
async function until(id: string, state: RotationReply['state']): Promise<RotationReply> {
  await expect
    .poll(
      async () => {
        await sallyport.runDue()
        return (await rotation(id)).state
      },
      { timeout: 15_000, interval: 20 },
    )
    .toBe(state)
  return rotation(id)
}

/** Every account gives its token, and renews it. */
async function expectAllWork(): Promise<void> {
  for (const id of accounts) {
    expect((await ok('POST', `/v1/accounts/${id}/renew`)).status).toBe('connected')
    expect((await sallyport.request('GET', `/proxy/${id}/me`)).status).toBe(200)
  }
}

beforeAll(async () => {
  provider = await loopbackProvider({ clock })
  sallyport = await startSallyport({}, undefined, clock)
  const urls = { authorizationUrl: `${provider.origin}/authorize`, tokenUrl: `${provider.origin}/token` }
  const client = { clientId: 'client', clientSecret: 'client-secret' }
  await ok('POST', '/v1/oauth-clients', {
    key: 'shared',
    name: 'Shared',
    hosts: ['127.0.0.1'],
    ...urls,
    ...client,
  })
  const baseUrl = `${provider.origin}/api`
  await ok('POST', '/v1/integrations', {
    ...{ key: 'own', name: 'Own', baseUrl, auth: { type: 'oauth2', ...urls, ...client } },
  })
  await ok('POST', '/v1/integrations', {
    ...{
      key: 'sharing',
      name: 'Sharing',
      baseUrl,
      hosts: ['127.0.0.1'],
      auth: { type: 'oauth2', client: 'shared' },
    },
  })
  await ok('POST', '/v1/webhooks', { url: `${provider.origin}/hook` })
  for (let index = 0; index < 8; index += 1) {
    const integration = index % 2 ? 'own' : 'sharing'
    const secret = await grantedTokens(provider, clock)
    accounts.push((await ok('POST', '/v1/accounts', { integration, name: `${index}`, secret })).id)
  }
}, 30_000)
afterAll(async () => {
  await sallyport.close()
  await provider.close()
})

describe('the data key of an organization', () => {
  test('is replaced: everything is sealed anew, and the old key is destroyed once nothing needs it', async () => {
    clock.advance(1000)
    const before = await encryption()
    expect(before.dataKeys).toMatchObject([{ state: 'active', outerKey: before.currentOuterKey }])
    const started = await ok('POST', '/v1/encryption/rotations', { keepOldKeySeconds: 60 })
    expect(started).toMatchObject({ state: 'running', done: 0, failed: 0 })
    expect(started.total).toBeGreaterThan(accounts.length)
    const again = await sallyport.request('POST', '/v1/encryption/rotations', {})
    expect([again.status, again.body.code]).toEqual([409, 'rotation_under_way'])
    const settling = await until(started.id, 'settling')
    expect(settling).toMatchObject({ done: started.total, failed: 0 })
    clock.advance(59_000)
    await sallyport.runDue()
    expect(await encryption()).toMatchObject({
      dataKeys: [{ state: 'decrypt' }, { id: started.dataKey, state: 'active' }],
      rotation: { id: started.id, state: 'settling' },
    })
    clock.advance(1000)
    expect(await until(started.id, 'done')).toMatchObject({ failed: 0, endedAt: expect.any(String) })
    const { dataKeys, rotation: none } = await encryption()
    expect([dataKeys[0]?.state, dataKeys[0]?.outerKey, none]).toEqual(['dead', undefined, undefined])
    // A process that remembers no key opens all of it.
    await sallyport.close({ keep: true })
    sallyport = await startSallyport({ SALLYPORT_ADMIN_KEY: sallyport.adminKey }, sallyport.dataFolder, clock)
    await expectAllWork()
    await ok('PATCH', '/v1/integrations/own', { name: 'Renamed' })
  })

  test('is turned by whoever may, and the audit says who, and when that ended', async () => {
    const entries = async (action: string) => (await ok('GET', `/v1/audit?action=${action}`)).items
    expect(await entries('key_rotation.started')).toMatchObject([{ actor: { kind: 'operator' } }])
    const [ended] = await entries('key_rotation.ended')
    expect(ended).toMatchObject({ actor: { kind: 'system' }, target: { kind: 'key_rotation' } })
    expect(ended.changes).toContainEqual({ field: '/failed', after: 0 })
  })

  test('that is replaced while a process stops is replaced by the next from where that one came to', async () => {
    clock.advance(1000)
    const { id } = await ok('POST', '/v1/encryption/rotations', { keepOldKeySeconds: 0 })
    await sallyport.runDue()
    await sallyport.close({ keep: true })
    sallyport = await startSallyport({ SALLYPORT_ADMIN_KEY: sallyport.adminKey }, sallyport.dataFolder, clock)
    await until(id, 'settling')
    clock.advance(10_000)
    await until(id, 'done')
    await expectAllWork()
    expect((await encryption()).dataKeys.map(({ state }) => state)).toEqual(['dead', 'dead', 'active'])
    expect(
      (await ok('GET', '/v1/encryption/rotations')).items.map(({ state }: RotationReply) => state),
    ).toEqual(['done', 'done'])
  })
})

describe('outer keys', () => {
  const outerKeys = (): Promise<OuterKeysReply> => ok('GET', '/v1/encryption/outer-keys')

  async function restart(ring: string): Promise<void> {
    await sallyport.close({ keep: true })
    const environment = { SALLYPORT_ADMIN_KEY: sallyport.adminKey, SALLYPORT_ENCRYPTION_KEYS: ring }
    sallyport = await startSallyport(environment, sallyport.dataFolder, clock)
  }

  test('are turned by a restart with a new one first: every data key is wrapped by it, and the old one can be taken away', async () => {
    const old = readFileSync(join(sallyport.dataFolder, 'encryption-key'), 'utf8').trim()
    const next = `next:${randomBytes(32).toString('base64')}`
    const [before] = (await outerKeys()).outerKeys
    expect(before).toMatchObject({ current: true, dataKeys: 2 })
    await restart(`${next},${old}`)
    await expect
      .poll(async () => {
        await sallyport.runDue()
        return (await outerKeys()).rewrap
      })
      .toEqual({ done: 2, total: 2 })
    expect((await outerKeys()).outerKeys).toEqual([
      { id: 'next', current: true, available: true, dataKeys: 2 },
      { id: before?.id, current: false, available: true, dataKeys: 0 },
    ])
    await restart(next)
    expect((await outerKeys()).outerKeys).toMatchObject([{ id: 'next', current: true }])
    await expectAllWork()
    expect((await ok('POST', '/v1/audit/verify', {})).faults ?? []).toEqual([])
  })

  test('that still wrap something are not to be taken away: nothing starts without them, and nothing is written', async () => {
    const { dataFolder, adminKey } = sallyport
    await sallyport.close({ keep: true })
    const other = {
      SALLYPORT_ADMIN_KEY: adminKey,
      SALLYPORT_ENCRYPTION_KEYS: `x:${randomBytes(32).toString('base64')}`,
    }
    await expect(startSallyport(other, dataFolder, clock)).rejects.toThrow('the key "next"')
  })
})
