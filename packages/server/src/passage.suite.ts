import type { TestSallyport } from './sallyport.suite.ts'
import { parseWire, rawExchange, type WireMessage } from './wire.suite.ts'

let definitions = 0

/** Defines an integration with a key of its own and connects an account to it; its id. */
export async function connected(
  sallyport: TestSallyport,
  definition: Readonly<Record<string, unknown>>,
  account: Readonly<Record<string, unknown>> = { secret: { token: 'the-token' } },
): Promise<string> {
  definitions += 1
  const key = `api${definitions}`
  const defined = await sallyport.request('POST', '/v1/integrations', {
    key,
    name: key,
    auth: { type: 'api_token' },
    ...definition,
  })
  if (defined.status !== 201) throw new Error(defined.text)
  const created = await sallyport.request('POST', '/v1/accounts', { integration: key, name: key, ...account })
  if (created.status !== 201) throw new Error(created.text)
  return created.body.id
}

/** A request as text, with the admin key, on a connection that ends with it; a body is sized unless chunked. */
export function requestText(
  sallyport: Pick<TestSallyport, 'adminKey'>,
  line: string,
  headers: readonly string[] = [],
  body: string | Buffer = '',
): Buffer {
  const has = (name: string) => headers.some((header) => header.toLowerCase().startsWith(`${name}:`))
  const framed = body.length === 0 || has('content-length') || has('transfer-encoding')
  const head = [
    `${line} HTTP/1.1`,
    'Host: sallyport.test',
    ...(has('authorization') ? [] : [`Authorization: Bearer ${sallyport.adminKey}`]),
    ...headers,
    ...(framed ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
    ...(has('connection') ? [] : ['Connection: close']),
  ]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)])
}

/** Sends it, and reads the reply to the end of its connection. */
export async function exchange(
  sallyport: TestSallyport,
  line: string,
  headers: readonly string[] = [],
  body: string | Buffer = '',
): Promise<WireMessage> {
  return parseWire(await rawExchange(sallyport.origin, requestText(sallyport, line, headers, body)))
}

/** Status and code of a failure of our own, which says it in body and header alike. */
export function failureOf(reply: WireMessage): readonly [status: number, code: unknown] {
  const status = Number(reply.line.split(' ')[1])
  if (reply.all('content-type')[0] !== 'application/problem+json') return [status, undefined]
  const problem = JSON.parse(reply.body.toString('utf8')) as Record<string, unknown>
  const said = [problem.status === status, reply.all('sallyport-error')[0] === problem.code]
  return [status, said.every(Boolean) ? problem.code : { problem, headers: reply.headers }]
}
