import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { publicDocument } from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rest } from './endpoints/rest.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'

interface Received {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

let sallyport: TestSallyport
let api: ReturnType<typeof rest>
let origin: string
const received: Received[] = []
const upstream = createServer(async (request, response) => {
  const { method, url, headers } = request
  received.push({ method, url, headers, body: await text(request) })
  response.setHeader('content-type', 'application/json').end('{"id":"one"}')
})

beforeAll(async () => {
  sallyport = await startSallyport()
  api = rest(sallyport)
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`
})
afterAll(async () => {
  await sallyport.close()
  await new Promise((resolve) => upstream.close(resolve))
})

const importing = (body: object) => api.post('/v1/operations/import', body)
const lines = { headers: { accept: 'application/x-ndjson' } }
const importingByLine = async (body: object) => {
  const reply = await sallyport.request('POST', '/v1/operations/import', body, lines)
  const said = reply.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  return { reply, said, last: said.at(-1) }
}

/** An API with the operations of these ids. */
const things = (...ids: string[]) => ({
  openapi: '3.1.0',
  info: { title: 'Things', version: '1' },
  servers: [{ url: origin }],
  paths: Object.fromEntries(ids.map((operationId) => [`/${operationId}`, { get: { operationId } }])),
})

describe('the operations of Stripe, from its own document', () => {
  let account: string
  const run = async (key: string, input: object) => {
    received.length = 0
    const reply = await api.post(`/v1/operations/${key}/run`, { input, account })
    expect(reply.status, reply.text).toBe(201)
    expect(reply.body.output).toEqual({ id: 'one' })
    expect(received).toHaveLength(1)
    const [{ method, url, headers, body }] = received as [Received]
    expect(headers.authorization).toBe(`Basic ${btoa('sk_test:')}`)
    return { method, url, type: headers['content-type'], fields: [...new URLSearchParams(body)] }
  }

  test('are imported with an integration, line by line, and one entry in the audit', async () => {
    const { reply, said, last } = await importingByLine({
      document: publicDocument('stripe'),
      integration: 'stripe',
    })
    expect([reply.status, reply.headers.get('content-type')]).toEqual([201, 'application/x-ndjson'])
    expect(said[0]).toEqual({ done: 0, total: 452 })
    expect(said.at(-2)).toEqual({ done: 452, total: 452 })
    expect(said.length).toBeGreaterThan(10)
    expect(last.result).toMatchObject({
      dryRun: false,
      document: { title: 'Stripe API', specification: '3.0', operations: 452 },
      integration: { key: 'stripe', outcome: 'created', definition: { auth: { type: 'basic' } } },
      skippedMore: 0,
    })
    expect(last.result.operations).toHaveLength(452)
    expect(
      last.result.skipped.every(
        ({ path, reason }: { path: string; reason: string }) => /^\//.test(path) && reason !== '',
      ),
    ).toBe(true)
    const audit = (await api.get('/v1/audit?limit=2')).body.items
    expect(audit.map(({ action }: { action: string }) => action).sort()).toEqual([
      'integration.created',
      'operations.imported',
    ])
    expect(audit.find(({ action }: { action: string }) => action === 'operations.imported')).toMatchObject({
      target: { kind: 'operations', name: 'stripe' },
      changes: expect.arrayContaining([{ field: '/created', after: 452 }]),
    })
  })

  test('are sent as the document says', async () => {
    const moved = await api.patch('/v1/integrations/stripe', { baseUrl: origin, hosts: null })
    expect(moved.status, moved.text).toBe(200)
    account = (await api.account('stripe', { secret: { username: 'sk_test', password: '' } })).id
    expect(await run('GetCustomersCustomer', { customer: 'cus_1/x', expand: ['a', 'b'] })).toMatchObject({
      method: 'GET',
      url: '/v1/customers/cus_1%2Fx?expand%5B%5D=a&expand%5B%5D=b',
    })
    expect(await run('GetCharges', { created: { gte: 5 }, limit: 2 })).toMatchObject({
      url: '/v1/charges?created%5Bgte%5D=5&limit=2',
    })
    expect(await run('GetCharges', { created: 7 })).toMatchObject({ url: '/v1/charges?created=7' })
    expect(await run('DeleteCustomersCustomer', { customer: 'cus_1' })).toMatchObject({
      method: 'DELETE',
      url: '/v1/customers/cus_1',
    })
    expect(
      await run('PostSubscriptions', {
        customer: 'cus_1',
        items: [{ price: 'p1', quantity: 2 }, { price: 'p2' }],
        metadata: { a: 'b' },
      }),
    ).toEqual({
      method: 'POST',
      url: '/v1/subscriptions',
      type: 'application/x-www-form-urlencoded',
      fields: expect.arrayContaining([
        ['customer', 'cus_1'],
        ['items[0][price]', 'p1'],
        ['items[0][quantity]', '2'],
        ['items[1][price]', 'p2'],
        ['metadata[a]', 'b'],
      ]),
    })
  })

  test('hold as operations that somebody writes: one can be changed', async () => {
    for (const key of ['PostSubscriptions', 'GetCharges', 'PostFiles']) {
      const reply = await api.patch(`/v1/operations/${key}`, { description: 'Mine' })
      expect([reply.status, reply.body.description], reply.text).toEqual([200, 'Mine'])
    }
  })
})

test('JSON, lists with commas, headers and files go as a small document of Swagger 2.0 says', async () => {
  const document = `
swagger: "2.0"
info: {title: Old, version: "1"}
host: ${new URL(origin).host}
basePath: /v1
schemes: [http]
securityDefinitions: {key: {type: apiKey, in: header, name: X-Key}}
paths:
  /files/{id}:
    post:
      operationId: upload
      consumes: [multipart/form-data]
      parameters:
        - {name: id, in: path, required: true, type: integer}
        - {name: tags, in: query, type: array, items: {type: string}}
        - {name: X-Trace, in: header, type: string}
        - {name: file, in: formData, required: true, type: file}
  /things:
    put:
      operationId: replace
      parameters: [{name: thing, in: body, schema: {type: object, properties: {a: {type: string}, b: {type: integer}}}}]
`
  const reply = await importing({ document, integration: 'old', prefix: 'old' })
  expect(reply.status, reply.text).toBe(201)
  expect(reply.body.operations.map(({ key }: { key: string }) => key)).toEqual(['oldUpload', 'oldReplace'])
  const { id: account } = await api.account('old', { secret: { token: 't1' } })
  received.length = 0
  const input = { id: 7, tags: ['a', 'b'], X_Trace: 'x', file: btoa('hello'), file_filename: 'a.txt' }
  const run = await api.post('/v1/operations/oldUpload/run', { input, account })
  expect(run.status, run.text).toBe(201)
  await api.post('/v1/operations/oldReplace/run', { input: { a: 'x' }, account })
  const [upload, replace] = received
  expect(upload).toMatchObject({
    method: 'POST',
    url: '/v1/files/7?tags=a%2Cb',
    headers: { 'x-trace': 'x', 'x-key': 't1' },
  })
  expect(upload?.body).toContain('name="file"; filename="a.txt"')
  expect(upload?.body).toContain('\r\n\r\nhello\r\n')
  expect(replace).toMatchObject({
    method: 'PUT',
    url: '/v1/things',
    body: '{"a":"x"}',
    headers: { 'content-type': 'application/json' },
  })
})

test('other calls are answered while the 499 operations of Jira are imported, and a second import waits its turn', async () => {
  let isDone = false
  const running = importing({ document: publicDocument('jira'), prefix: 'jira' }).finally(() => {
    isDone = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  let answered = 0
  let refused: Awaited<typeof running> | undefined
  while (!isDone) {
    expect((await api.get('/v1/environments')).status).toBe(200)
    if (!isDone) answered += 1
    if (answered === 5) refused = await importing({ document: things('other'), prefix: 'second' })
  }
  const reply = await running
  expect([reply.status, reply.body.operations?.length], reply.text.slice(0, 500)).toEqual([201, 499])
  expect(answered).toBeGreaterThan(20)
  expect([refused?.status, refused?.body.code]).toEqual([429, 'limit_reached'])
  expect(reply.body.integration).toMatchObject({ outcome: 'draft' })
  expect((await importing({ document: things('other'), prefix: 'second' })).status).toBe(201)
})

test('a dry run shows what would be made, and makes nothing', async () => {
  const reply = await importing({ document: things('dryOne', 'dryTwo'), integration: 'dry', dryRun: true })
  expect([reply.status, reply.body.dryRun, reply.body.operations.length]).toEqual([201, true, 2])
  expect(reply.body.integration).toMatchObject({
    key: 'dry',
    outcome: 'created',
    definition: { baseUrl: origin },
  })
  expect((await api.get('/v1/operations/dryOne')).status).toBe(404)
  expect((await api.get('/v1/integrations/dry')).status).toBe(404)
})

test('what is there already ends the import as a whole, is kept, or is replaced', async () => {
  await importing({ document: things('shared'), integration: 'both' })
  const again = { document: things('fresh', 'Shared'), integration: 'later' }
  const refused = await importing(again)
  expect([refused.status, refused.body.code, refused.body.errors]).toEqual([
    409,
    'key_taken',
    [{ path: '/existing', code: 'key_taken', message: expect.stringContaining('operation shared already') }],
  ])
  const { reply, last } = await importingByLine(again)
  expect([reply.status, last.problem.code, last.problem.status]).toEqual([201, 'key_taken', 409])
  expect((await api.get('/v1/operations/fresh')).status).toBe(404)
  expect((await api.get('/v1/integrations/later')).status).toBe(404)

  const outcomes = async (existing: string) =>
    (await importing({ ...again, existing })).body.operations.map(
      ({ key, outcome }: { key: string; outcome: string }) => [key, outcome],
    )
  expect(await outcomes('keep')).toEqual([
    ['fresh', 'created'],
    ['shared', 'kept'],
  ])
  expect((await api.get('/v1/operations/shared')).body.integration).toBe('both')
  expect(await outcomes('replace')).toEqual([
    ['fresh', 'replaced'],
    ['shared', 'replaced'],
  ])
  const { body } = await api.get('/v1/operations/shared')
  expect([body.key, body.integration]).toEqual(['shared', 'later'])
})

test('where somebody changes one of what is replaced meanwhile, nothing is replaced', async () => {
  const document = things(...Array.from({ length: 1000 }, (_, index) => `race${index}`))
  expect((await importing({ document })).status).toBe(201)
  const updatedAt = async () => (await api.get('/v1/operations/race999')).body.updatedAt
  const before = await updatedAt()
  let isDone = false
  const running = importing({ document, existing: 'replace', integration: 'race' }).finally(() => {
    isDone = true
  })
  while (!isDone) {
    expect((await api.patch('/v1/operations/race0', { description: 'Mine' })).status).toBe(200)
  }
  const reply = await running
  const made = [(await updatedAt()) !== before, (await api.get('/v1/integrations/race')).status]
  // Between what it reads of the first and what it writes lie all others, and hardly ever no change.
  if (reply.status === 201) expect(made).toEqual([true, 200])
  else expect([reply.status, reply.body.code, ...made]).toEqual([409, 'changed_meanwhile', false, 404])
})

test('an integration that is there is used as it is; to make one takes the scope for that', async () => {
  await api.integration({ key: 'mine', baseUrl: origin, auth: { type: 'api_token' } })
  const { key } = (await api.post('/v1/keys', { name: 'Importer', scopes: ['operations:write'] })).body
  const as = (body: object) => sallyport.request('POST', '/v1/operations/import', body, { key })
  const made = await as({ document: things('byScope'), integration: 'MINE' })
  expect([made.status, made.body.integration], made.text).toEqual([201, { key: 'mine', outcome: 'existing' }])
  const refused = await as({ document: things('byScopeToo'), integration: 'yours' })
  expect([refused.status, refused.body.code]).toEqual([403, 'scope_missing'])
  expect((await api.get('/v1/operations/byScopeToo')).status).toBe(404)
})

test.each([
  [{ document: 'a: [' }, '/document', 'malformed'],
  [{ document: things('x'), adapter: 'absent' }, '/adapter', 'unknown_adapter'],
  [
    { document: { ...things('x'), servers: [{ url: 'https://10.0.0.1' }] }, integration: 'blocked' },
    '/integration/baseUrl',
    'address_blocked',
  ],
])('what cannot be imported is a fault with its path', async (body, path, code) => {
  const reply = await importing(body)
  expect([reply.status, reply.body.code], reply.text).toEqual([422, 'input_invalid'])
  expect(reply.body.errors).toEqual([{ path, code, message: expect.stringMatching(/\.$/) }])
})

test('a fault that is found before the first line is answered as everywhere', async () => {
  const { reply, last } = await importingByLine({ document: 'a: [' })
  expect([reply.status, last.code]).toEqual([422, 'input_invalid'])
})
