import { expect, test } from 'vitest'
import { client } from './client.suite.ts'

const refreshTokenOf = (reply: { body: Record<string, string> }) => reply.body.refresh_token ?? ''
const accessTokenOf = (reply: { body: Record<string, string> }) => reply.body.access_token ?? ''

test('strict rotation replaces the refresh token each time', async () => {
  const { exchange, refresh, api, provider } = await client()
  const first = await exchange()
  const second = await refresh(refreshTokenOf(first))
  expect(refreshTokenOf(second)).not.toBe(refreshTokenOf(first))
  const third = await refresh(refreshTokenOf(second))
  const me = await api('/api/me', accessTokenOf(third))
  expect(me.body).toMatchObject({ tokenNumber: 3, issuedBy: 'refresh_token' })
  expect(provider.reuseEvents).toBe(0)
})

test('reuse under strict rotation revokes the whole family and is counted', async () => {
  const { exchange, refresh, api, provider } = await client()
  const stranger = await exchange()
  const first = await exchange()
  const second = await refresh(refreshTokenOf(first))

  expect((await refresh(refreshTokenOf(first))).body.error).toBe('invalid_grant')
  expect(provider.reuseEvents).toBe(1)
  expect((await refresh(refreshTokenOf(second))).body.error).toBe('invalid_grant')
  expect((await api('/api/me', accessTokenOf(second))).status).toBe(401)
  expect((await api('/api/me', accessTokenOf(stranger))).status).toBe(200)
  expect(provider.reuseEvents).toBe(1)
})

test('a family says how often each of its refresh tokens was sent, and how often one came back', async () => {
  const { exchange, refresh, provider } = await client()
  const stranger = refreshTokenOf(await exchange())
  const first = refreshTokenOf(await exchange())
  const second = refreshTokenOf(await refresh(first))
  expect(provider.family(second)).toEqual({ revoked: false, reuseEvents: 0, timesSent: [1, 0] })
  await refresh(first)
  expect(provider.family(second)).toEqual({ revoked: true, reuseEvents: 1, timesSent: [2, 0] })
  expect(provider.family(stranger)).toEqual({ revoked: false, reuseEvents: 0, timesSent: [0] })
  expect(provider.family('never issued')).toBeUndefined()
})

test('with grace the old refresh token works until the grace is over', async () => {
  const { exchange, refresh, advance, provider } = await client({ rotation: 'grace', graceSeconds: 10 })
  const first = refreshTokenOf(await exchange())
  await refresh(first)
  advance(9_999)
  expect((await refresh(first)).status).toBe(200)
  expect(provider.reuseEvents).toBe(0)
  advance(1)
  expect((await refresh(first)).body.error).toBe('invalid_grant')
  expect(provider.reuseEvents).toBe(1)
})

test('a static refresh token is not sent again and works again', async () => {
  const { exchange, refresh } = await client({ rotation: 'static' })
  const only = refreshTokenOf(await exchange())
  for (const _ of [1, 2]) {
    const renewed = await refresh(only)
    expect(renewed.status).toBe(200)
    expect(renewed.body).not.toHaveProperty('refresh_token')
  }
})

test('behaviour changes take effect with the next request', async () => {
  const { exchange, provider } = await client()
  provider.behaviour.refreshTokens = false
  provider.behaviour.accessTokenLifetimeSeconds = undefined
  const { body } = await exchange()
  expect(body).not.toHaveProperty('refresh_token')
  expect(body).not.toHaveProperty('expires_in')
})

test('a refresh token serves no other client and is not spent by the attempt', async () => {
  const { exchange, refresh } = await client()
  const token = refreshTokenOf(await exchange())
  const stolen = await refresh(token, { client_id: 'other', client_secret: 'other-secret' })
  expect(stolen.body.error).toBe('invalid_grant')
  expect((await refresh(token)).status).toBe(200)
})

test('a refresh may narrow the scope and may not widen it', async () => {
  const { exchange, refresh } = await client()
  const narrow = await refresh(refreshTokenOf(await exchange()), { scope: 'read' })
  expect(narrow.body.scope).toBe('read')
  expect((await refresh(refreshTokenOf(narrow), { scope: 'read admin' })).body.error).toBe('invalid_scope')
})

test('consent that was withdrawn ends access and refresh', async () => {
  const { exchange, refresh, api, provider } = await client()
  const token = await exchange()
  provider.withdrawConsent()
  expect((await api('/api/me', accessTokenOf(token))).status).toBe(401)
  expect((await refresh(refreshTokenOf(token))).body.error).toBe('invalid_grant')
})
