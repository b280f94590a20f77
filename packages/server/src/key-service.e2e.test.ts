import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { canary, fakeClock, filesIn, findCanaries, loopbackProvider, TransitServer } from '@sallyport/testkit'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { connected } from './passage.suite.ts'
import { launch } from './process.suite.ts'
import { newFolder, realmsEnvironment, realmUrls, testRealm } from './realms.suite.ts'
import { freePort, send, startSallyport } from './sallyport.suite.ts'

let port: number
beforeAll(async () => {
  port = await freePort()
})

async function transit() {
  const server = await TransitServer.start()
  onTestFinished(() => server.close())
  const { roleId, secretId } = server.role
  const service = { type: 'transit', id: 'vault1', address: server.origin, appRole: { roleId, secretId } }
  return { server, service }
}

function started(settings: Readonly<Record<string, string>>) {
  const node = launch(settings)
  onTestFinished(async () => void (await node.kill()))
  return node
}

/** The reply, as soon as anybody listens. */
async function answered(path: string, origin = `http://127.0.0.1:${port}`) {
  let reply: Awaited<ReturnType<typeof send>> | undefined
  await expect
    .poll(
      async () => {
        reply = await send(`${origin}${path}`, 'GET', undefined, { key: null, headers: {} }).catch(
          () => undefined,
        )
        return reply !== undefined
      },
      { timeout: 20_000 },
    )
    .toBe(true)
  return reply
}

describe('a cold start without the key service (E6)', () => {
  test('lives and is not ready, writes nothing, and serves as soon as the service answers', async () => {
    const { server, service } = await transit()
    const folder = join(newFolder(), 'data')
    const secret = canary('secret id')
    Object.assign(server.role, { secretId: secret })
    const settings = {
      SALLYPORT_PORT: String(port),
      SALLYPORT_DATA_DIR: folder,
      SALLYPORT_ADMIN_KEY: 'an-admin-key-of-forty-characters-or-more',
      SALLYPORT_KEY_SERVICE: JSON.stringify({
        ...service,
        appRole: { ...service.appRole, secretId: secret },
      }),
      SALLYPORT_PRACTICE: 'off',
      SALLYPORT_WORKERS: '1',
    }
    server.outage = 'sealed'
    const node = started(settings)
    expect(await answered('/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } })
    for (const path of ['/readyz', '/v1/accounts', '/proxy/acc_1/me', '/sftp/acc_1/']) {
      const refused = await answered(path)
      expect(refused).toMatchObject({ status: 503, body: { code: 'key_service_unavailable' } })
      expect(refused?.text).toContain('waits for the service')
    }
    expect(existsSync(join(folder, 'sallyport.db'))).toBe(false)
    expect(server.asked.length).toBeLessThan(10)
    server.outage = undefined
    await node.listening
    expect(await answered('/readyz')).toMatchObject({ status: 200 })
    const files = filesIn(folder).map((file) => readFileSync(join(folder, file)))
    for (const text of [node.stdout(), node.stderr(), ...files]) expect(findCanaries(text)).toEqual([])
    expect((await node.stop()).code).toBe(0)
  })

  test('of one realm keeps no other from serving, and the realm comes later', async () => {
    const { server, service } = await transit()
    const folder = newFolder()
    const base: Readonly<Record<string, string>> = realmsEnvironment(port, folder)
    const { us, eu } = JSON.parse(base.SALLYPORT_REALMS ?? '')
    // The first has the admin key, and counts as set up.
    const realms = { eu: { ...eu, keyService: service }, us }
    const settings = { ...base, SALLYPORT_REALMS: JSON.stringify(realms), SALLYPORT_WORKERS: '2' }
    server.outage = 'reset'
    const node = started(settings)
    await node.listening
    const urls = realmUrls(port)
    const refused = await answered('/v1/accounts', urls.eu)
    expect(refused).toMatchObject({ status: 503, body: { code: 'key_service_unavailable' } })
    expect(await answered('/v1/accounts', urls.us)).toMatchObject({ status: 401 })
    expect(await answered('/readyz')).toMatchObject({
      status: 200,
      body: { realms: { eu: { status: 'waiting', keyService: 'unreachable' }, us: { status: 'ready' } } },
    })
    server.outage = undefined
    const realm = testRealm(urls.eu, base.SALLYPORT_ADMIN_KEY ?? '')
    const statuses = async () => {
      const replies = await Promise.all(Array.from({ length: 8 }, () => realm.request('GET', '/v1/accounts')))
      return [...new Set(replies.map(({ status }) => status))]
    }
    await expect.poll(statuses, { timeout: 30_000 }).toEqual([200])
    const made = await realm.request('POST', '/v1/organizations', { name: 'Late' })
    expect(made.status).toBe(201)
    expect((await node.stop()).code).toBe(0)
  })
})

test('with another key in the service than before nothing starts, and nothing is written (E4)', async () => {
  const { server, service } = await transit()
  const folder = newFolder()
  const environment = { SALLYPORT_KEY_SERVICE: JSON.stringify(service) }
  const first = await startSallyport(environment, folder)
  await first.close({ keep: true })
  const content = () =>
    filesIn(folder).map((file) => [file, readFileSync(join(folder, file)).toString('base64')])
  const before = content()
  server.makeKey('sallyport')
  await expect(startSallyport(environment, folder)).rejects.toThrow(
    /The key "vault1" .* is not the one .* SALLYPORT_KEY_SERVICE/,
  )
  server.keys.delete('sallyport')
  await expect(startSallyport(environment, folder)).rejects.toThrow(/is not the one/)
  await expect(startSallyport({}, folder)).rejects.toThrow()
  expect(content()).toEqual(before)
})

test('while the service is down, calls go on and monitors are told', async () => {
  const { server, service } = await transit()
  const clock = fakeClock()
  const environment = { SALLYPORT_KEY_SERVICE: JSON.stringify(service) }
  const sallyport = await startSallyport(environment, newFolder(), clock)
  onTestFinished(() => sallyport.close({ keep: true }))
  const provider = await loopbackProvider()
  onTestFinished(() => provider.close())
  const account = await connected(sallyport, { baseUrl: `${provider.origin}/api` })
  const call = async () => (await sallyport.request('GET', `/proxy/${account}/me`)).status
  const before = await call()
  server.outage = 'reset'
  clock.advance(3_700_000)
  const made = await sallyport.request('POST', '/v1/organizations', { name: 'Late' })
  expect([made.status, made.body.code]).toEqual([503, 'key_service_unavailable'])
  expect(await call()).toBe(before)
  const ready = await sallyport.request('GET', '/readyz', undefined, { key: null })
  expect([ready.status, ready.body]).toEqual([200, { status: 'ready', keyService: 'unreachable' }])
})
