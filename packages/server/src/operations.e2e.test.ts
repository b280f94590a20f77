import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
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

const secret = 'the-key-of-the-account-0123456789'

let sallyport: TestSallyport
let api: ReturnType<typeof rest>
let upstream: Server
let origin: string
let account: string
const received: Received[] = []

beforeAll(async () => {
  sallyport = await startSallyport()
  api = rest(sallyport)
  upstream = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '', headers } = request
    received.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
    const json = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (url.startsWith('/api/find')) json(200, { records: [{ id: 42, 'first-name': 'Ann' }], done: true })
    else if (url.startsWith('/api/missing')) json(404, { error: 'no such thing', sent: headers['x-api-key'] })
    else json(201, { made: true })
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
  await sallyport.close()
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

const run = (key: string, body: object) => api.post(`/v1/operations/${key}/run`, { account, ...body })

describe('an operation', () => {
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
    expect(reply.body, reply.text).toEqual({ output: { status: 201, id: 42 } })
    expect(reply.status).toBe(201)
    expect(received.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /api/find/a%2Fb?q=x%20%26%20y%3Dz',
      'POST /api/things/42',
    ])
    expect(JSON.parse(received[1]?.body ?? '')).toEqual({ id: 42, name: 'Dear Ann' })
    expect(received[1]?.headers).toMatchObject({ 'x-api-key': secret, 'content-type': 'application/json' })
  })

  test('says which step failed and what the API answered, without the secret that the API gave back', async () => {
    const key = await saved({ steps: [{ name: 'look', kind: 'http', path: 'missing' }] })
    const reply = await run(key, {})
    expect(reply.status).toBe(502)
    expect(reply.body).toMatchObject({
      ...{ code: 'upstream_refused', step: 'look' },
      upstream: { status: 404, body: { error: 'no such thing', sent: '[secret]' } },
    })
    expect(reply.text).not.toContain(secret)
  })

  test('shows its request in a dry run with the secret masked, and sends nothing', async () => {
    const key = await saved({
      steps: [{ name: 'look', kind: 'http', method: 'POST', path: "it's", body: { json: { a: "b'c" } } }],
    })
    received.length = 0
    const reply = await run(key, { dryRun: true })
    expect(reply.status, reply.text).toBe(201)
    expect(reply.body.request).toMatchObject({
      method: 'POST',
      url: `${origin}/api/it's`,
      body: `{"a":"b'c"}`,
    })
    expect(reply.body.request.headers).toContainEqual({ name: 'X-Api-Key', value: '***' })
    expect(reply.text).not.toContain(secret)
    expect(received).toEqual([])
  })
})
