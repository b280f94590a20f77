import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loopbackProvider } from '@sallyport/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { deviceDefinition, granted, json } from './device.suite.ts'
import { type SallyportProcess, spawnSallyport } from './process.suite.ts'
import { freePort, send, type TestReply } from './sallyport.suite.ts'

const patience = { timeout: 50_000, interval: 100 }

/** When polls arrived, and what the provider says to them. */
async function slowProvider() {
  const provider = await loopbackProvider()
  onTestFinished(provider.close)
  const arrivals: number[] = []
  let answer: { error: string } | typeof granted = { error: 'slow_down' }
  provider.script('POST /device', () =>
    json({
      device_code: 'device-code',
      user_code: 'CODE',
      verification_uri: `${provider.origin}/verify`,
      expires_in: 600,
      interval: 1,
    }),
  )
  provider.script('POST /token', () => {
    arrivals.push(performance.now())
    return json(answer, 'error' in answer ? 400 : 200)
  })
  return {
    provider,
    arrivals,
    approve() {
      answer = granted
    },
  }
}

test('a kill in the middle costs nothing: after the restart no poll is early, and the account is connected', async () => {
  const { provider, arrivals, approve } = await slowProvider()
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'))
  const environment = {
    SALLYPORT_ADMIN_KEY: `admin-${randomBytes(24).toString('hex')}`,
    SALLYPORT_PORT: String(await freePort()),
  }
  let server: SallyportProcess = await spawnSallyport(environment, folder)
  onTestFinished(async () => {
    await server.kill()
    await rm(folder, { recursive: true, force: true })
  })
  const ask = async (method: string, path: string, body?: unknown): Promise<TestReply['body']> => {
    const reply = await send(`${server.origin}${path}`, method, body, { key: server.adminKey, headers: {} })
    if (reply.status >= 300) throw new Error(`${reply.status}: ${reply.text}`)
    return reply.body
  }
  await ask('POST', '/v1/integrations', deviceDefinition(provider))
  const { id } = await ask('POST', '/v1/accounts', { integration: 'loop', name: 'Ann' })
  const began = performance.now()
  await ask('POST', `/v1/accounts/${id}/authorize`)

  await expect.poll(() => arrivals.length, patience).toBe(1)
  await ask('GET', `/v1/accounts/${id}`)
  await server.kill()
  server = await spawnSallyport(environment, folder)
  approve()
  await expect
    .poll(() => ask('GET', `/v1/accounts/${id}`), patience)
    .toMatchObject({ status: 'connected', generation: 1, scopes: ['read'] })

  const [first = 0, second = 0] = arrivals
  expect(arrivals).toHaveLength(2)
  expect(first - began).toBeGreaterThanOrEqual(1000)
  // One second and, told to slow down, five more.
  expect(second - first).toBeGreaterThanOrEqual(6000)
}, 60_000)
