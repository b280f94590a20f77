import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CallEventReply } from '@sallyport/contract'
import { echoServer, fakeClock, faults } from '@sallyport/testkit'
import { expect, test } from 'vitest'
import { connected } from './passage.suite.ts'
import { renewing } from './renewal.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'
import { closed, nextChunk, openCall, streamServer } from './stream.suite.ts'
import { closing, nextMessage, opened } from './websocket.suite.ts'

async function calls(sallyport: TestSallyport, query = '', key?: string): Promise<CallEventReply[]> {
  const options = key === undefined ? {} : { key }
  const reply = await sallyport.request('GET', `/v1/events?type=call${query}`, undefined, options)
  expect(reply.status, reply.text).toBe(200)
  return reply.body.items
}

test('each call is an event that says what was called, how it went and how long it took', async () => {
  const { sallyport, account, provider } = await renewing()
  const made = await sallyport.request('POST', '/v1/keys', { name: 'K', scopes: ['proxy:call'] })
  const reply = await sallyport.request(
    'POST',
    `/proxy/${account}/things/4711?page=2`,
    { some: 'body' },
    { key: made.body.key },
  )
  const [call, ...more] = await calls(sallyport)
  expect(more).toEqual([])
  const { body } = await sallyport.request('GET', `/v1/accounts/${account}`)
  expect(call).toEqual({
    id: expect.stringMatching(/^evt_[0-9a-z]{25}$/),
    type: 'call',
    at: expect.any(String),
    account,
    accountName: body.name,
    integration: body.integration,
    environment: 'development',
    data: {
      requestId: reply.headers.get('sallyport-request-id'),
      key: made.body.id,
      method: 'POST',
      host: new URL(provider.origin).host,
      path: '/things/{id}',
      status: reply.status,
      attempts: 1,
      bytes: { up: Buffer.byteLength('{"some":"body"}'), down: Buffer.byteLength(reply.text) },
      milliseconds: { connect: expect.any(Number), firstByte: expect.any(Number), total: expect.any(Number) },
    },
  })
  const only = { name: 'E', scopes: ['events:read'] }
  const { body: reader } = await sallyport.request('POST', '/v1/keys', only)
  const [seen] = await calls(sallyport, '', reader.key)
  expect([seen?.id, seen?.accountName]).toEqual([call?.id, undefined])
  await sallyport.request('GET', `/proxy/${account}/again`)
  const request = call?.data.requestId
  for (const only of [
    `key=${made.body.id}`,
    `request=${request}`,
    `environment=DEVELOPMENT&request=${request}`,
  ]) {
    expect(await calls(sallyport, `&${only}`), only).toEqual([call])
  }
  for (const nothing of ['key=key_none', 'request=req_none', 'environment=qa', 'app=none'])
    expect(await calls(sallyport, `&${nothing}`), nothing).toEqual([])
})

test('calls of an app are those with the keys of its profiles', async () => {
  const { sallyport, account } = await renewing()
  const { body: own } = await sallyport.request('GET', `/v1/accounts/${account}`)
  const adapters = [{ name: 'api', integration: own.integration }]
  await sallyport.request('POST', '/v1/apps', { key: 'shop', name: 'Shop', adapters })
  await sallyport.request('PUT', '/v1/apps/shop/profiles/dev', {
    environment: 'development',
    bindings: { api: account },
  })
  const input = { name: 'K', scopes: ['proxy:call'], app: 'shop', profile: 'dev' }
  const { body: made } = await sallyport.request('POST', '/v1/keys', input)
  await sallyport.request('GET', '/proxy/api/mine', undefined, { key: made.key })
  await sallyport.request('GET', `/proxy/${account}/other`)
  const found = await calls(sallyport, '&app=SHOP')
  expect(found.map(({ data }) => [data.path, data.key])).toEqual([['/mine', made.id]])
})

test('a call that fails says with what, one that was rejected counts both attempts and the wait for a token', async () => {
  const { sallyport, account, provider, call } = await renewing()
  const stop = provider.script('GET /api/*', faults.reset())
  expect((await call()).status).toBe(502)
  stop()
  const [failed] = await calls(sallyport)
  expect(failed?.data).toMatchObject({ status: 502, code: 'upstream_unreachable', attempts: 1 })
  expect(failed?.data.milliseconds.firstByte).toBeUndefined()

  let rejections = 1
  provider.script('GET /api/*', (_, answer) => (rejections-- > 0 ? { status: 401 } : answer()))
  expect((await call()).status).toBe(200)
  const [renewed] = await calls(sallyport, `&account=${account}`)
  expect(renewed?.data).toMatchObject({ status: 200, attempts: 2 })
  expect(renewed?.data.milliseconds.token).toBeGreaterThan(0)

  await sallyport.request('GET', '/proxy/acc_0/nothing')
  await sallyport.request('GET', '/proxy/acc_0/nothing', undefined, { key: 'sp_wrong' })
  const [nobody] = await calls(sallyport)
  expect(nobody).not.toHaveProperty('account')
  expect(nobody?.data).toMatchObject({ status: 404, code: 'not_found', path: '/nothing', attempts: 0 })
  expect(await calls(sallyport)).toHaveLength(3)
})

test('a stream is told of when it ends: by itself, by whoever called, or by the API that broke off', async () => {
  const sallyport = await startSallyport()
  const upstream = await streamServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: one\n\n')
    if (request.url === '/breaks') setImmediate(() => response.destroy())
    if (request.url === '/ends') response.end()
  })
  const account = await connected(sallyport, { baseUrl: upstream.origin })

  const leaving = openCall(sallyport, `${account}/stays`)
  leaving.request.end()
  await nextChunk(await leaving.reply)
  expect(await calls(sallyport)).toEqual([])
  leaving.request.destroy()
  await upstream.emptied()
  for (const path of ['breaks', 'ends']) {
    const { request, reply } = openCall(sallyport, `${account}/${path}`)
    request.end()
    const stream = (await reply).on('error', () => undefined)
    const end = closed(stream)
    stream.resume()
    await end
  }
  const told = (await calls(sallyport)).map(({ data }) => [
    data.path,
    data.status,
    data.brokenBy,
    data.bytes.down,
  ])
  const bytes = 'data: one\n\n'.length
  expect(told).toEqual([
    ['/ends', 200, undefined, bytes],
    ['/breaks', 200, 'upstream', bytes],
    ['/stays', 200, 'caller', bytes],
  ])
  await sallyport.close()
  await upstream.close()
})

test('a stream that outlasts the time for stopping is cut off, and told of', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'))
  const first = await startSallyport({}, folder)
  const upstream = await streamServer((_, response) => void response.write('data: one\n\n'))
  const account = await connected(first, { baseUrl: upstream.origin })
  const { request, reply } = openCall(first, `${account}/stays`)
  request.end()
  const stream = (await reply).on('error', () => undefined)
  await nextChunk(stream)
  await first.close({ keep: true, drain: 1 })
  const second = await startSallyport({}, folder)
  const [call] = await calls(second)
  expect(call?.data).toMatchObject({
    requestId: stream.headers['sallyport-request-id'],
    status: 200,
    brokenBy: 'caller',
  })
  await second.close()
  await upstream.close()
})

test('a WebSocket is told of when it is closed, with what passed both ways', async () => {
  const sallyport = await startSallyport()
  const upstream = await echoServer(() => undefined)
  const account = await connected(sallyport, { baseUrl: upstream.origin })
  const client = await opened(sallyport, `${account}/live/42`)
  const heard = nextMessage(client)
  // Nothing that could be made shorter on the way.
  client.send(randomBytes(1000))
  await heard
  expect(await calls(sallyport)).toEqual([])
  const end = closing(client)
  client.close()
  await end
  await expect.poll(() => calls(sallyport)).toHaveLength(1)
  const [call] = await calls(sallyport)
  expect(call?.data).toMatchObject({ method: 'GET', path: '/live/{id}', status: 101, attempts: 1 })
  for (const bytes of [call?.data.bytes.up, call?.data.bytes.down]) {
    expect(bytes).toBeGreaterThanOrEqual(1000)
    expect(bytes).toBeLessThan(1100)
  }
  await sallyport.close()
  await upstream.close()
})

test('a call that waited for its turn says for how long', async () => {
  const sallyport = await startSallyport()
  const waiting: ServerResponse[] = []
  const upstream = await streamServer((_, response) => void waiting.push(response))
  const account = await connected(sallyport, { baseUrl: upstream.origin, limits: { concurrency: 1 } })
  const both = [1, 2].map((number) => sallyport.request('GET', `/proxy/${account}/${number}`))
  for (const count of [1, 2]) {
    await expect.poll(() => waiting.length).toBe(count)
    waiting[count - 1]?.end()
  }
  await Promise.all(both)
  const [second, first] = await calls(sallyport)
  const { queued = 0, firstByte = 0 } = second?.data.milliseconds ?? {}
  expect(queued).toBeGreaterThan(0)
  expect(queued).toBeGreaterThan(first?.data.milliseconds.queued ?? 0)
  expect(firstByte).toBeGreaterThan(0)
  await sallyport.close()
  await upstream.close()
})

test('calls are found by account, integration, method, status, code and time, by page, and beside what happened to accounts', async () => {
  const clock = fakeClock()
  const sallyport = await startSallyport({}, undefined, clock)
  const upstream = await streamServer((request, response) => {
    response.writeHead(Number(request.url?.slice(1)) || 200).end()
  })
  const one = await connected(sallyport, { baseUrl: upstream.origin })
  const two = await connected(sallyport, { baseUrl: upstream.origin })
  const began = new Date(clock.now()).toISOString()
  const statuses = [200, 404, 500, 204, 200]
  for (const [index, status] of statuses.entries()) {
    clock.advance(1000)
    await sallyport.request(index === 3 ? 'DELETE' : 'GET', `/proxy/${index % 2 === 0 ? one : two}/${status}`)
  }
  const found = async (query: string) => (await calls(sallyport, query)).map(({ data }) => data.status)
  expect(await found('')).toEqual([200, 204, 500, 404, 200])
  expect(await found(`&account=${two}`)).toEqual([204, 404])
  const { body } = await sallyport.request('GET', `/v1/accounts/${two}`)
  expect(await found(`&integration=${body.integration.toUpperCase()}`)).toEqual([204, 404])
  expect(await found('&method=delete')).toEqual([204])
  expect(await found('&status=2xx')).toEqual([200, 204, 200])
  expect(await found('&status=404')).toEqual([404])
  expect(await found('&code=upstream_timeout')).toEqual([])
  const middle = new Date(clock.now() - 2000).toISOString()
  expect(await found(`&since=${middle}`)).toEqual([200, 204, 500])
  expect(await found(`&until=${middle}`)).toEqual([404, 200])

  const all: string[] = []
  let cursor = ''
  do {
    const page = await sallyport.request('GET', `/v1/events?limit=2${cursor && `&cursor=${cursor}`}`)
    all.push(
      ...page.body.items.map(({ type, data }: CallEventReply) => (type === 'call' ? data.status : type)),
    )
    cursor = page.body.nextCursor ?? ''
  } while (cursor)
  expect(all).toEqual([200, 204, 500, 404, 200, 'account.connected', 'account.connected'])
  // What narrows calls alone leaves out all that is none.
  const both = await sallyport.request('GET', `/v1/events?status=404&since=${began}`)
  expect(both.body.items.map(({ type }: CallEventReply) => type)).toEqual(['call'])
  const last = (await calls(sallyport))[2]?.id
  const followed = await sallyport.request('GET', `/v1/events?after=${last}`)
  expect(followed.body.items.map(({ data }: CallEventReply) => data.status)).toEqual([204, 200])
  for (const query of [
    'status=6xx',
    'status=4',
    'since=yesterday',
    'method=GET%20',
    'code=A',
    'type=calls',
  ]) {
    expect((await sallyport.request('GET', `/v1/events?${query}`)).status, query).toBe(422)
  }

  const bound = await sallyport.request('POST', '/v1/keys', {
    name: 'K',
    scopes: ['events:read'],
    accounts: [one],
  })
  await sallyport.request('GET', '/proxy/acc_0/nobody')
  expect((await calls(sallyport, '', bound.body.key)).map(({ account }) => account)).toEqual([one, one, one])
  expect(await calls(sallyport, `&account=${two}`, bound.body.key)).toEqual([])
  await sallyport.close()
  await upstream.close()
})

test('no webhook is told of calls, and none can be asked to', async () => {
  const { sallyport, call } = await renewing()
  const hook = { url: 'https://hooks.example.com/x' }
  expect((await sallyport.request('POST', '/v1/webhooks', { ...hook, events: ['call'] })).status).toBe(422)
  const made = await sallyport.request('POST', '/v1/webhooks', hook)
  await call()
  await sallyport.runDue()
  expect(await calls(sallyport)).toHaveLength(1)
  const { body } = await sallyport.request('GET', `/v1/webhooks/${made.body.id}/deliveries`)
  expect(body.items).toEqual([])
})

test('what is kept of calls is bounded by age, and none are kept where none are wanted', async () => {
  const clock = fakeClock()
  const short = await startSallyport({ SALLYPORT_EVENT_DAYS: '2' }, undefined, clock)
  await short.request('GET', '/proxy/acc_0/nobody')
  clock.advance(3 * 86_400_000)
  await short.request('GET', '/proxy/acc_0/later')
  await short.runDue()
  expect((await calls(short)).map(({ data }) => data.path)).toEqual(['/later'])
  await short.close()

  const none = await startSallyport({ SALLYPORT_CALL_EVENT_MEGABYTES: '0' })
  await none.request('GET', '/proxy/acc_0/nobody')
  expect(await calls(none)).toEqual([])
  await none.close()
})
