import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'vitest'
import { rest } from './endpoints/rest.suite.ts'
import { startSallyport } from './sallyport.suite.ts'

/** What the API was sent. */
export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** What the account's credential is: nothing that is answered or logged may hold it. */
export const accountSecret = 'canary-key-of-the-account-0123456789'

/** A step that finds something. */
export const look = { name: 'look', kind: 'http', path: '/find/{input.kind}' }

/** An API with records, pages, a large file, and a request that it never answers. */
async function startApi() {
  const received: Received[] = []
  /** Called when the request that is never answered is given up. */
  const never = { givenUp: () => undefined as unknown }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '', headers } = request
    received.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
    const { pathname, searchParams } = new URL(url, 'http://api.test')
    const json = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (pathname.startsWith('/api/find')) json(200, { records: [{ id: 42, 'first-name': 'Ann' }] })
    else if (pathname === '/api/missing') json(404, { error: 'no such thing', sent: headers['x-api-key'] })
    else if (pathname === '/api/describe')
      json(200, { fields: [{ name: 'Email', required: true }, { name: 'Age' }] })
    else if (pathname === '/api/never') response.once('close', () => never.givenUp())
    else if (pathname === '/api/large')
      response.setHeader('content-type', 'text/csv').end('x'.repeat(300_000))
    else if (pathname === '/api/pages') {
      const page = Number(searchParams.get('page'))
      if (page === Number(searchParams.get('broken'))) json(500, { sorry: true })
      else json(200, page > 4 ? [] : [{ page }])
    } else json(201, { made: true })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { server, origin, received, never }
}

export type OperationWorld = Awaited<ReturnType<typeof operationWorld>>

/** A Sallyport with an account of the integration `crm`, whose runs keep 100 kB of replies. */
export async function operationWorld() {
  const [sallyport, { server, ...upstream }] = await Promise.all([
    startSallyport({ SALLYPORT_OPERATION_REPLY_BYTES: '100000' }),
    startApi(),
  ])
  const api = rest(sallyport)
  const integration = await api.integration({
    ...{ key: 'crm', baseUrl: `${upstream.origin}/api`, auth: { type: 'api_token' } },
    placement: { in: 'header', name: 'X-Api-Key', template: '{token}' },
  })
  const account: string = (await api.account(integration, { secret: { token: accountSecret } })).id
  let count = 0
  return {
    ...{ sallyport, api, account, ...upstream },
    /** Saves an operation, and returns its key. */
    async saved(fields: Record<string, unknown>): Promise<string> {
      count += 1
      const reply = await api.post('/v1/operations', { key: `op${count}`, name: 'Operation', ...fields })
      expect(reply.status, reply.text).toBe(201)
      return reply.body.key
    },
    run: (key: string, body: object, options = {}) =>
      sallyport.request('POST', `/v1/operations/${key}/run`, { account, ...body }, options),
    /** A key of these rights. */
    async keyWith(scopes: readonly string[], more: object = {}): Promise<{ key: string }> {
      const reply = await api.post('/v1/keys', { name: 'A key', scopes, ...more })
      expect(reply.status, reply.text).toBe(201)
      return { key: reply.body.key }
    },
    async close() {
      expect(sallyport.logged()).not.toContain(accountSecret)
      await sallyport.close()
      server.closeAllConnections()
      server.close()
    },
  }
}
