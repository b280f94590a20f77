import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { loopbackProvider, TransitServer } from '@sallyport/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { keyed } from './endpoints/rest.suite.ts'
import { copyOf, newFolder } from './fence.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'

interface Keys {
  readonly environment: Readonly<Record<string, string>>
  has(organizationId: string): boolean
}

function inFolder(): Keys {
  const folder = join(newFolder(), 'organization-keys')
  return {
    environment: { SALLYPORT_ORGANIZATION_KEYS_DIR: folder },
    has: (id) => existsSync(join(folder, `${id}.key`)),
  }
}

async function inTransit(): Promise<Keys> {
  const server = await TransitServer.start()
  onTestFinished(() => server.close())
  const { roleId, secretId } = server.role
  const service = {
    ...{ type: 'transit', id: 'vault1', address: server.origin, appRole: { roleId, secretId } },
    organizationKeys: true,
  }
  return {
    environment: { SALLYPORT_KEY_SERVICE: JSON.stringify(service) },
    has: (id) => server.keys.has(`sallyport-${id}`),
  }
}

describe.each([
  ['in a folder', inFolder],
  ['in a key service', inTransit],
])('with keys of organizations %s', (_, made) => {
  test('what a deleted organization had opens in no older copy of the database, and what others have does (E8)', async () => {
    const keys = await made()
    const provider = await loopbackProvider()
    onTestFinished(() => provider.close())
    const folder = newFolder()
    const environment = {
      SALLYPORT_ADMIN_KEY: `admin-${randomBytes(24).toString('hex')}`,
      ...keys.environment,
    }
    const start = async (on: string) => {
      const sallyport = await startSallyport(environment, on)
      onTestFinished(() => sallyport.close({ keep: true }))
      return sallyport
    }
    const before = await start(folder)
    const gone = await organization(before, provider.origin)
    const other = await organization(before, provider.origin)
    expect([await called(before, gone), await called(before, other)]).toEqual([200, 200])
    await before.close({ keep: true })
    const backup = copyOf(folder)

    const sallyport = await start(folder)
    await sallyport.request('PATCH', `/v1/organizations/${gone.id}`, { suspended: true })
    expect((await sallyport.request('DELETE', `/v1/organizations/${gone.id}`)).status).toBe(204)
    await expect.poll(() => keys.has(gone.id), { timeout: 10_000 }).toBe(false)
    expect(keys.has(other.id)).toBe(true)
    await sallyport.close({ keep: true })

    const restored = await start(backup)
    provider.forget()
    expect(await called(restored, gone)).toBe(500)
    expect(provider.received()).toHaveLength(0)
    expect(await called(restored, other)).toBe(200)
    expect(restored.logged()).not.toContain(gone.key)
  })
})

test('nothing starts without the keys of organizations that the database was written with (E4)', async () => {
  const folder = newFolder()
  const keys = join(newFolder(), 'keys')
  const environment = { SALLYPORT_ORGANIZATION_KEYS_DIR: keys }
  const first = await startSallyport(environment, folder)
  await first.close({ keep: true })
  const written = readFileSync(join(folder, 'sallyport.db'))
  await expect(startSallyport({}, folder)).rejects.toThrow(/was written with the key "k\w+\.organization"/)
  rmSync(keys, { recursive: true })
  await expect(startSallyport(environment, folder)).rejects.toThrow(
    /keys of organizations .* are not there.*SALLYPORT_ORGANIZATION_KEYS_DIR/,
  )
  expect(readFileSync(join(folder, 'sallyport.db')).equals(written)).toBe(true)
  expect(existsSync(keys)).toBe(false)
})

interface Organization {
  readonly id: string
  readonly key: string
  readonly account: string
}

async function organization(sallyport: TestSallyport, origin: string): Promise<Organization> {
  const { id, key } = (await sallyport.request('POST', '/v1/organizations', { name: 'One' })).body
  const definition = { key: 'api', name: 'API', ...keyed(origin) }
  await sallyport.request('POST', '/v1/integrations', definition, { key })
  const account = { integration: 'api', name: 'One', secret: { token: 'key' } }
  return { id, key, account: (await sallyport.request('POST', '/v1/accounts', account, { key })).body.id }
}

async function called(sallyport: TestSallyport, { account, key }: Organization): Promise<number> {
  return (await sallyport.request('GET', `/proxy/${account}/me`, undefined, { key })).status
}
