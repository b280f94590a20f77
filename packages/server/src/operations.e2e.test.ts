import { execFile } from 'node:child_process'
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rest } from './endpoints/rest.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'

/** What the API was sent. */
interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

const secret = 'canary-key-of-the-account-0123456789'

interface CallEvent {
  readonly data: { readonly requestId: string; readonly path: string; readonly status: number }
}

let sallyport: TestSallyport
let api: ReturnType<typeof rest>
let upstream: Server
let origin: string
let account: string
const received: Received[] = []
/** Resolves when a request that is never answered is given up. */
let givenUp: Promise<void>
let giveUp: () => void = () => undefined

beforeAll(async () => {
  sallyport = await startSallyport({ SALLYPORT_OPERATION_REPLY_BYTES: '100000' })
  api = rest(sallyport)
  upstream = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '', headers } = request
    received.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
    const { pathname, searchParams } = new URL(url, origin)
    const json = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (pathname.startsWith('/api/find')) json(200, { records: [{ id: 42, 'first-name': 'Ann' }] })
    else if (pathname === '/api/missing') json(404, { error: 'no such thing', sent: headers['x-api-key'] })
    else if (pathname === '/api/describe')
      json(200, { fields: [{ name: 'Email', required: true }, { name: 'Age' }] })
    else if (pathname === '/api/never') response.once('close', giveUp)
    else if (pathname === '/api/large')
      response.setHeader('content-type', 'text/csv').end('x'.repeat(300_000))
    else if (pathname === '/api/pages') {
      const page = Number(searchParams.get('page'))
      if (page === Number(searchParams.get('broken'))) json(500, { sorry: true })
      else json(200, page > 4 ? [] : [{ page }])
    } else json(201, { made: true })
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`
  const integration = await api.integration({
    ...{ key: 'crm', baseUrl: `${origin}/api`, auth: { type: 'api_token' } },
    placement: { in: 'header', name: 'X-Api-Key', template: '{token}' },
  })
  account = (await api.account(integration, { secret: { token: secret } })).id
})
afterAll(async () => {
  expect(sallyport.logged()).not.toContain(secret)
  await sallyport.close()
  upstream.closeAllConnections()
  upstream.close()
})

let count = 0

/** Saves an operation, and returns its key. */
async function saved(fields: Record<string, unknown>): Promise<string> {
  count += 1
  const reply = await api.post('/v1/operations', { key: `op${count}`, name: 'Operation', ...fields })
  expect(reply.status, reply.text).toBe(201)
  return reply.body.key
}

const run = (key: string, body: object, options = {}) =>
  sallyport.request('POST', `/v1/operations/${key}/run`, { account, ...body }, options)
const look = { name: 'look', kind: 'http', path: '/find/{input.kind}' }

/** A key of these rights; of a profile that binds the account to the adapter `crm`, where that is wanted. */
async function keyWith(scopes: readonly string[], more: object = {}): Promise<{ key: string }> {
  const reply = await api.post('/v1/keys', { name: 'A key', scopes, ...more })
  expect(reply.status, reply.text).toBe(201)
  return { key: reply.body.key }
}

describe('an operation', () => {
  test('is saved, shown, changed field by field, listed and deleted, and the audit says by whom', async () => {
    const key = await saved({
      integration: 'crm',
      input: { type: 'object', required: ['kind'] },
      steps: [look],
      timeoutSeconds: 5,
    })
    const changed = await api.patch(`/v1/operations/${key}`, { name: 'Other', input: { required: null } })
    expect(changed.body).toMatchObject({ key, name: 'Other', timeoutSeconds: 5, input: { type: 'object' } })
    expect(changed.body.input).not.toHaveProperty('required')
    expect((await api.get(`/v1/operations/${key.toUpperCase()}`)).body).toEqual(changed.body)
    expect((await api.get('/v1/operations?integration=CRM')).body.items).toEqual([changed.body])
    expect((await api.patch(`/v1/operations/${key}`, { key: 'another' })).status).toBe(422)
    expect((await api.remove(`/v1/operations/${key}`)).status).toBe(204)
    expect((await api.get(`/v1/operations/${key}`)).status).toBe(404)
    const { items } = (await api.get(`/v1/audit?target=${changed.body.id}`)).body
    expect(items.map(({ action }: { action: string }) => action)).toEqual([
      ...['operation.deleted', 'operation.updated', 'operation.created'],
    ])
  })

  test('with faults is refused with all of them, and nothing is saved', async () => {
    const steps = [
      { ...look, path: '{steps.none}', when: '((' },
      { name: 'look', kind: 'wait', seconds: 1 },
    ]
    const reply = await api.post('/v1/operations', { key: 'bad', name: '', input: { type: 7 }, steps })
    expect([reply.status, reply.body.code]).toEqual([422, 'definition_invalid'])
    expect(reply.body.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
      '/input',
      '/name',
      '/steps/0/path',
      '/steps/0/when',
      '/steps/1/name',
    ])
    expect((await api.get('/v1/operations/bad')).status).toBe(404)
    const key = await saved({ steps: [look] })
    const again = await api.post('/v1/operations', { key: key.toUpperCase(), name: 'x', steps: [look] })
    expect([again.status, again.body.code]).toEqual([409, 'key_taken'])
  })

  test('calls with values of its input and of the steps before, each encoded for where it stands', async () => {
    const key = await saved({
      steps: [
        {
          name: 'find',
          kind: 'http',
          path: '/find/{input.kind}',
          query: { q: '{input.text}', none: '{input.no}' },
        },
        {
          ...{ name: 'make', kind: 'http', method: 'POST', path: '/things/{steps.find.body.records.0.id}' },
          body: {
            json: {
              id: '{steps.find.body.records.0.id}',
              name: 'Dear {steps.find.body.records.0.first-name}',
            },
          },
        },
        {
          name: 'end',
          kind: 'return',
          value: { status: '{steps.make.status}', id: '{steps.find.body.records.0.id}' },
        },
      ],
    })
    received.length = 0
    const reply = await run(key, { input: { kind: 'a/b', text: 'x & y=z' } })
    expect([reply.status, reply.body], reply.text).toEqual([201, { output: { status: 201, id: 42 } }])
    expect(received.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /api/find/a%2Fb?q=x%20%26%20y%3Dz',
      'POST /api/things/42',
    ])
    expect(JSON.parse(received[1]?.body ?? '')).toEqual({ id: 42, name: 'Dear Ann' })
    expect(received[1]?.headers).toMatchObject({ 'x-api-key': secret, 'content-type': 'application/json' })
  })

  test('takes only input that its schema allows, names every fault of it, and sends nothing', async () => {
    const properties = { email: { type: 'string', minLength: 3 }, age: { type: 'integer' } }
    const input = { type: 'object', required: ['email'], properties, additionalProperties: false }
    const key = await saved({ input, steps: [{ ...look, path: 'find/x' }] })
    received.length = 0
    const reply = await run(key, { input: { age: 'old', more: 1 } })
    expect([reply.status, reply.body.code], reply.text).toEqual([422, 'input_invalid'])
    const paths = reply.body.errors.map(({ path }: { path: string }) => path)
    expect(paths).toContain('/input/age')
    expect(paths.length).toBeGreaterThanOrEqual(3)
    expect(received).toEqual([])
    expect((await run(key, { input: { email: 'a@b' } })).status).toBe(201)
    expect((await run(key, { inputs: {} })).body.errors[0]).toMatchObject({
      path: '/inputs',
      code: 'unknown_field',
    })
  })

  test('has the schema of its input from the API where it says how', async () => {
    const map =
      '{"type": "object", "required": [fields[required].name], "properties": $merge(fields.{name: {"type": "string"}})}'
    const key = await saved({ inputFrom: { path: 'describe', map }, steps: [{ ...look, path: 'find/x' }] })
    const asked = await api.post(`/v1/operations/${key}/input`, { account })
    expect(asked.body, asked.text).toEqual({
      schema: {
        type: 'object',
        required: ['Email'],
        properties: { Email: { type: 'string' }, Age: { type: 'string' } },
      },
    })
    const plain = await saved({ input: { type: 'object', title: 'T' }, steps: [{ ...look, path: 'find/x' }] })
    expect((await api.post(`/v1/operations/${plain}/input`)).body).toEqual({
      schema: { type: 'object', title: 'T' },
    })
  })

  test('says which step failed and what the API answered, without the secret that the API gave back', async () => {
    const key = await saved({ steps: [{ name: 'look', kind: 'http', path: 'missing' }] })
    const reply = await run(key, { trace: true })
    expect([reply.status, reply.headers.get('content-type')]).toEqual([
      502,
      'application/problem+json; charset=utf-8',
    ])
    expect(reply.body).toMatchObject({
      ...{ code: 'upstream_refused', step: 'look' },
      upstream: { status: 404, body: { error: 'no such thing', sent: '[secret]' } },
    })
    expect(reply.text).not.toContain(secret)
  })

  test('is broken off together with its call when whoever asked has left', async () => {
    const key = await saved({ steps: [{ name: 'wait', kind: 'http', path: 'never' }] })
    givenUp = new Promise((resolve) => {
      giveUp = resolve
    })
    const seen = received.length
    const call = httpRequest(`${sallyport.origin}/v1/operations/${key}/run`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sallyport.adminKey}`, 'content-type': 'application/json' },
    })
    call.on('error', () => undefined)
    call.end(JSON.stringify({ account }))
    while (received.length === seen) await new Promise(setImmediate)
    call.destroy()
    await givenUp
  })
})

describe('who runs', () => {
  test('needs the right to run alone: in a profile by its bindings, else by an account that the key sees', async () => {
    const adapters = [{ name: 'crm', integration: 'crm' }]
    expect((await api.post('/v1/apps', { key: 'shop', name: 'Shop', adapters })).status).toBe(201)
    const profile = {
      environment: 'development',
      bindings: { crm: account },
      settings: { kind: 'of-profile' },
    }
    await sallyport.request('PUT', '/v1/apps/shop/profiles/dev', profile)
    const key = await saved({ adapter: 'crm', steps: [{ ...look, path: 'find/{profile.kind}' }] })
    const inProfile = await keyWith(['operations:run'], { app: 'shop', profile: 'dev' })
    received.length = 0
    expect((await run(key, { account: undefined }, inProfile)).status).toBe(201)
    expect(received[0]?.url).toBe('/api/find/of-profile')
    const plain = await keyWith(['operations:run'])
    const without = await run(key, { account: undefined }, plain)
    expect([without.status, without.body.code, without.body.step]).toEqual([400, 'profile_required', 'look'])
    expect((await run(key, {}, plain)).body.code).toBe('profile_setting_missing')
    const other = await api.account('crm', { secret: { token: 'other' }, name: 'Other' })
    const limited = await keyWith(['operations:run'], { accounts: [other.id] })
    expect((await run(key, {}, limited)).status).toBe(404)
    const asked = await sallyport.request('GET', `/proxy/${account}/find/x`, undefined, plain)
    expect([asked.status, asked.body.code]).toEqual([403, 'scope_missing'])
    expect((await run(key, {}, await keyWith(['proxy:call']))).status).toBe(403)
  })

  test('makes one event of each call', async () => {
    const key = await saved({
      steps: [
        { ...look, path: 'find/word' },
        { ...look, name: 'two', path: 'missing' },
      ],
    })
    const reply = await run(key, {})
    await sallyport.runDue()
    const { items } = (await api.get(`/v1/events?type=call&account=${account}`)).body
    const own = (items as readonly CallEvent[]).filter(({ data }) => data.requestId === reply.body.requestId)
    expect(own.map(({ data }) => [data.path, data.status]).sort()).toEqual([
      ['/find/word', 200],
      ['/missing', 404],
    ])
  })
})

describe('a dry run', () => {
  test('shows the request with the secret masked, sends nothing, and has commands that a shell sends just so', async () => {
    const key = await saved({
      steps: [
        {
          ...{ name: 'look', kind: 'http', method: 'POST', path: "it's", query: { q: '$HOME `id` "x"' } },
          ...{ headers: { 'X-Note': "a'b" }, body: { json: { a: "b'c\n$(id)", at: '@file' } } },
        },
      ],
    })
    received.length = 0
    const reply = await run(key, { dryRun: true })
    expect(reply.status, reply.text).toBe(201)
    const { request } = reply.body
    expect(request).toMatchObject({
      method: 'POST',
      step: 'look',
      body: JSON.stringify({ a: "b'c\n$(id)", at: '@file' }),
    })
    expect(request.url).toMatch(`${origin}/api/it's?q=%24HOME`)
    expect(request.headers).toContainEqual({ name: 'X-Api-Key', value: '***' })
    expect(reply.text).not.toContain(secret)
    expect(received).toEqual([])
    await run(key, {})
    const shell = (command: string) =>
      promisify(execFile)('sh', ['-c', command], {
        env: { PATH: process.env.PATH, TOKEN: secret, SALLYPORT_KEY: sallyport.adminKey },
      })
    await shell(request.curl.api)
    await shell(request.curl.passage)
    const [sent, ...repeated] = received.map(({ method, url, body, headers }) => ({
      ...{
        method,
        url,
        body,
        key: headers['x-api-key'],
        note: headers['x-note'],
        type: headers['content-type'],
      },
    }))
    expect(repeated).toEqual([sent, sent])
  })
})

describe('a stream', () => {
  const pages = (query: object = {}) => ({
    steps: [
      {
        name: 'list',
        kind: 'http',
        path: 'pages',
        query,
        paging: { kind: 'page', parameter: 'page' },
        reply: { as: 'stream' },
      },
    ],
  })
  const lines = { headers: { accept: 'application/x-ndjson' } }

  test('passes on a body that is longer than a run keeps, and no browser takes it for a page', async () => {
    const step = { name: 'large', kind: 'http', path: 'large' }
    const reply = await run(await saved({ steps: [{ ...step, reply: { as: 'stream' } }] }), {})
    expect([reply.text.length, reply.headers.get('content-type')]).toEqual([300_000, 'text/csv'])
    expect(reply.headers.get('content-security-policy')).toBe('sandbox')
    const kept = await run(await saved({ steps: [step] }), {})
    expect([kept.status, kept.body.code, kept.body.step]).toEqual([502, 'reply_too_large', 'large'])
  })

  test('of pages is one array, or a line for each item', async () => {
    const key = await saved(pages())
    const items = [1, 2, 3, 4].map((page) => ({ page }))
    expect((await run(key, {})).body).toEqual(items)
    const reply = await run(key, {}, lines)
    expect(reply.headers.get('content-type')).toBe('application/x-ndjson')
    expect(
      reply.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([...items, { end: { pages: 5 } }])
  })

  test('that breaks off says where to go on, for this operation and nobody who writes it themselves', async () => {
    const key = await saved(pages({ broken: '{input.broken}' }))
    const reply = await run(key, { input: { broken: 3 } }, lines)
    const [first, , last] = reply.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect([first, last.end]).toMatchObject([
      { page: 1 },
      { pages: 2, error: { code: 'upstream_refused', step: 'list' } },
    ])
    const { resume } = last.end
    expect((await run(key, { resume })).body).toEqual([{ page: 3 }, { page: 4 }])
    const other = await run(await saved(pages()), { resume })
    expect([other.status, other.body.errors[0].path]).toEqual([422, '/resume'])
    const forged = Buffer.from(
      JSON.stringify({ step: 'list', turn: { kind: 'url', url: `${origin}/api/find/x` } }),
    )
    expect((await run(key, { resume: forged.toString('base64url') })).status).toBe(422)
    await expect(run(key, { input: { broken: 3 } })).rejects.toThrow()
  })
})
