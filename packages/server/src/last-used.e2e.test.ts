import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fakeClock, loopbackProvider } from '@sallyport/testkit'
import { expect, test } from 'vitest'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'

test('when an account was last used is written down at the latest when Sallyport stops; a trial is no use', async () => {
  const provider = await loopbackProvider()
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'))
  const clock = fakeClock()
  const first = await startSallyport({}, folder, clock)
  const used = await account(first, provider.origin, 'used')
  const tried = await account(first, provider.origin, 'tried')
  clock.advance(60_000)
  const usedAt = new Date(clock.now()).toISOString()
  expect((await first.request('GET', `/proxy/${used}/me`)).status).toBe(200)
  expect((await first.request('POST', `/v1/accounts/${tried}/test`)).body.ok).toBe(true)
  await first.close({ keep: true })

  const second = await startSallyport({}, folder, clock)
  expect((await second.request('GET', `/v1/accounts/${used}`)).body.lastUsedAt).toBe(usedAt)
  expect((await second.request('GET', `/v1/accounts/${tried}`)).body.lastUsedAt).toBeUndefined()
  await second.close()
  await provider.close()
})

/** An account of an integration of its own, with a test request. */
async function account(sallyport: TestSallyport, origin: string, key: string): Promise<string> {
  const tokenUrl = `${origin}/token`
  const client = { clientId: 'client', clientSecret: 'client-secret' }
  const auth = { type: 'oauth2', grant: 'client_credentials', tokenUrl, ...client }
  const test = { path: '/me' }
  await sallyport.request('POST', '/v1/integrations', {
    key,
    name: key,
    baseUrl: `${origin}/api`,
    auth,
    test,
  })
  const made = await sallyport.request('POST', '/v1/accounts', { integration: key, name: key })
  expect(made.body.status).toBe('connected')
  return made.body.id
}
