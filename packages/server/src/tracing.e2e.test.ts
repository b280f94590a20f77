import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { canary, findCanaries, type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { connected } from './passage.suite.ts'
import { spawnSallyport } from './process.suite.ts'
import { send } from './sallyport.suite.ts'

interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[]
}

/** A collector: whatever is posted to it, and the spans in it where they came as JSON. */
async function collector() {
  const received: { path: string; headers: IncomingHttpHeaders; body: Buffer }[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) })
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const resources = () => received.flatMap(({ body }) => JSON.parse(body.toString()).resourceSpans)
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    text: () => received.map(({ body }) => body.toString('latin1')).join('\n'),
    resources,
    spans: (): OtlpSpan[] =>
      resources().flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap(({ spans }: { spans: OtlpSpan[] }) => spans),
      ),
    close: () => server.close(),
  }
}

const parent = { trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' }
const traceparent = `00-${parent.trace}-${parent.span}-01`

let provider: LoopbackProvider
let otlp: Awaited<ReturnType<typeof collector>>

beforeAll(async () => {
  provider = await loopbackProvider()
  provider.script('ANY /open/*', { status: 200, body: 'ok' })
})
afterAll(() => provider.close())

/** One that sends its traces to a collector of its own, with an account that has its token in the query. */
async function traced(environment: Readonly<Record<string, string>> = {}) {
  otlp = await collector()
  const sallyport = await spawnSallyport({
    OTEL_EXPORTER_OTLP_ENDPOINT: otlp.origin,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    ...environment,
  })
  onTestFinished(async () => {
    await sallyport.kill()
    rmSync(sallyport.dataFolder, { recursive: true })
    otlp.close()
  })
  const request = (
    method: string,
    path: string,
    body?: unknown,
    {
      key = sallyport.adminKey,
      headers = {},
    }: { key?: string | null; headers?: Record<string, string> } = {},
  ) => send(`${sallyport.origin}${path}`, method, body, { key, headers })
  const account = await connected(
    { ...sallyport, request } as unknown as Parameters<typeof connected>[0],
    {
      baseUrl: `${provider.origin}/open`,
      placement: { in: 'query', name: 'api_key', template: '{token}' },
    },
    { secret: { token: canary('API token') } },
  )
  provider.forget()
  return { sallyport, request, account }
}

function attributesOf(span: OtlpSpan | undefined): Record<string, unknown> {
  return Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]))
}

test('a call is a span under its caller’s, with one for each attempt, and neither holds a query or a secret', async () => {
  const { sallyport, request, account } = await traced({
    OTEL_SERVICE_NAME: 'passage',
    OTEL_RESOURCE_ATTRIBUTES: 'a=b',
  })
  const path = `/proxy/${account}/users/${canary('path')}?q=${canary('query')}`
  const reply = await request('POST', path, { body: canary('body') }, { headers: { traceparent } })
  expect(reply.status).toBe(200)
  await request('GET', '/proxy/acc_0/x')
  // Nothing is lost when it stops.
  expect((await sallyport.stop()).code).toBe(0)

  const spans = otlp.spans()
  const call = spans.find(({ name }) => name === 'POST /proxy/{account}/{path}')
  expect(call).toMatchObject({ traceId: parent.trace, parentSpanId: parent.span, kind: 2 })
  expect(attributesOf(call)).toMatchObject({
    'http.request.method': 'POST',
    'http.route': '/proxy/{account}/{path}',
    'http.response.status_code': 200,
    'sallyport.account': account,
    'sallyport.request_id': reply.headers.get('sallyport-request-id'),
  })
  const attempt = spans.find(({ parentSpanId }) => parentSpanId === call?.spanId)
  expect(attempt).toMatchObject({ traceId: parent.trace, name: 'POST', kind: 3 })
  const { hostname, port } = new URL(provider.origin)
  expect(attributesOf(attempt)).toMatchObject({
    'url.template': '/users/{id}',
    'url.scheme': 'http',
    'server.address': hostname,
    'server.port': Number(port),
    'http.response.status_code': 200,
  })
  expect(BigInt(attempt?.endTimeUnixNano ?? 0)).toBeLessThanOrEqual(BigInt(call?.endTimeUnixNano ?? 0))
  const other = spans.find(({ name }) => name === 'GET /proxy/{account}/{path}')
  expect(other?.traceId).not.toBe(parent.trace)
  expect(attributesOf(other)).toMatchObject({ 'http.response.status_code': 404, 'error.type': 'not_found' })

  const [{ resource }] = otlp.resources()
  expect(attributesOf(resource)).toMatchObject({ 'service.name': 'passage', a: 'b' })
  expect(otlp.received.every(({ path }) => path === '/v1/traces')).toBe(true)
  expect(findCanaries(otlp.text())).toEqual([])
  expect(otlp.text()).not.toContain('api_key')
  // The API is told what the caller told, and nothing of ours.
  expect(provider.received('POST /open/*')[0]?.headers.traceparent).toBe(traceparent)
})

test('an API is told of our trace where that is asked for, and a caller that is not sampled is not traced', async () => {
  const { sallyport, request, account } = await traced({ SALLYPORT_TRACE_CONTEXT: 'on' })
  await request('GET', `/proxy/${account}/a`, undefined, { headers: { traceparent, tracestate: 'x=y' } })
  await request('GET', `/proxy/${account}/b`, undefined, {
    headers: { traceparent: traceparent.replace(/01$/, '00') },
  })
  await request('GET', `/proxy/${account}/c`, undefined, { headers: { traceparent: 'nonsense' } })
  await sallyport.stop()
  const [first, second, third] = provider.received('GET /open/*').map(({ headers }) => headers)
  const calls = otlp.spans().filter(({ kind }) => kind === 2)
  expect(calls).toHaveLength(2)
  expect(first?.traceparent).toBe(`00-${parent.trace}-${calls[0]?.spanId}-01`)
  expect(first?.tracestate).toBe('x=y')
  expect(second?.traceparent).toMatch(new RegExp(`^00-${parent.trace}-[0-9a-f]{16}-00$`))
  expect(third?.traceparent).toBe(`00-${calls[1]?.traceId}-${calls[1]?.spanId}-01`)
})

test('the standard variables decide on protocol and sampler', async () => {
  const { sallyport, request, account } = await traced({ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' })
  await request('GET', `/proxy/${account}/a`)
  await sallyport.stop()
  expect(otlp.received[0]?.headers['content-type']).toBe('application/x-protobuf')
  expect(otlp.text()).toContain('GET /proxy/{account}/{path}')
  const quiet = await traced({ OTEL_TRACES_SAMPLER: 'always_off' })
  await quiet.request('GET', `/proxy/${quiet.account}/a`)
  await quiet.sallyport.stop()
  expect(otlp.received).toEqual([])
})

test('a collector that is gone is told of in the log, and keeps no call and no stop waiting', async () => {
  const { sallyport, request, account } = await traced({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' })
  expect((await request('GET', `/proxy/${account}/a`)).status).toBe(200)
  expect((await sallyport.stop()).code).toBe(0)
  expect(sallyport.stderr()).toContain('traces could not be sent')
})
