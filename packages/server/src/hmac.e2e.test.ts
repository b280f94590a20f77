import { createHash, createHmac } from 'node:crypto'
import { type FakeClock, fakeClock, loopbackProvider } from '@sallyport/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { json } from './canary.suite.ts'
import { connected } from './passage.suite.ts'
import { startSallyport } from './sallyport.suite.ts'

/** An account whose calls are signed so; and a provider that answers what it was sent. */
async function signing(auth: Readonly<Record<string, unknown>>, key = 'the-key') {
  const clock: FakeClock = fakeClock()
  const provider = await loopbackProvider({ clock })
  onTestFinished(() => provider.close())
  const sallyport = await startSallyport({}, undefined, clock)
  onTestFinished(() => sallyport.close())
  provider.script('ANY /api/*', ({ headers, query }) => json(200, { headers, query }))
  const id = await connected(
    sallyport,
    {
      baseUrl: `${provider.origin}/api`,
      parameters: [{ name: 'id', required: true }],
      auth: { type: 'hmac', ...auth },
    },
    { parameters: { id: 'client-7' }, secret: { key } },
  )
  return { provider, sallyport, clock, id, host: new URL(provider.origin).host }
}

const signed = (algorithm: string, key: string | Buffer, message: string | Buffer) =>
  createHmac(algorithm, key).update(message)

test('a call carries a signature of method, path, query, time and body, which the provider can repeat', async () => {
  const { sallyport, provider, clock, id, host } = await signing({
    message:
      '{request.method}\n{request.host}\n{request.pathWithQuery}\n{request.timestamp}\n{request.bodyHash}',
    encoding: 'base64',
    headers: {
      Authorization: 'HMAC {id}:{signature}',
      'X-Time': '{request.timestamp}',
      'X-Digest': '{request.bodyHash}',
    },
  })
  const { body } = await sallyport.request('POST', `/proxy/${id}/orders?b=2&a=1`, { amount: 7 })
  const time = String(Math.floor(clock.now() / 1000))
  const digest = createHash('sha256').update('{"amount":7}').digest('hex')
  const message = ['POST', host, '/api/orders?b=2&a=1', time, digest].join('\n')
  expect(body.headers).toMatchObject({
    authorization: `HMAC client-7:${signed('sha256', 'the-key', message).digest('base64')}`,
    'x-time': time,
    'x-digest': digest,
  })
  expect(provider.received('POST /api/orders')[0]?.body).toBe('{"amount":7}')
})

test('a signed query ends with its signature, and the caller’s of the same name is left out', async () => {
  const { sallyport, clock, id } = await signing(
    {
      algorithm: 'sha512',
      keyEncoding: 'hex',
      message: '{request.query}{request.body}',
      query: { signature: '{signature}', timestamp: '{request.timestampMs}', 'a b': '{id}' },
    },
    '00ff10',
  )
  const { body } = await sallyport.request('GET', `/proxy/${id}/account?symbol=X%20Y&signature=mine`)
  const query = `symbol=X%20Y&timestamp=${clock.now()}&a%20b=client-7`
  const signature = signed('sha512', Buffer.from('00ff10', 'hex'), query).digest('hex')
  expect(body.query).toBe(`${query}&signature=${signature}`)
})

test('bytes of a body are signed as they are; one that is too long to be read first is refused', async () => {
  const auth = { message: '{request.body}', headers: { 'X-Signature': '{signature}' } }
  const { sallyport, provider, id } = await signing(auth)
  const call = (bytes: Buffer) =>
    fetch(`${sallyport.origin}/proxy/${id}/files`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${sallyport.adminKey}`, 'content-type': 'application/octet-stream' },
      body: new Uint8Array(bytes),
    })
  const bytes = Buffer.from([0, 255, 254, 13, 10, 128])
  const { headers } = (await (await call(bytes)).json()) as { headers: Record<string, string> }
  expect(headers['x-signature']).toBe(signed('sha256', 'the-key', bytes).digest('hex'))
  const refused = await call(Buffer.alloc(1_048_577))
  expect([refused.status, refused.headers.get('sallyport-error')]).toEqual([413, 'body_too_large'])
  expect(await refused.text()).toMatch(/signature of this integration covers the body/)
  expect(provider.received('PUT /api/files')).toHaveLength(1)
})

test('a body that no signature covers streams, however long', async () => {
  const auth = {
    message: '{request.path}{request.nonce}',
    headers: { 'X-S': '{signature}', 'X-N': '{request.nonce}' },
  }
  const { sallyport, provider, id } = await signing(auth)
  const call = () =>
    fetch(`${sallyport.origin}/proxy/${id}/files`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${sallyport.adminKey}`, 'content-type': 'application/octet-stream' },
      body: new Uint8Array(3_000_000),
    })
  expect([(await call()).status, (await call()).status]).toEqual([200, 200])
  const received = provider.received('PUT /api/files')
  expect(received.map(({ bodyLength }) => bodyLength)).toEqual([3_000_000, 3_000_000])
  expect(new Set(received.map(({ headers }) => headers['x-n'])).size).toBe(2)
})
