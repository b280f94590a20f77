import { expect, test } from 'vitest'
import { basic, client } from './client.suite.ts'

const accessTokenOf = (reply: { body: Record<string, string> }) => reply.body.access_token ?? ''

test('a token the API was told to forget is refused from the next call on', async () => {
  const { exchange, refresh, api } = await client()
  const token = await exchange()
  expect((await api('/api/forget', accessTokenOf(token), { method: 'POST' })).status).toBe(200)

  const refused = await api('/api/me', accessTokenOf(token))
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
  const renewed = await refresh(token.body.refresh_token ?? '')
  expect((await api('/api/me', accessTokenOf(renewed))).body).toMatchObject({ tokenNumber: 2 })
})

test("an access token ages by the provider's clock", async () => {
  const { exchange, api, advance } = await client({ accessTokenLifetimeSeconds: 60 })
  const token = accessTokenOf(await exchange())
  advance(59_999)
  expect((await api('/api/me', token)).status).toBe(200)
  advance(1)
  expect((await api('/api/me', token)).status).toBe(401)
})

test('a call without a token learns the scheme and no error', async () => {
  const { server } = await client()
  const reply = await fetch(`${server.origin}/api/me`)
  expect([reply.status, reply.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
})

test('echo shows the request and never the token, wherever it stood', async () => {
  const { exchange, api } = await client()
  const token = accessTokenOf(await exchange())
  const reply = await api(`/api/echo/a%2Fb?x=1&x=2&copy=${token}`, token, {
    method: 'PUT',
    body: `copy ${token}`,
  })
  expect(reply.body).toMatchObject({
    method: 'PUT',
    path: '/api/echo/a%2Fb',
    query: 'x=1&x=2&copy=[masked]',
    body: 'copy [masked]',
  })
  expect(reply.body.headers).toMatchObject({ authorization: 'Bearer [masked]' })
  expect(JSON.stringify(reply.body)).not.toContain(token)
})

test('echo gives bytes that are no text as base64', async () => {
  const { exchange, api } = await client()
  const body = Buffer.from([0xff, 0x00, 0xfe])
  const reply = await api('/api/echo', accessTokenOf(await exchange()), { method: 'POST', body })
  expect(reply.body.bodyBase64).toBe(body.toString('base64'))
})

test('the stream comes event by event', async () => {
  const { exchange, server } = await client({ stream: { events: 3, intervalMilliseconds: 40 } })
  const authorization = `Bearer ${accessTokenOf(await exchange())}`
  const reply = await fetch(`${server.origin}/api/stream`, { headers: { authorization } })
  expect(reply.headers.get('content-type')).toBe('text/event-stream')
  const chunks: string[] = []
  for await (const chunk of reply.body ?? []) chunks.push(Buffer.from(chunk).toString())
  expect(chunks.length).toBeGreaterThan(1)
  expect(chunks.join('').match(/^event: tick$/gm)).toHaveLength(3)
})

test('an API key opens /keyed/me from the header or the query, not from both', async () => {
  const { server } = await client({ apiKey: 'the-key' })
  const call = async (query: string, headers = {}) =>
    (await fetch(`${server.origin}/keyed/me${query}`, { headers })).status
  expect(await call('', { 'x-api-key': 'the-key' })).toBe(200)
  expect(await call('?api_key=the-key')).toBe(200)
  expect(await call('?api_key=the-key', { 'x-api-key': 'the-key' })).toBe(401)
  expect(await call('?api_key=wrong')).toBe(401)
  expect(await call('')).toBe(401)
})

test('basic credentials open /basic/me, colons in the password included', async () => {
  const { server } = await client({ basic: { username: 'ann', password: 'pa:ss' } })
  const call = async (headers = {}) => (await fetch(`${server.origin}/basic/me`, { headers })).status
  expect(await call(basic('ann', 'pa:ss'))).toBe(200)
  expect(await call(basic('ann', 'pa'))).toBe(401)
  expect(await call()).toBe(401)
})

test('a body beyond the limit is refused with an answer', async () => {
  const { server } = await client()
  const body = Buffer.alloc(1024 * 1024 + 1)
  const reply = await fetch(`${server.origin}/api/echo`, { method: 'POST', body })
  expect(reply.status).toBe(413)
})
