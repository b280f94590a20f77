import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fakeClock, filesIn, loopbackProvider, type ReceivedRequest, sink } from '@sallyport/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { connected } from './passage.suite.ts'
import { startSallyport } from './sallyport.suite.ts'
import { isSigned, told } from './webhooks.suite.ts'

const hour = 3_600_000
const day = 24 * hour

test('an event is sent once, signed over id, time and body, as the list shows it', async () => {
  const { sallyport, clock, webhook, account, hooks, get } = await told()
  const { id, secret } = await webhook()
  const connectedAccount = await account()
  await sallyport.runDue()
  await sallyport.runDue()
  const [request, ...others] = hooks()
  if (!request) throw new Error('Nothing came.')
  expect(others).toEqual([])
  // What the account is called now is no part of what happened then.
  const [{ accountName, ...event }] = (await sallyport.request('GET', '/v1/events?type=account')).body.items
  expect(accountName).toBe((await sallyport.request('GET', `/v1/accounts/${connectedAccount}`)).body.name)
  expect(JSON.parse(request.body)).toEqual(event)
  expect(event).toMatchObject({ type: 'account.connected', account: connectedAccount })
  expect(request.headers).toMatchObject({
    'content-type': 'application/json',
    'webhook-id': event.id,
    'webhook-timestamp': String(Math.floor(clock.now() / 1000)),
  })
  expect(isSigned(request, secret)).toBe(true)
  const other = { ...request, headers: { ...request.headers, 'webhook-timestamp': '1' } } as ReceivedRequest
  expect([isSigned(other, secret), isSigned(request, (await webhook()).secret)]).toEqual([false, false])
  expect(await get(`/${id}/deliveries`)).toMatchObject({
    items: [{ event: event.id, status: 'delivered', attempts: 1, response: { status: 204 } }],
  })
})

test('the example of the documentation verifies what is sent, and nothing else', async () => {
  const { sallyport, clock, webhook, account, hooks } = await told()
  const { secret } = await webhook()
  await account()
  await sallyport.runDue()
  const [request] = hooks()
  const text = readFileSync(new URL('../../../docs/events.md', import.meta.url), 'utf8')
  const file = join(mkdtempSync(join(tmpdir(), 'sallyport-example-')), 'verify.mjs')
  writeFileSync(file, /```js\n(.*?)```/s.exec(text)?.[1] ?? '')
  const { verify } = await import(pathToFileURL(file).href)
  const at = clock.now()
  expect(verify(secret, request?.headers, request?.body, at)).toMatchObject({ type: 'account.connected' })
  for (const [headers, body, now] of [
    [request?.headers, `${request?.body} `, at],
    [request?.headers, request?.body, at + 600_000],
    [{ ...request?.headers, 'webhook-id': 'evt_0' }, request?.body, at],
    [{}, request?.body, at],
  ]) {
    expect(() => verify(secret, headers, body, now)).toThrow()
  }
})

test('a receiver that fails is asked again, later each time, is shown as failing, and gets everything', async () => {
  const { sallyport, clock, receiver, webhook, account, hooks, get } = await told()
  const { id, secret } = await webhook()
  const back = receiver.script('POST /hook', { status: 500 })
  await account()
  await account()
  await sallyport.runDue()
  const tried = hooks().length
  await sallyport.runDue()
  expect(hooks()).toHaveLength(tried)
  for (let attempt = 0; attempt < 6; attempt += 1) {
    clock.advance(hour)
    await sallyport.runDue()
  }
  expect(await get(`/${id}`)).toMatchObject({ status: 'failing', reason: 'status_500' })
  back()
  clock.advance(hour)
  await sallyport.runDue()
  clock.advance(hour)
  await sallyport.runDue()
  const { items } = await get(`/${id}/deliveries`)
  expect(items.map(({ status }: { status: string }) => status)).toEqual(['delivered', 'delivered'])
  expect(await get(`/${id}`)).toMatchObject({ status: 'active', lastDeliveredAt: expect.any(String) })
  const ofFirst = hooks().filter((each) => each.headers['webhook-id'] === hooks()[0]?.headers['webhook-id'])
  expect(new Set(ofFirst.map(({ body }) => body)).size).toBe(1)
  expect(new Set(ofFirst.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(ofFirst.length)
  expect(hooks().every((each) => isSigned(each, secret))).toBe(true)
})

test('what is not taken in three days is given up, and can be sent again', async () => {
  const { sallyport, clock, receiver, webhook, account, hooks, get, post } = await told()
  const { id } = await webhook()
  const back = receiver.script('POST /hook', { status: 503, headers: { 'retry-after': '3600' } })
  await account()
  for (let attempt = 0; attempt < 80; attempt += 1) {
    await sallyport.runDue()
    clock.advance(hour)
  }
  const attempts = hooks().length
  expect(attempts).toBeLessThanOrEqual(73)
  const [delivery] = (await get(`/${id}/deliveries`)).items
  expect(delivery).toMatchObject({ status: 'failed', attempts, error: 'status_503' })
  back()
  await sallyport.runDue()
  expect(hooks()).toHaveLength(attempts)
  expect((await post(`/${id}/deliveries/${delivery.id}/replay`)).body).toMatchObject({ status: 'pending' })
  await sallyport.runDue()
  expect((await get(`/${id}/deliveries`)).items).toMatchObject([{ status: 'delivered' }])
  expect(hooks().at(-1)?.body).toBe(hooks()[0]?.body)
  expect((await post(`/${id}/deliveries/dlv_0/replay`)).status).toBe(404)
})

test('events that were not delivered before a restart are delivered after it', async () => {
  const clock = fakeClock()
  const receiver = await loopbackProvider({ clock })
  onTestFinished(() => receiver.close())
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'))
  const environment = { SALLYPORT_ADMIN_KEY: `admin-${randomBytes(24).toString('hex')}` }
  const first = await startSallyport(environment, folder, clock)
  const back = receiver.script('POST /hook', { status: 500 })
  const url = `${receiver.origin}/hook`
  const { secret } = (await first.request('POST', '/v1/webhooks', { url })).body
  const account = await connected(first, { baseUrl: receiver.origin })
  await first.runDue()
  await first.request('DELETE', `/v1/accounts/${account}`)
  await first.close({ keep: true })
  back()
  receiver.script('POST /hook', { status: 200 })
  receiver.forget()
  clock.advance(hour)
  const second = await startSallyport(environment, folder, clock)
  onTestFinished(() => second.close())
  await second.runDue()
  const received = receiver.received('POST /hook')
  expect(received.map(({ body }) => JSON.parse(body).type).sort()).toEqual([
    'account.connected',
    'account.deleted',
  ])
  expect(received.every((each) => isSigned(each, secret))).toBe(true)
})

test('410 disables it; enabled again, it gets what happens from then on', async () => {
  const { sallyport, receiver, webhook, account, hooks, get } = await told()
  const { id } = await webhook()
  const back = receiver.script('POST /hook', { status: 410 })
  await account()
  await sallyport.runDue()
  expect(await get(`/${id}`)).toMatchObject({ disabled: true, status: 'disabled', reason: 'gone' })
  back()
  await account()
  await sallyport.runDue()
  expect(hooks()).toHaveLength(1)
  await sallyport.request('PATCH', `/v1/webhooks/${id}`, { disabled: false })
  await account()
  await sallyport.runDue()
  expect(hooks()).toHaveLength(2)
  expect(await get(`/${id}`)).not.toHaveProperty('reason')
})

test('a redirect is not followed, and what is answered is not read', async () => {
  const nowhere = await sink()
  onTestFinished(() => nowhere.close())
  const { sallyport, receiver, webhook, account, get } = await told()
  const { id } = await webhook()
  const headers = { location: `${nowhere.origin}/` }
  const back = receiver.script('POST /hook', { status: 307, headers })
  await account()
  await sallyport.runDue()
  expect((await get(`/${id}/deliveries`)).items).toMatchObject([{ error: 'redirect_refused' }])
  expect(nowhere.connections).toBe(0)
  back()
  receiver.script('POST /hook', { status: 200, body: 'x'.repeat(4_000_000) })
  const { id: second } = await webhook()
  await account()
  await sallyport.runDue()
  expect((await get(`/${second}/deliveries`)).items).toMatchObject([{ status: 'delivered' }])
})

test('a receiver that does not answer keeps no other waiting', async () => {
  const { sallyport, receiver, webhook, account, hooks } = await told()
  await webhook({ url: `${receiver.origin}/slow` })
  await webhook()
  const gate = receiver.hold('POST /slow')
  await account()
  const working = sallyport.runDue()
  await gate.arrived
  await account()
  const more = sallyport.runDue()
  await expect.poll(() => hooks().length).toBe(2)
  expect(receiver.received('POST /slow')).toHaveLength(1)
  gate.release()
  await Promise.all([working, more])
})

test('each gets the types that it asked for; one that is disabled or deleted gets nothing', async () => {
  const { sallyport, receiver, webhook, account, hooks } = await told()
  const at = (path: string) => ({ url: `${receiver.origin}${path}` })
  receiver.script('ANY /*', { status: 200 })
  await webhook({ events: ['account.deleted'] })
  await webhook({ ...at('/off'), disabled: true })
  const { id } = await webhook(at('/gone'))
  expect((await sallyport.request('DELETE', `/v1/webhooks/${id}`)).status).toBe(204)
  await sallyport.request('DELETE', `/v1/accounts/${await account()}`)
  await sallyport.runDue()
  expect(hooks().map(({ body }) => JSON.parse(body).type)).toEqual(['account.deleted'])
  expect([...receiver.received('POST /off'), ...receiver.received('POST /gone')]).toEqual([])
})

test('a test is sent once and says how it went', async () => {
  const { sallyport, clock, receiver, webhook, hooks, post } = await told()
  const { id, secret } = await webhook()
  expect(await post(`/${id}/test`)).toMatchObject({
    status: 201,
    body: { type: 'webhook.test', status: 'delivered', response: { status: 204 } },
  })
  expect(hooks().map((each) => isSigned(each, secret))).toEqual([true])
  receiver.script('POST /hook', { status: 500 })
  expect((await post(`/${id}/test`)).body).toMatchObject({ status: 'failed', error: 'status_500' })
  clock.advance(day)
  await sallyport.runDue()
  expect(hooks()).toHaveLength(2)
})

test('after a rotation both secrets sign, for a day', async () => {
  const { clock, webhook, hooks, post } = await told()
  const { id, secret } = await webhook()
  const { secret: next } = (await post(`/${id}/rotate`)).body
  await post(`/${id}/test`)
  clock.advance(day)
  await post(`/${id}/test`)
  const signed = hooks().map((each) => [isSigned(each, secret), isSigned(each, next)])
  expect(signed).toEqual([
    [true, true],
    [false, true],
  ])
})

test.each([
  ['ftp://example.com/', 'url'],
  ['https://user:word@example.com/', 'url'],
  ['https://example.com/#part', 'url'],
  ['//example.com', 'url'],
  ['https://exa mple.com/', 'url'],
  ['http://example.com/', 'https_required'],
  ['http://192.0.2.7/', 'address_blocked'],
  ['https://127.0.0.1/', 'address_blocked'],
  ['https://[::ffff:127.0.0.1]/', 'address_blocked'],
  ['https://169.254.169.254/latest', 'address_blocked'],
])('%s is refused when it is saved', async (url, code) => {
  const { sallyport } = await told({ SALLYPORT_ALLOWED_PRIVATE_CIDRS: '' })
  const made = await sallyport.request('POST', '/v1/webhooks', { url })
  expect([made.status, made.body.errors]).toMatchObject([422, [{ path: '/url', code }]])
  const { body } = await sallyport.request('POST', '/v1/webhooks', { url: 'https://example.com/' })
  const changed = await sallyport.request('PATCH', `/v1/webhooks/${body.id}`, { url })
  expect([changed.status, changed.body.errors]).toMatchObject([422, [{ path: '/url', code }]])
  expect((await sallyport.request('GET', `/v1/webhooks/${body.id}`)).body.url).toBe('https://example.com/')
})

test('a name that leads to a private address is blocked as it is dialled', async () => {
  const inside = await sink()
  onTestFinished(() => inside.close())
  const { sallyport, webhook, get } = await told({ SALLYPORT_ALLOWED_PRIVATE_CIDRS: '10.0.0.0/8' })
  const port = new URL(inside.origin).port
  for (const protocol of ['http', 'https']) await webhook({ url: `${protocol}://localhost:${port}/` })
  await connected(sallyport, { baseUrl: 'https://api.example.com' })
  await sallyport.runDue()
  const { items } = await get('')
  for (const { id } of items) {
    expect((await get(`/${id}/deliveries`)).items).toMatchObject([{ error: 'address_blocked' }])
  }
  expect([items.length, inside.connections]).toEqual([2, 0])
})

test('the signing secret is shown once, and is in no other reply, log or file', async () => {
  const { sallyport, webhook, account, get, post } = await told()
  const { id, secret } = await webhook()
  const { secret: next } = (await post(`/${id}/rotate`)).body
  await account()
  await sallyport.runDue()
  await sallyport.request('PATCH', `/v1/webhooks/${id}`, { description: 'Ours' })
  const shown = [await get(''), await get(`/${id}`), await get(`/${id}/deliveries`)]
  const files = filesIn(sallyport.dataFolder).map((file) =>
    readFileSync(join(sallyport.dataFolder, file), 'latin1'),
  )
  const everything = [JSON.stringify(shown), sallyport.logged(), ...files].join('\n')
  expect(everything).toContain(id)
  for (const each of [secret, next]) {
    expect(each).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(everything.includes(each.slice('whsec_'.length, -1))).toBe(false)
  }
})

test('only an administrator whose key is bound to no account reaches webhooks', async () => {
  const { sallyport, webhook, account } = await told()
  const [{ id }, bound] = [await webhook(), await account()]
  const keyWith = async (input: object) =>
    (await sallyport.request('POST', '/v1/keys', { name: 'K', ...input })).body.key
  const keys = [
    await keyWith({ scopes: ['events:read', 'accounts:write'] }),
    await keyWith({ scopes: ['organization:admin'], accounts: [bound] }),
  ]
  for (const key of keys) {
    for (const [method, path] of [
      ['POST', ''],
      ['GET', ''],
      ['GET', `/${id}`],
      ['PATCH', `/${id}`],
      ['POST', `/${id}/rotate`],
      ['POST', `/${id}/test`],
      ['GET', `/${id}/deliveries`],
      ['DELETE', `/${id}`],
    ] as const) {
      const body = method === 'POST' && path === '' ? { url: 'https://example.com' } : {}
      const reply = await sallyport.request(
        method,
        `/v1/webhooks${path}`,
        method === 'GET' ? undefined : body,
        {
          key,
        },
      )
      expect([method, path, reply.status, reply.body.code]).toEqual([method, path, 403, 'scope_missing'])
    }
  }
})

test('nothing is delivered for an organization while it is suspended, and what is younger than three days afterwards', async () => {
  const { sallyport, clock, receiver, hooks } = await told()
  const { id, key } = (await sallyport.request('POST', '/v1/organizations', { name: 'Acme' })).body
  const by = (method: string, path: string, body?: object) => sallyport.request(method, path, body, { key })
  const suspend = (suspended: boolean) => sallyport.request('PATCH', `/v1/organizations/${id}`, { suspended })
  await by('POST', '/v1/webhooks', { url: `${receiver.origin}/hook` })
  const definition = { key: 'api', name: 'API', baseUrl: receiver.origin, auth: { type: 'api_token' } }
  await by('POST', '/v1/integrations', definition)
  const account = { integration: 'api', name: 'A', secret: { token: 'token' } }
  const back = receiver.script('POST /hook', { status: 500 })
  expect((await by('POST', '/v1/accounts', account)).status).toBe(201)
  await sallyport.runDue()
  const before = hooks().length
  expect(before).toBe(1)
  back()
  expect((await suspend(true)).status).toBe(200)
  for (let waited = 0; waited < 2 * day; waited += 6 * hour) {
    clock.advance(6 * hour)
    await sallyport.runDue()
  }
  expect(hooks()).toHaveLength(before)
  expect((await suspend(false)).status).toBe(200)
  await sallyport.runDue()
  expect(hooks().map(({ body }) => body)).toEqual([hooks()[0]?.body, hooks()[0]?.body])
  const [webhook] = (await by('GET', '/v1/webhooks')).body.items
  expect((await by('GET', `/v1/webhooks/${webhook.id}/deliveries`)).body.items).toMatchObject([
    { status: 'delivered', attempts: 2 },
  ])
})
