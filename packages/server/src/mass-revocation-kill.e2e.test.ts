import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { loopbackProvider } from '@sallyport/testkit'
import { expect, test } from 'vitest'
import { codeDefinition } from './authorization.suite.ts'
import { type SallyportProcess, spawnSallyport } from './process.suite.ts'
import { send } from './sallyport.suite.ts'

const many = 40

test('a revocation of many goes on after kill -9, and leaves out none', async (context) => {
  const provider = await loopbackProvider()
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'))
  const environment = { SALLYPORT_ADMIN_KEY: 'admin-key-of-a-revocation-that-is-killed' }
  let server: SallyportProcess = await spawnSallyport(environment, folder)
  context.onTestFinished(async () => {
    await server.kill()
    await provider.close()
    rmSync(folder, { recursive: true })
  })
  const ask = async (method: string, path: string, body?: unknown) => {
    const reply = await send(`${server.origin}${path}`, method, body, { key: server.adminKey, headers: {} })
    expect(reply.status, reply.text).toBeLessThan(300)
    return reply.body
  }
  const taken = new Set<string>()
  let requests = 0
  provider.script('POST /revoke', async ({ form }) => {
    requests += 1
    await delay(20)
    taken.add(form.get('token') ?? '')
    return { status: 200 }
  })
  await ask('POST', '/v1/integrations', codeDefinition(provider, { revokeUrl: `${provider.origin}/revoke` }))
  for (let number = 0; number < many; number += 1) {
    await ask('POST', '/v1/accounts', {
      integration: 'loop',
      name: 'A',
      secret: { accessToken: `t${number}` },
    })
  }
  const run = await ask('POST', '/v1/revocations', { integration: 'loop' })
  await expect.poll(() => requests, { timeout: 20_000 }).toBeGreaterThan(8)
  await server.kill()

  server = await spawnSallyport(environment, folder)
  const left = await ask('GET', `/v1/revocations/${run.id}`)
  expect(left.status).toBe('running')
  expect(left.remaining).toBeGreaterThan(0)
  // What was on its way when the process died is its own for two minutes yet, unless somebody asks for it.
  await ask('POST', `/v1/revocations/${run.id}/retry`)
  const end = () => ask('GET', `/v1/revocations/${run.id}`)
  await expect.poll(async () => (await end()).status, { timeout: 30_000, interval: 200 }).toBe('done')
  expect(await end()).toMatchObject({ total: many, revoked: many })
  expect(taken.size).toBe(many)
})
