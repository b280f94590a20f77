import { once } from 'node:events'
import { connect } from 'node:net'
import { grantedTokens, loopbackProvider } from '@sallyport/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { apiBehind, isRunning, workerNode } from './workers.suite.ts'

test('what one worker changes all others know before its reply is out', async () => {
  const node = await workerNode(3)
  const { account } = await apiBehind(node)
  expect(node.workers()).toHaveLength(3)
  const key = (await node.request('POST', '/v1/keys', { name: 'k', scopes: ['proxy:call'] })).body
  const call = async () => {
    const replies = await node.requests(12, `/proxy/${account}/things`, key.key)
    return [...new Set(replies.map(({ status }) => status))]
  }
  expect(await call()).toEqual([200])
  await node.request('PATCH', `/v1/accounts/${account}`, { disabled: true })
  expect(await call()).toEqual([409])
  await node.request('PATCH', `/v1/accounts/${account}`, { disabled: false })
  expect(await call()).toEqual([200])
  await node.request('DELETE', `/v1/keys/${key.id}`)
  expect(await call()).toEqual([401])
})

test('a definition that one worker changes holds for the next call of every other', async () => {
  const node = await workerNode(3)
  const { api, account } = await apiBehind(node)
  await node.requests(12, `/proxy/${account}/things`)
  for (const version of ['1', '2', '3']) {
    await node.request('PATCH', '/v1/integrations/api', { request: { headers: { 'x-version': version } } })
    api.forget()
    await node.requests(12, `/proxy/${account}/things`)
    const versions = api.received('ANY /api/*').map(({ headers }) => headers['x-version'])
    expect(versions).toEqual(Array.from({ length: 12 }, () => version))
  }
})

test('500 calls over three workers on an expired token make one token request', async () => {
  const provider = await loopbackProvider()
  onTestFinished(() => provider.close())
  provider.script('ANY /api/*', { status: 200 })
  const node = await workerNode(3)
  const { accessToken, refreshToken } = await grantedTokens(provider.origin)
  await node.request('POST', '/v1/integrations', {
    ...{ key: 'api', name: 'API', baseUrl: `${provider.origin}/api` },
    auth: {
      ...{ type: 'oauth2', clientId: 'client', clientSecret: 'client-secret' },
      authorizationUrl: `${provider.origin}/authorize`,
      tokenUrl: `${provider.origin}/token`,
    },
  })
  const secret = { accessToken, refreshToken, expiresAt: new Date(Date.now() - 1000).toISOString() }
  const { body } = await node.request('POST', '/v1/accounts', { integration: 'api', name: 'A', secret })
  provider.forget()
  const replies = await node.requests(500, `/proxy/${body.id}/things`)
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
  expect(provider.received('POST /token')).toHaveLength(1)
  expect(provider.reuseEvents).toBe(0)
})

test('another takes the place of a worker that is killed, and calls go on meanwhile', async () => {
  const node = await workerNode(2)
  const { account } = await apiBehind(node)
  const [killed = 0, other = 0] = node.workers()
  process.kill(killed, 'SIGKILL')
  await expect.poll(() => node.process.stderr()).toContain('another takes its place')
  expect((await node.request('GET', `/proxy/${account}/things`)).status).toBe(200)
  await expect.poll(() => node.workers().length, { timeout: 20_000 }).toBe(2)
  expect(node.workers()).toContain(other)
  // It joins those that are told of changes.
  const listening = () => node.process.stderr().match(/Server listening/g)?.length
  await expect.poll(listening, { timeout: 20_000 }).toBe(3)
  await node.request('PATCH', `/v1/accounts/${account}`, { disabled: true })
  const replies = await node.requests(8, `/proxy/${account}/things`)
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([409]))
}, 60_000)

test('SIGTERM lets the calls that are under way end, in whichever worker, and takes no more', async () => {
  const node = await workerNode(2)
  const { api, account } = await apiBehind(node)
  const gate = api.hold('ANY /api/*')
  const calls = node.requests(6, `/proxy/${account}/things`)
  await expect.poll(() => api.received('ANY /api/*').length).toBe(6)
  const ended = node.process.stop()
  await expect
    .poll(async () => {
      const socket = connect(Number(new URL(node.process.origin).port), '127.0.0.1')
      const outcome = await Promise.race([once(socket, 'connect'), once(socket, 'error')]).catch(
        () => 'refused',
      )
      socket.destroy()
      return outcome
    })
    .toBe('refused')
  gate.release()
  expect((await calls).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200])
  expect(await ended).toEqual({ code: 0, signal: null })
})

test('workers end with their primary, however that ends', async () => {
  const node = await workerNode(2)
  const workers = node.workers()
  await node.process.kill()
  await expect.poll(() => workers.filter(isRunning)).toEqual([])
})

test('metrics are the sum over the workers, and events those of all, whichever is asked', async () => {
  const node = await workerNode(3)
  const { account } = await apiBehind(node)
  await node.requests(30, `/proxy/${account}/things`)
  const scrapes = await node.requests(6, '/metrics')
  const counted = scrapes.map(
    ({ text }) => /^sallyport_calls_total\{integration="api".* (\d+)$/m.exec(text)?.[1],
  )
  expect(counted).toEqual(Array.from({ length: 6 }, () => '30'))
  await node.requests(12, `/proxy/${account}/more`)
  for (const { body } of await node.requests(6, '/v1/events?type=call&limit=100')) {
    expect(body.items).toHaveLength(42)
  }
})
