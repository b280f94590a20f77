import type { ScriptedReply } from '@sallyport/testkit'
import { describe, expect, test } from 'vitest'
import { ann, directory, json, loginScene } from './custom-token.suite.ts'
import { text } from './token-endpoint.suite.ts'

/** A form that logs in, with other fields of its `auth`. */
function form(auth: Readonly<Record<string, unknown>> = {}) {
  return {
    ...directory,
    placement: undefined,
    auth: {
      type: 'cookie',
      loginUrl: 'https://dir.example.com/login',
      loginRequest: { body: { user: '{user}', password: '{password}' } },
      ...auth,
    },
  }
}

/** A reply that sets these cookies. */
function setting(cookies: readonly string[], reply: ScriptedReply = {}): ScriptedReply {
  return { ...reply, headers: { ...reply.headers, 'Set-Cookie': [...cookies] } }
}

describe('a log-in by cookie', () => {
  test('sends the session that the login set, in place of the caller’s cookies, and never gives it out', async () => {
    const { provider, sallyport, define, connect } = await loginScene()
    provider.script('POST /login', setting(['sid=s1; Path=/; HttpOnly', 'lang=en', 'old=; Max-Age=0']))
    await define(form())
    const { id, status } = await connect()
    expect(status).toBe('connected')
    expect(Object.fromEntries(provider.received('POST /login')[0]?.form ?? [])).toEqual(ann)
    const cookie = { Cookie: 'sid=mine; other=1' }
    const { body } = await sallyport.request('GET', `/proxy/${id}/api/me`, undefined, { headers: cookie })
    expect(body.sent.cookie).toBe('sid=s1; lang=en')
    const token = await sallyport.request('POST', `/v1/accounts/${id}/token`, {})
    expect([token.status, token.body.code]).toEqual([422, 'token_unavailable'])
  })

  test('reads the redirect that follows a login, and goes nowhere', async () => {
    const { provider, define, connect, call } = await loginScene()
    const home = { status: 302, headers: { Location: '/home' } }
    provider.script('POST /login', setting(['sid=s1'], home))
    await define(form({ cookies: ['sid'] }))
    const { id } = await connect()
    expect((await call(id)).body.sent.cookie).toBe('sid=s1')
    expect(provider.received('GET /home')).toHaveLength(0)
  })

  test('lasts as long as its cookies say, then logs in again; also after a redirect to the login page', async () => {
    const { provider, clock, define, connect, call, read } = await loginScene()
    let count = 0
    provider.script('POST /login', () => {
      count += 1
      return setting([`sid=s${count}; Max-Age=600; Expires=Wed, 21 Oct 2015 07:28:00 GMT`])
    })
    await define(form({ authErrors: { statuses: [302] } }))
    const account = await connect()
    expect(Date.parse(account.expiresAt) - clock.now()).toBe(600_000)
    clock.advance(500_000)
    expect((await call(account.id)).body.sent.cookie).toBe('sid=s2')
    clock.advance(61_000)
    provider.script('GET /api/me', { status: 302, headers: { Location: '/login' } }, { times: 1 })
    expect((await call(account.id)).body.sent.cookie).toBe('sid=s3')
    expect(await read(account.id)).toMatchObject({ status: 'connected', generation: 3 })
  })

  test('takes a token against forged requests from the page before it, and sends the new one with calls', async () => {
    const { provider, define, connect, call } = await loginScene()
    const page = text('<!doctype html><form>', 200, 'text/html')
    provider.script('GET /login', setting(['csrftoken=c1; Path=/'], page))
    provider.script('POST /login', setting(['csrftoken=c2', 'sid=s1'], page))
    await define(
      form({
        steps: [{ url: 'https://dir.example.com/login', reply: { tokens: { first: 'cookie:csrftoken' } } }],
        loginRequest: {
          headers: { 'X-CSRFToken': '{token.first}', Referer: 'https://dir.example.com/login' },
          body: { user: '{user}', password: '{password}' },
        },
        cookies: ['sid', 'csrftoken'],
        csrf: { from: 'cookie:csrftoken', header: 'X-CSRFToken' },
      }),
    )
    const { id } = await connect()
    const [login] = provider.received('POST /login')
    expect([login?.headers.cookie, login?.headers['x-csrftoken']]).toEqual(['csrftoken=c1', 'c1'])
    const { sent } = (await call(id)).body
    expect([sent.cookie, sent['x-csrftoken']]).toEqual(['csrftoken=c2; sid=s1', 'c2'])
  })

  test('sends cookies for https alone over https alone', async () => {
    const { provider, define, connect, call } = await loginScene()
    provider.script('POST /login', setting(['sid=s1; Secure', 'lang=en']))
    await define(form())
    const { id } = await connect()
    expect((await call(id)).body.sent.cookie).toBe('lang=en')
  })

  test.each<[what: string, reply: ScriptedReply, auth: Readonly<Record<string, unknown>>, status: string]>([
    ['the login page again', text('<html>Wrong', 200, 'text/html'), {}, 'needs_reconnect'],
    ['a redirect without a session', { status: 302, headers: { Location: '/login' } }, {}, 'needs_reconnect'],
    ['other cookies than the session’s', setting(['lang=en']), { cookies: ['sid'] }, 'needs_reconnect'],
    [
      'a redirect to the wrong place',
      setting(['sid=s1'], { status: 302, headers: { Location: '/login?failed' } }),
      { loginReply: { error: { path: 'header:location', success: ['/home'] } } },
      'needs_reconnect',
    ],
    ['401', json(401, { error: 'bad_password' }), {}, 'needs_reconnect'],
    ['503', text('', 503), {}, 'failing'],
  ])('that is answered with %s has failed', async (_what, reply, auth, status) => {
    const { provider, define, connect, call } = await loginScene()
    provider.script('POST /login', reply)
    await define(form(auth))
    const account = await connect()
    expect(account).toMatchObject({ status, reasonDetail: expect.any(String) })
    expect((await call(account.id)).status).toBeGreaterThanOrEqual(400)
    expect(provider.received('GET /api/me')).toHaveLength(0)
  })
})
