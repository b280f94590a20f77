import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { csrfIn, type OwnSallyport, owner, startWithoutKey, type TestBrowser } from './people.suite.ts'

const minute = 60_000

describe('somebody who logs in', () => {
  let sallyport: OwnSallyport
  let browser: TestBrowser

  beforeAll(async () => {
    sallyport = await startWithoutKey()
    browser = await sallyport.ownersBrowser()
  })
  afterAll(() => sallyport.close())

  const credentials = { email: owner.email, password: owner.password }
  async function loggedIn(): Promise<TestBrowser> {
    const other = sallyport.browser()
    const reply = await other.json('POST', '/login', credentials)
    expect(reply.status, reply.text).toBe(201)
    other.csrf = reply.body.csrfToken
    return other
  }

  test('by the form is sent on to a path of ours, with a session whose cookie no script and no other site has', async () => {
    const other = sallyport.browser()
    const page = await other.get('/login?return=/v1/keys')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page.headers.get('cross-origin-opener-policy')).toBe('same-origin')
    const reply = await other.post('/login', { ...credentials, return: '/v1/keys' })
    expect([reply.status, reply.headers.get('location')]).toEqual([303, `${sallyport.origin}/v1/keys`])
    const [session] = reply.headers.getSetCookie()
    expect(session).toMatch(/^sallyport=org_\w+\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
    expect((await other.get('/v1/keys')).status).toBe(200)
  })

  test.each(['https://evil.example/', '//evil.example', '/\\evil.example', '/..//evil.example'])(
    'is sent on to their own page in place of %s',
    async (path) => {
      const reply = await sallyport.browser().post('/login', { ...credentials, return: path })
      expect(reply.headers.get('location')).toBe(`${sallyport.origin}/account`)
    },
  )

  test('by JSON calls /v1 with the scopes of their role, until they log out', async () => {
    const other = await loggedIn()
    const read = await other.get('/v1/keys')
    // A script that was loaded anew finds its token again.
    expect([read.status, read.headers.get('sallyport-csrf')]).toEqual([200, other.csrf])
    const made = await other.json('POST', '/v1/environments', { key: 'staging', name: 'Staging' })
    expect(made.status, made.text).toBe(201)
    const before = other.cookie() ?? ''
    expect((await other.json('POST', '/logout')).status).toBe(204)
    expect(other.cookie()).not.toContain('sallyport=')
    const after = await other.get('/v1/keys', { cookie: before })
    expect([after.status, after.body.code]).toEqual([401, 'session_invalid'])
    // The others are logged in as before.
    expect((await browser.get('/v1/keys')).status).toBe(200)
  })

  test('has a new session each time, and none that somebody else has chosen', async () => {
    const other = sallyport.browser()
    const chosen = `org_x.${'A'.repeat(43)}`
    other.jar.set(sallyport.origin, `sallyport=${chosen}; Path=/`)
    await other.json('POST', '/login', credentials)
    const first = other.cookie()
    await other.json('POST', '/login', credentials)
    expect(first).not.toContain(chosen)
    expect(other.cookie()).not.toBe(first)
    expect((await other.get('/v1/keys', { cookie: `sallyport=${chosen}` })).status).toBe(401)
  })

  test('changes nothing from another site, without the token, with the token of another session, or with anything but JSON', async () => {
    const other = await loggedIn()
    const create = (key: string, headers: Readonly<Record<string, string>>) =>
      other.json('POST', '/v1/environments', { key, name: key }, headers)
    const refused = [
      await create('e1', { 'sec-fetch-site': 'cross-site' }),
      await create('e2', { 'sec-fetch-site': 'same-site', origin: sallyport.origin }),
      await create('e3', { 'sallyport-csrf': '' }),
      await create('e4', { 'sallyport-csrf': browser.csrf ?? '' }),
    ]
    for (const { status, body } of refused) expect([status, body.code]).toEqual([403, 'csrf_refused'])
    const text = await create('e5', { 'content-type': 'text/plain' })
    expect(text.status).toBe(415)
    const form = await other.post(
      '/v1/environments',
      { key: 'e6', name: 'x' },
      { 'sallyport-csrf': other.csrf ?? '' },
    )
    expect(form.status).toBe(415)
    const { body } = await other.get('/v1/environments')
    expect(body.items.map(({ key }: { key: string }) => key).join()).not.toMatch(/e\d/)
    expect((await create('e7', {})).status).toBe(201)
  })

  test('is not logged in or out by a page of another site', async () => {
    const foreign = { 'sec-fetch-site': 'cross-site' }
    const login = await sallyport.browser().post('/login', credentials, foreign)
    expect([login.status, login.headers.getSetCookie()]).toEqual([403, []])
    const out = await browser.post('/logout', { csrf: browser.csrf ?? '' }, foreign)
    expect(out.status).toBe(403)
    expect((await browser.get('/v1/keys')).status).toBe(200)
  })

  test('with a key besides is whoever the key is', async () => {
    const wrong = await browser.get('/v1/keys', { authorization: 'Bearer sp_org_nobody' })
    expect([wrong.status, wrong.body.code]).toEqual([401, 'key_invalid'])
    const made = await browser.json('POST', '/v1/keys', { name: 'reader', scopes: ['accounts:read'] })
    expect(made.status, made.text).toBe(201)
    const authorization = `Bearer ${made.body.key}`
    expect((await browser.get('/v1/keys', { authorization })).body.code).toBe('scope_missing')
    // Keys are no browser's, and need no token.
    const byKey = await browser.json('GET', '/v1/accounts', undefined, {
      authorization,
      'sallyport-csrf': '',
    })
    expect([byKey.status, byKey.headers.get('sallyport-csrf')]).toEqual([200, null])
  })

  test('calls no API through the passage', async () => {
    const reply = await browser.get('/proxy/acc_1/x')
    expect([reply.status, reply.body.code]).toEqual([401, 'key_invalid'])
  })

  test('proves once more who they are before a key is made, ten minutes later, under a new session', async () => {
    const other = await loggedIn()
    sallyport.clock.advance(10 * minute)
    const input = { name: 'k', scopes: ['accounts:read'] }
    const late = await other.json('POST', '/v1/keys', input)
    expect([late.status, late.body.code]).toEqual([401, 'step_up'])
    expect(late.body.detail).toContain('/login/confirm')
    // What does no lasting harm goes on.
    expect((await other.json('POST', '/v1/environments', { key: 'later', name: 'x' })).status).toBe(201)
    const before = other.cookie() ?? ''
    const wrong = await other.json('POST', '/login/confirm', { password: 'not the right one' })
    expect([wrong.status, wrong.body.code]).toEqual([401, 'login_failed'])
    const confirmed = await other.json('POST', '/login/confirm', { password: owner.password })
    expect(confirmed.status, confirmed.text).toBe(200)
    expect((await other.get('/v1/keys', { cookie: before })).status).toBe(401)
    other.csrf = confirmed.body.csrfToken
    expect((await other.json('POST', '/v1/keys', input)).status).toBe(201)
  })

  test('proves it before secrets are replaced, and before nothing else of a definition', async () => {
    const other = await loggedIn()
    const definition = {
      ...{ key: 'stepup', name: 'API', baseUrl: 'https://api.example.com' },
      auth: {
        ...{ type: 'oauth2', grant: 'client_credentials', tokenUrl: 'https://api.example.com/token' },
        ...{ clientId: 'id', clientSecret: 'first' },
      },
    }
    expect((await other.json('POST', '/v1/integrations', definition)).status).toBe(201)
    sallyport.clock.advance(10 * minute)
    const patch = (body: unknown) => other.json('PATCH', '/v1/integrations/stepup', body)
    expect((await patch({ name: 'Renamed' })).status).toBe(200)
    expect((await patch({ auth: { clientSecret: 'second' } })).body.code).toBe('step_up')
    expect((await other.json('PATCH', '/v1/accounts/acc_1', { secret: { token: 'x' } })).body.code).toBe(
      'step_up',
    )
  })

  test('ends sessions elsewhere from their own page; half an hour without a request ends them too', async () => {
    const [here, there] = [await loggedIn(), await loggedIn()]
    const page = await here.get('/account')
    const ended = await here.post('/account/sessions/end-others', { csrf: csrfIn(page.text) ?? '' })
    expect(ended.status).toBe(303)
    expect((await there.get('/v1/keys')).status).toBe(401)
    expect((await here.get('/v1/keys')).status).toBe(200)
    sallyport.clock.advance(30 * minute)
    expect((await here.get('/v1/keys')).status).toBe(401)
    const sent = await here.get('/account')
    expect(sent.headers.get('location')).toBe(`${sallyport.origin}/login?return=%2Faccount`)
    await sallyport.runDue()
  })

  test('is logged out though a page asks on in the background, unless they do something meanwhile', async () => {
    const [away, there] = [await loggedIn(), await loggedIn()]
    const background = { 'sallyport-background': '1' }
    const statuses: unknown[] = []
    for (let passed = 0; passed < 60; passed += 10) {
      sallyport.clock.advance(10 * minute)
      if (passed === 10) expect((await there.get('/v1/keys')).status).toBe(200)
      // What reads its own session is no use of it either.
      const asked = [await away.get('/v1/users/me', background), await there.get('/v1/keys', background)]
      statuses.push(asked.map(({ status }) => status))
    }
    expect(statuses).toEqual([
      ...[1, 2].map(() => [200, 200]),
      ...[1, 2].map(() => [401, 200]),
      ...[1, 2].map(() => [401, 401]),
    ])
    const ended = await away.get('/v1/keys', background)
    expect([ended.status, ended.body.code]).toEqual([401, 'session_invalid'])
  })

  test('uses their session with whatever changes something, whatever it says of the background', async () => {
    const other = await loggedIn()
    sallyport.clock.advance(20 * minute)
    const headers = { 'sallyport-background': '1' }
    const made = await other.json('POST', '/v1/environments', { key: 'meanwhile', name: 'x' }, headers)
    expect(made.status, made.text).toBe(201)
    sallyport.clock.advance(20 * minute)
    expect((await other.get('/v1/keys')).status).toBe(200)
  })

  test('changes the password, which ends all other sessions and renews this one', async () => {
    const [here, there] = [await loggedIn(), await loggedIn()]
    const before = here.cookie() ?? ''
    const change = (current: string, password: string) =>
      here.submit('/account', '/account/password', { current, password })
    const wrong = await change('not the right one', 'another engine of difference')
    expect([wrong.status, wrong.text]).toEqual([401, expect.stringContaining('This is not your password.')])
    const weak = await change(owner.password, 'Ada Lovelace!')
    expect([weak.status, weak.text]).toEqual([422, expect.stringContaining('your own name')])
    const next = 'another engine of difference'
    expect((await change(owner.password, next)).status).toBe(303)
    expect((await there.get('/v1/keys')).status).toBe(401)
    expect((await here.get('/v1/keys', { cookie: before })).status).toBe(401)
    expect((await here.get('/v1/keys')).status).toBe(200)
    const old = await sallyport.browser().json('POST', '/login', credentials)
    expect(old.body.code).toBe('login_failed')
    expect((await change(next, owner.password)).status).toBe(303)
  })

  test('finds in the audit who logged in and out, and what they changed of themselves, from where', async () => {
    const { body } = await (await loggedIn()).get('/v1/audit?limit=1000')
    const actions = body.items.map(({ action }: { action: string }) => action)
    expect(actions).toEqual(
      expect.arrayContaining([
        'session.started',
        'session.ended',
        'user.sessions_ended',
        'user.password_changed',
      ]),
    )
    const [change] = body.items.filter(({ action }: { action: string }) => action === 'user.password_changed')
    expect(change).toMatchObject({
      ...{ actor: { kind: 'person', id: expect.stringMatching(/^usr_/) }, address: '127.0.0.1' },
      ...{ target: { kind: 'user', name: owner.email }, changes: [{ field: '/passwordHash', secret: true }] },
    })
    expect(JSON.stringify(body)).not.toContain('argon2id')
  })

  test('leaves no password, session or token in the log', async () => {
    await loggedIn()
    const log = sallyport.logged()
    for (const secret of [owner.password, browser.csrf ?? '', sallyport.setupToken]) {
      expect(log.includes(secret)).toBe(false)
    }
    expect(log).not.toMatch(/org_\w+\.[\w-]{43}/)
  })
})
