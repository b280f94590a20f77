import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { connected } from './passage.suite.ts'
import { renewing } from './renewal.suite.ts'
import { openCall } from './stream.suite.ts'

const json = { 'Content-Type': 'application/json' }
const coded = (code: unknown, more = {}) => ({
  status: 200,
  headers: json,
  body: JSON.stringify({ success: false, errors: [{ code }] }),
  ...more,
})
const rules = { statuses: [200, 401], path: '/errors/0/code', values: ['601', '602'] }

const scene = (authErrors: object) => renewing({ auth: { authErrors } })

test.each([['601'], [602]])('a success whose body says %j renews and is sent once more', async (code) => {
  const { provider, call, tokenRequests, apiRequests } = await scene(rules)
  provider.script('GET /api/me', coded(code), { times: 1 })
  const reply = await call('/me')
  expect([reply.status, reply.body.tokenNumber]).toEqual([200, 2])
  expect([tokenRequests(), apiRequests()]).toEqual([1, 2])
})

test('compressed replies are read too, and reach the caller as they came', async () => {
  const { provider, call, tokenRequests } = await scene(rules)
  const headers = { ...json, 'Content-Encoding': 'gzip' }
  const compressed = (code: number) => ({ headers, body: gzipSync(JSON.stringify({ errors: [{ code }] })) })
  provider.script('GET /api/me', compressed(601), { times: 1 })
  expect((await call('/me')).body.tokenNumber).toBe(2)
  provider.script('GET /api/me', compressed(700))
  const reply = await call('/me')
  expect([reply.headers.get('content-encoding'), reply.body]).toEqual(['gzip', { errors: [{ code: 700 }] }])
  expect(tokenRequests()).toBe(1)
})

test('a reply that would fill the memory when it is unpacked is passed on as it came, and renews nothing', async () => {
  const { sallyport, provider, account, tokenRequests } = await scene(rules)
  const bomb = gzipSync(Buffer.alloc(50_000_000), { level: 9 })
  const headers = { ...json, 'Content-Encoding': 'gzip' }
  provider.script('GET /api/me', { status: 401, headers, body: bomb })
  const before = process.memoryUsage().rss
  const { request, reply } = openCall(sallyport, `${account}/me`)
  request.end()
  const chunks: Buffer[] = []
  for await (const chunk of await reply) chunks.push(chunk as Buffer)
  expect(Buffer.concat(chunks).equals(bomb)).toBe(true)
  expect(process.memoryUsage().rss - before).toBeLessThan(40_000_000)
  expect(tokenRequests()).toBe(0)
})

test.each([
  ['another code', coded('600')],
  ['a status that is not listed', coded('601', { status: 500 })],
  ['a type that nobody reads', coded('601', { headers: { 'Content-Type': 'application/octet-stream' } })],
  [
    'a body that is no JSON',
    coded('601', { headers: { 'Content-Type': 'text/plain' }, body: '{"errors":[{"code":"601"' }),
  ],
  [
    'a longer body',
    coded('601', { body: JSON.stringify({ errors: [{ code: '601' }], x: 'x'.repeat(65_536) }) }),
  ],
  ['a listed status without the code', { status: 401, headers: json, body: '{}' }],
])('%s passes through, byte for byte, and renews nothing', async (_, reply) => {
  const { provider, call, tokenRequests, apiRequests } = await scene(rules)
  provider.script('GET /api/me', reply)
  const { status, text } = await call('/me')
  expect([status, text]).toEqual([reply.status, reply.body])
  expect([tokenRequests(), apiRequests()]).toEqual([0, 1])
})

test('a long reply streams on whole after its beginning was looked at', async () => {
  const { provider, call } = await scene(rules)
  const body = JSON.stringify({ x: Array.from({ length: 200_000 }, (_, index) => index) })
  provider.script('GET /api/me', coded('601', { body }))
  expect((await call('/me')).text).toBe(body)
})

test('a reply that trickles is passed on before it has ended, and streams on', async () => {
  const { provider, sallyport } = await renewing({ machine: true })
  const held: ServerResponse[] = []
  const server = createServer((_, response) => {
    response.writeHead(200, json)
    response.write('{"errors":')
    held.push(response)
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const auth = {
    type: 'oauth2',
    grant: 'client_credentials',
    tokenUrl: `${provider.origin}/token`,
    clientId: 'client',
    clientSecret: 'client-secret',
    authErrors: rules,
  }
  const slow = await connected(sallyport, { baseUrl, auth, parameters: [], hosts: ['127.0.0.1'] }, {})
  const { request, reply } = openCall(sallyport, `${slow}/me`, { method: 'GET' })
  request.end()
  const answer = await reply
  expect(answer.statusCode).toBe(200)
  held[0]?.end('[{"code":"601"}]}')
  expect(Buffer.concat(await answer.toArray()).toString()).toBe('{"errors":[{"code":"601"}]}')
  expect([held.length, provider.received('POST /token').length]).toEqual([1, 1])
})

test('a reply that breaks off while it is looked at is not taken for a whole one', async () => {
  const { provider, sallyport, account, tokenRequests } = await scene(rules)
  provider.script('GET /api/me', coded('601', { fault: 'close_midway' }))
  const { request, reply } = openCall(sallyport, `${account}/me`, { method: 'GET' })
  request.end()
  await expect(reply.then((answer) => answer.toArray())).rejects.toThrow()
  expect(tokenRequests()).toBe(0)
})

test('a reply that means revoked ends the account, reaches the caller, and nothing is renewed', async () => {
  const revoked = { statuses: [401], path: '/errors/0/code', values: ['access_revoked'] }
  const { provider, call, tokenRequests, apiRequests, status } = await scene({ revoked })
  provider.script('GET /api/me', coded('access_revoked', { status: 401 }))
  const reply = await call('/me')
  expect([reply.status, reply.body.errors]).toEqual([401, [{ code: 'access_revoked' }]])
  expect(await status()).toMatchObject({ status: 'needs_reconnect', reason: 'revoked', generation: 1 })
  const next = await call('/me')
  expect([next.status, next.body.code]).toEqual([409, 'account_needs_reconnect'])
  expect([tokenRequests(), apiRequests()]).toEqual([0, 1])
})

test('a late reply to an old token that means revoked leaves the renewed account alone', async () => {
  const revoked = { statuses: [401], path: '/errors/0/code', values: ['access_revoked'] }
  const { provider, call, status, sallyport, account } = await scene({ revoked })
  provider.script('GET /api/me', coded('access_revoked', { status: 401 }))
  const gate = provider.hold('GET /api/me')
  const late = call('/me')
  await gate.arrived
  await sallyport.request('POST', `/v1/accounts/${account}/renew`)
  gate.release()
  expect((await late).status).toBe(401)
  expect(await status()).toMatchObject({ status: 'connected', generation: 2 })
})

test('what means no permission, or too many requests, never renews', async () => {
  const { provider, call, tokenRequests, status } = await scene({
    forbidden: { statuses: [401], path: 'header:X-Reason', values: ['plan'] },
    rateLimited: { statuses: [403], path: '/errors/0/code', values: ['rate'] },
  })
  provider.script('GET /api/me', { status: 401, headers: { 'X-Reason': 'plan' } }, { times: 1 })
  expect((await call('/me')).status).toBe(401)
  provider.script('GET /api/me', coded('rate', { status: 403, headers: { ...json, 'Retry-After': '7' } }))
  const limited = await call('/me')
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([403, '7'])
  expect([tokenRequests(), (await status()).status]).toEqual([0, 'connected'])
})
