import { sink } from '@sallyport/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { spawnSallyport } from './process.suite.ts'
import { send } from './sallyport.suite.ts'
import { wireServer } from './wire.suite.ts'

test('a process whose environment names a proxy calls APIs directly all the same', async () => {
  const proxy = await sink()
  const upstream = await wireServer()
  const names = [
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'ALL_PROXY',
    'http_proxy',
    'https_proxy',
    'all_proxy',
    'npm_config_proxy',
  ]
  const server = await spawnSallyport({
    ...Object.fromEntries(names.map((name) => [name, proxy.origin])),
    NO_PROXY: '',
    no_proxy: '',
    NODE_USE_ENV_PROXY: '1',
  })
  onTestFinished(async () => {
    await server.stop()
    await Promise.all([proxy.close(), upstream.close()])
  })
  const ask = (method: string, path: string, body?: unknown) =>
    send(`${server.origin}${path}`, method, body, { key: server.adminKey, headers: {} })
  await ask('POST', '/v1/integrations', {
    key: 'api',
    name: 'API',
    baseUrl: upstream.origin,
    auth: { type: 'api_token' },
  })
  const account = { integration: 'api', name: 'API', secret: { token: 'the-token' } }
  const { id } = (await ask('POST', '/v1/accounts', account)).body
  expect((await ask('GET', `/proxy/${id}/x`)).status).toBe(200)
  expect([upstream.requests.map(({ line }) => line), proxy.connections]).toEqual([['GET /x HTTP/1.1'], 0])
})
