import { describe, expect, test } from 'vitest'
import type { Departure } from './identity-token.suite.ts'
import { owner as ada, csrfIn, type TestBrowser } from './people.suite.ts'
import {
  ann,
  begin,
  emails,
  joinedPassword,
  me,
  providerScene,
  scriptedProvider,
  signOn,
  wayOf,
} from './sign-on.suite.ts'

describe('single sign-on', () => {
  test('makes a user at the first log-in, and knows them again by issuer and subject alone', async () => {
    const { sallyport, provider, users, owner } = await providerScene()
    const browser = sallyport.browser()
    expect((await browser.get('/login')).text).toContain('Log in with Provider 1')
    const reply = await signOn(browser, provider, ann)
    expect([reply.status, reply.headers.get('location')]).toEqual([303, `${sallyport.origin}/account`])
    const first = await me(browser)
    expect(first).toMatchObject({
      email: 'ann@example.com',
      name: 'Ann',
      role: 'developer',
      hasPassword: false,
    })
    expect((await browser.get('/account')).text).toContain('You log in with Provider 1.')
    expect(browser.cookie()).not.toMatch(/sp_/)

    const again = sallyport.browser()
    await signOn(again, provider, { ...ann, email: 'annette@example.org', email_verified: false })
    expect(await me(again)).toMatchObject({ id: first.id, email: 'ann@example.com' })
    expect(await users()).toHaveLength(2)
    const { items } = (await owner.json('GET', `/v1/audit?target=${first.id}`)).body
    expect(items[0]).toMatchObject({ action: 'user.created', actor: { kind: 'person', id: first.id } })
  })

  test('makes nobody a user unasked, nor anybody of another domain', async () => {
    const { login, users } = await providerScene({})
    expect((await login(ann)).status).toBe(403)
    const strict = await providerScene({ defaultRole: 'auditor', allowedEmailDomains: ['example.com'] })
    for (const email of [
      'ann@evil.com',
      'ann@example.com.evil.com',
      'ann@sub.example.com',
      'ann@ｅxample.com',
    ]) {
      expect((await strict.login({ ...ann, email })).status).toBe(403)
    }
    expect((await strict.login({ ...ann, email: 'ann@EXAMPLE.com' })).status).toBe(303)
    expect([emails(await users()), emails(await strict.users())]).toEqual([
      [ada.email],
      [ada.email, 'ann@EXAMPLE.com'],
    ])
  })

  test('takes people where they were going, and nowhere else', async () => {
    const { sallyport, provider, scripted } = await providerScene()
    const to = async (returnTo: string) => {
      const browser = sallyport.browser()
      const reply = await browser.post('/login/sso', { provider: provider.id, return: returnTo })
      const way = wayOf(reply, scripted.issuer)
      scripted.says(ann, way.nonce)
      return (await browser.get(way.callback())).headers.get('location')
    }
    expect(await to('/account?x=1')).toBe(`${sallyport.origin}/account?x=1`)
    for (const path of ['https://evil.com/', '//evil.com', '/\\evil.com']) {
      expect(await to(path)).toBe(`${sallyport.origin}/account`)
    }
  })

  test('is none for people who were disabled, and by providers that were', async () => {
    const { sallyport, provider, ok, users, login } = await providerScene()
    const browser = sallyport.browser()
    await signOn(browser, provider, ann)
    const { id } = await me(browser)
    await ok('PATCH', `/v1/users/${id}`, { disabled: true })
    expect((await browser.json('GET', '/v1/users/me')).status).toBe(401)
    expect((await login(ann)).status).toBe(401)
    await ok('PATCH', '/v1/identity-providers/idp1', { disabled: true })
    const refused = await browser.post('/login/sso', { provider: provider.id })
    expect([refused.status, (await browser.get('/login')).text.includes('Provider 1')]).toEqual([404, false])
    expect(await users()).toHaveLength(2)
  })
})

describe('a hostile provider', () => {
  test.each([
    ['verified', true, 409],
    ['not verified', false, 403],
    ['said to be verified in another way', 'yes', 403],
  ])(
    'that asserts the e-mail address of somebody else, %s, does not get their account',
    async (_, email_verified, status) => {
      const { sallyport, provider, users, owner } = await providerScene()
      const browser = sallyport.browser()
      for (const email of [ada.email, 'ADA@Example.com', 'ａda@example.com']) {
        const reply = await signOn(browser, provider, { sub: 'x', email, email_verified })
        expect([reply.status, (await browser.json('GET', '/v1/users/me')).status]).toEqual([status, 401])
      }
      expect(await users()).toHaveLength(1)
      expect((await me(owner)).identities).toEqual([])
    },
  )

  test('that names a subject of another provider’s is another issuer’s', async () => {
    const { sallyport, provider, trust, users } = await providerScene()
    const browser = sallyport.browser()
    await signOn(browser, provider, ann)
    const evil = await scriptedProvider(sallyport.clock)
    const second = { id: await trust(evil, { defaultRole: 'auditor' }), scripted: evil }
    const other = sallyport.browser()
    expect((await signOn(other, second, ann)).status).toBe(409)
    expect((await signOn(other, second, { ...ann, email: 'eve@example.com' })).status).toBe(303)
    expect((await me(other)).id).not.toBe((await me(browser)).id)
    // Nor by a token that says it is the other's.
    const posing = await signOn(sallyport.browser(), second, { ...ann, iss: provider.scripted.issuer })
    expect([posing.status, (await users()).length]).toEqual([400, 3])
  })

  const past = { exp: 1, iat: 0 }
  test.each<[string, Record<string, unknown>, Departure?]>([
    ['another audience', { aud: 'another' }],
    ['several audiences without azp', { aud: ['client', 'another'] }],
    ['another nonce', { nonce: 'another' }],
    ['no nonce', { nonce: undefined }],
    ['another issuer', { iss: 'https://other.example' }],
    ['its end behind it', past],
    ['no subject', { sub: undefined }],
    ['alg none', {}, { header: { alg: 'none' }, signedBy: 'nobody' }],
    ['HS256 and the client’s secret', {}, { header: { alg: 'HS256' }, signedBy: 'secret' }],
    ['HS256 and the public key', {}, { header: { alg: 'HS256' }, signedBy: 'public key' }],
    ['a stranger’s signature', {}, { signedBy: 'stranger' }],
  ])('whose id_token has %s logs nobody in', async (_, claims, departure) => {
    const { sallyport, provider, users } = await providerScene()
    const browser = sallyport.browser()
    const reply = await signOn(browser, provider, { ...ann, ...claims }, departure)
    expect([reply.status, (await browser.json('GET', '/v1/users/me')).status]).toEqual([400, 401])
    expect(await users()).toHaveLength(1)
  })

  test('whose words are HTML is shown as text', async () => {
    const { sallyport, provider, scripted } = await providerScene()
    const browser = sallyport.browser()
    const way = await begin(browser, provider.id, scripted.issuer)
    const words = '<script>alert(1)</script><img src=x onerror=alert(1)>'
    const reply = await browser.get(
      way.callback({
        code: undefined,
        error: 'access_denied',
        error_description: words,
        error_uri: 'javascript:alert(1)',
      }),
    )
    expect([reply.status, reply.text.match(/<script|<img|javascript:/g)]).toEqual([400, null])
    expect(reply.headers.get('content-security-policy')).toContain("default-src 'none'")
  })
})

describe('a callback', () => {
  test('without the state, with one of another browser, or too late, redeems nothing', async () => {
    const { sallyport, provider, scripted, users } = await providerScene()
    const victim = sallyport.browser()
    const way = await begin(victim, provider.id, scripted.issuer)
    scripted.says(ann, way.nonce)
    const attacker = sallyport.browser()
    const theirs = await begin(attacker, provider.id, scripted.issuer)
    const attempts = [
      await victim.get(way.callback({ state: undefined })),
      await victim.get(way.callback({ state: '' })),
      await victim.get(way.callback({ state: theirs.state })),
      await attacker.get(way.callback()),
      await victim.get(way.callback({ iss: 'https://other.example' })),
    ]
    expect(attempts.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400])
    sallyport.clock.advance(600_000)
    expect((await attacker.get(theirs.callback())).status).toBe(400)
    expect([scripted.redeemed(), (await users()).length]).toEqual([0, 1])
  })

  test('is good once, however many come at the same time', async () => {
    const { sallyport, provider, scripted, users } = await providerScene()
    const browser = sallyport.browser()
    const way = await begin(browser, provider.id, scripted.issuer)
    scripted.says(ann, way.nonce)
    const cookie = browser.jar.header(new URL(way.callback(), sallyport.origin)) ?? ''
    const replies = await Promise.all(
      Array.from({ length: 12 }, () => browser.get(way.callback(), { cookie })),
    )
    expect(replies.filter(({ status }) => status === 303)).toHaveLength(1)
    expect((await browser.get(way.callback(), { cookie })).status).toBe(400)
    expect([scripted.redeemed(), (await users()).length]).toEqual([1, 2])
  })

  test('at another provider’s place, or with the cookie of a flow there, is refused', async () => {
    const { sallyport, provider, scripted, trust } = await providerScene()
    const second = await scriptedProvider(sallyport.clock)
    const otherId = await trust(second, { defaultRole: 'admin' })
    const browser = sallyport.browser()
    const [one, two] = [
      await begin(browser, provider.id, scripted.issuer),
      await begin(browser, otherId, second.issuer),
    ]
    const cookies = (path: string) => browser.jar.header(new URL(path, sallyport.origin)) ?? ''
    const [mine, others] = [cookies(one.callback()), cookies(two.callback())]
    expect(mine.split('=')[0]).not.toBe(others.split('=')[0])
    const moved = one.callback().replace(provider.id, otherId)
    const swapped = `${mine.split('=')[0]}=${others.split('=')[1]}`
    const replies = [
      await browser.get(moved, { cookie: mine }),
      await browser.get(one.callback(), { cookie: others }),
      await browser.get(one.callback(), { cookie: swapped }),
    ]
    expect(replies.map(({ status }) => status)).toEqual([400, 400, 400])
    expect([scripted.redeemed(), second.redeemed()]).toEqual([0, 0])
  })

  test('after the provider was changed is refused', async () => {
    const { sallyport, provider, scripted, ok } = await providerScene()
    const browser = sallyport.browser()
    const way = await begin(browser, provider.id, scripted.issuer)
    scripted.says(ann, way.nonce)
    const evil = await scriptedProvider(sallyport.clock)
    await ok('PATCH', '/v1/identity-providers/idp1', { issuer: evil.issuer, clientSecret: 'x' })
    expect((await browser.get(way.callback())).status).toBe(400)
    expect([scripted.redeemed(), evil.redeemed()]).toEqual([0, 0])
  })

  test('begins at a page of ours: another site cannot send a browser through', async () => {
    const { sallyport, provider } = await providerScene()
    const browser = sallyport.browser()
    for (const site of ['cross-site', 'same-site']) {
      const reply = await browser.post('/login/sso', { provider: provider.id }, { 'sec-fetch-site': site })
      expect([reply.status, reply.headers.get('refresh')]).toEqual([403, null])
    }
    expect((await browser.get(`/login/sso?provider=${provider.id}`)).status).toBe(404)
  })
})

describe('an organization whose people come by single sign-on alone', () => {
  test('takes no password but its owners’, and ends the sessions that one began', async () => {
    const { sallyport, ok, join, owner } = await providerScene()
    const joined = await join(sallyport, 'bob@example.com', 'admin')
    const credentials = { email: 'bob@example.com', password: joinedPassword }
    const logIn = (given: Record<string, string>) => sallyport.browser().post('/login', given)
    expect((await logIn(credentials)).status).toBe(303)
    await ok('PATCH', '/v1/identity-providers/idp1', { ssoOnly: true })
    expect((await joined.json('GET', '/v1/users/me')).status).toBe(401)
    expect((await logIn(credentials)).status).toBe(403)
    const byJson = await sallyport.browser().json('POST', '/login', credentials)
    expect([byJson.status, byJson.body.code]).toEqual([403, 'sso_required'])
    expect((await logIn({ ...credentials, password: 'not the right one' })).status).toBe(401)
    expect((await logIn({ email: ada.email, password: ada.password })).status).toBe(303)
    const { url } = await ok('POST', '/v1/invitations', { email: 'cy@example.com', role: 'auditor' })
    const path = new URL(url).pathname
    const browser = sallyport.browser()
    expect((await browser.get(path)).text).not.toContain('name="password"')
    expect((await browser.post(path, { name: 'Cy', password: joinedPassword })).status).toBe(403)
    expect((await me(owner)).role).toBe('owner')
  })
})

describe('linking', () => {
  const linkWay = async (browser: TestBrowser, id: string, issuer: string) => {
    const csrf = csrfIn((await browser.get('/account')).text) ?? ''
    return wayOf(await browser.post('/account/identities/link', { csrf, provider: id }), issuer)
  }

  test('is begun by whoever is logged in, with a fresh proof, on their own page', async () => {
    const { sallyport, owner, provider, scripted } = await providerScene({})
    const form = { provider: provider.id }
    expect((await owner.post('/account/identities/link', form)).status).toBe(403)
    const way = await linkWay(owner, provider.id, scripted.issuer)
    scripted.says({ sub: 'ada' }, way.nonce)
    expect((await owner.get(way.callback())).headers.get('location')).toBe(`${sallyport.origin}/account`)
    expect((await me(owner)).identities).toMatchObject([{ issuer: scripted.issuer }])
    const browser = sallyport.browser()
    await signOn(browser, provider, { sub: 'ada' })
    expect((await me(browser)).email).toBe(ada.email)

    sallyport.clock.advance(600_000)
    const csrf = csrfIn((await owner.get('/account')).text) ?? ''
    const stale = await owner.post('/account/identities/link', { ...form, csrf })
    expect([stale.status, stale.headers.get('location')]).toEqual([
      303,
      expect.stringContaining('/login/confirm'),
    ])
  })

  test('gives an identity to nobody but whoever began it, and takes it from nobody', async () => {
    const { sallyport, owner, provider, scripted, users } = await providerScene()
    const way = await linkWay(owner, provider.id, scripted.issuer)
    scripted.says({ sub: 'eve' }, way.nonce)
    // Somebody else has logged in meanwhile, in the same browser.
    const cookie = owner.jar.header(new URL(way.callback(), sallyport.origin)) ?? ''
    const flowCookie = cookie.split('; ').find((each) => each.startsWith('sp_')) ?? ''
    expect((await sallyport.browser().get(way.callback(), { cookie: flowCookie })).status).toBe(401)
    const other = sallyport.browser()
    await signOn(other, provider, ann)
    const third = await linkWay(owner, provider.id, scripted.issuer)
    scripted.says({ sub: 'eve' }, third.nonce)
    const owners = owner.jar.header(new URL(third.callback(), sallyport.origin)) ?? ''
    const flows = owners.split('; ').filter((each) => each.startsWith('sp_'))
    const mixed = await other.get(third.callback(), { cookie: [other.cookie(), ...flows].join('; ') })
    expect([mixed.status, (await me(other)).identities.length]).toEqual([401, 1])
    const second = await linkWay(owner, provider.id, scripted.issuer)
    scripted.says(ann, second.nonce)
    expect((await owner.get(second.callback())).status).toBe(409)
    expect([(await me(owner)).identities, (await users()).length]).toEqual([[], 2])
  })

  test('is undone, unless nothing else would let them in', async () => {
    const { sallyport, provider, scripted } = await providerScene()
    const browser = sallyport.browser()
    await signOn(browser, provider, ann)
    const csrf = csrfIn((await browser.get('/account')).text) ?? ''
    const unlink = { csrf, issuer: scripted.issuer }
    expect((await browser.post('/account/identities/unlink', unlink)).status).toBe(409)
    expect((await me(browser)).identities).toHaveLength(1)
  })
})

describe('a fresh proof', () => {
  test('is given by the provider of whoever logged in by it, when it saw them just now', async () => {
    const { sallyport, provider, scripted, ok } = await providerScene({ defaultRole: 'admin' })
    const browser = sallyport.browser()
    await signOn(browser, provider, ann)
    const before = browser.cookie()
    sallyport.clock.advance(660_000)
    const invite = async () => {
      const csrf = csrfIn((await browser.get('/account')).text) ?? ''
      const input = { email: 'new@example.com', role: 'auditor' }
      return (await browser.json('POST', '/v1/invitations', input, { 'sallyport-csrf': csrf })).status
    }
    expect(await invite()).toBe(401)
    const prove = async (claims: Record<string, unknown>) => {
      const { text } = await browser.get('/login/confirm')
      const form = { csrf: csrfIn(text) ?? '', provider: provider.id }
      const way = wayOf(await browser.post('/login/confirm/sso', form), scripted.issuer)
      expect(Object.fromEntries(way.page.searchParams)).toMatchObject({ prompt: 'login', max_age: '0' })
      scripted.says(claims, way.nonce)
      return (await browser.get(way.callback())).status
    }
    const now = () => Math.floor(sallyport.clock.now() / 1000)
    expect(await prove(ann)).toBe(400)
    expect(await prove({ ...ann, auth_time: now() - 600 })).toBe(400)
    expect(await prove({ ...ann, sub: 'bob', auth_time: now() })).toBe(400)
    expect(await invite()).toBe(401)
    expect(await prove({ ...ann, auth_time: now() })).toBe(303)
    expect(browser.cookie()).not.toBe(before)
    expect(await invite()).toBe(201)
    expect(await ok('GET', '/v1/invitations')).toMatchObject({ items: [{ email: 'new@example.com' }] })
  })
})
