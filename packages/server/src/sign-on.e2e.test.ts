import { describe, expect, test } from 'vitest'
import type { Departure } from './identity-token.suite.ts'
import { owner as ada, csrfIn, type OwnSallyport, type TestBrowser } from './people.suite.ts'
import { begin, joinedPassword, scriptedProvider, signOn, signOnScene, wayOf } from './sign-on.suite.ts'

const ann = { sub: 'ann', email: 'ann@example.com', email_verified: true, name: 'Ann' }

async function scene(fields: Readonly<Record<string, unknown>> = { defaultRole: 'developer' }) {
  const made = await signOnScene()
  const scripted = await scriptedProvider(made.sallyport.clock)
  const provider = { id: await made.trust(scripted, fields), scripted }
  return {
    ...made,
    scripted,
    provider,
    login: (claims: object) => signOn(made.sallyport.browser(), provider, { ...claims }),
  }
}

const me = async (browser: TestBrowser) => (await browser.json('GET', '/v1/users/me')).body
const emails = (users: readonly { email: string }[]) => users.map(({ email }) => email).sort()

describe('single sign-on', () => {
  test('makes a user at the first log-in, and knows them again by issuer and subject alone', async () => {
    const { sallyport, provider, users, owner } = await scene()
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
    const { login, users } = await scene({})
    expect((await login(ann)).status).toBe(403)
    const strict = await scene({ defaultRole: 'auditor', allowedEmailDomains: ['example.com'] })
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
    const { sallyport, provider, scripted } = await scene()
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
    const { sallyport, provider, ok, users, login } = await scene()
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
      const { sallyport, provider, users, owner } = await scene()
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
    const { sallyport, provider, trust, users } = await scene()
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
    const { sallyport, provider, users } = await scene()
    const browser = sallyport.browser()
    const reply = await signOn(browser, provider, { ...ann, ...claims }, departure)
    expect([reply.status, (await browser.json('GET', '/v1/users/me')).status]).toEqual([400, 401])
    expect(await users()).toHaveLength(1)
  })

  test('whose words are HTML is shown as text', async () => {
    const { sallyport, provider, scripted } = await scene()
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
    const { sallyport, provider, scripted, users } = await scene()
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
    const { sallyport, provider, scripted, users } = await scene()
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
    const { sallyport, provider, scripted, trust } = await scene()
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
    const { sallyport, provider, scripted, ok } = await scene()
    const browser = sallyport.browser()
    const way = await begin(browser, provider.id, scripted.issuer)
    scripted.says(ann, way.nonce)
    const evil = await scriptedProvider(sallyport.clock)
    await ok('PATCH', '/v1/identity-providers/idp1', { issuer: evil.issuer, clientSecret: 'x' })
    expect((await browser.get(way.callback())).status).toBe(400)
    expect([scripted.redeemed(), evil.redeemed()]).toEqual([0, 0])
  })

  test('begins at a page of ours: another site cannot send a browser through', async () => {
    const { sallyport, provider } = await scene()
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
    const { sallyport, ok, join, owner } = await scene()
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
    const { sallyport, owner, provider, scripted } = await scene({})
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
    const { sallyport, owner, provider, scripted, users } = await scene()
    const way = await linkWay(owner, provider.id, scripted.issuer)
    scripted.says({ sub: 'eve' }, way.nonce)
    // Somebody else has logged in meanwhile, in the same browser.
    const cookie = owner.jar.header(new URL(way.callback(), sallyport.origin)) ?? ''
    const flowCookie = cookie.split('; ').find((each) => each.startsWith('sp_')) ?? ''
    expect((await sallyport.browser().get(way.callback(), { cookie: flowCookie })).status).toBe(401)
    await signOn(sallyport.browser(), provider, ann)
    const second = await linkWay(owner, provider.id, scripted.issuer)
    scripted.says(ann, second.nonce)
    expect((await owner.get(second.callback())).status).toBe(409)
    expect([(await me(owner)).identities, (await users()).length]).toEqual([[], 2])
  })

  test('is undone, unless nothing else would let them in', async () => {
    const { sallyport, provider, scripted } = await scene()
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
    const { sallyport, provider, scripted, ok } = await scene({ defaultRole: 'admin' })
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

describe('an invitation', () => {
  const path = async (made: Awaited<ReturnType<typeof scene>>, email: string, role = 'auditor') =>
    new URL((await made.ok('POST', '/v1/invitations', { email, role })).url).pathname

  test('is accepted with a password, once, by one of many', async () => {
    const made = await scene()
    const link = await path(made, 'Bob@example.com')
    const { sallyport } = made
    expect((await sallyport.browser().get(link)).text).toContain('Bob@example.com')
    const bad = await sallyport.browser().post(link, { name: 'Bob', password: 'short' })
    expect(bad.status).toBe(422)
    const browsers = Array.from({ length: 4 }, () => sallyport.browser())
    const given = { name: 'Bob', password: joinedPassword }
    const replies = await Promise.all(browsers.map((browser) => browser.post(link, given)))
    const winner = browsers[replies.findIndex(({ status }) => status === 303)] as TestBrowser
    expect(replies.filter(({ status }) => status !== 303).map(({ status }) => status)).toEqual([
      410, 410, 410,
    ])
    expect(await me(winner)).toMatchObject({ email: 'Bob@example.com', name: 'Bob', role: 'auditor' })
    expect((await sallyport.browser().get(link)).status).toBe(410)
    expect(emails(await made.users())).toEqual(['Bob@example.com', ada.email])
    expect(sallyport.logged()).not.toContain(link.slice(-43))
  })

  test('is accepted by single sign-on at its very address, verified', async () => {
    const made = await scene({})
    const { sallyport, provider, scripted } = made
    const link = await path(made, 'ann@example.com', 'operator')
    const accept = async (claims: object) => {
      const browser = sallyport.browser()
      const way = wayOf(await browser.post(`${link}/sso`, { provider: provider.id }), scripted.issuer)
      scripted.says({ ...claims }, way.nonce)
      return { browser, status: (await browser.get(way.callback())).status }
    }
    expect((await accept({ ...ann, email: 'eve@example.com' })).status).toBe(403)
    expect((await accept({ ...ann, email_verified: false })).status).toBe(403)
    expect((await accept({ sub: 'ann' })).status).toBe(403)
    expect(await made.users()).toHaveLength(1)
    const { browser, status } = await accept({ ...ann, email: 'ANN@example.com' })
    expect([status, (await me(browser)).role]).toEqual([303, 'operator'])
    expect((await sallyport.browser().post(`${link}/sso`, { provider: provider.id })).status).toBe(410)
  })

  test('ends after seven days, when it is taken back, and when another takes its place', async () => {
    const made = await scene()
    const { sallyport, ok } = made
    const statusOf = async (link: string) => (await sallyport.browser().get(link)).status
    const [late, replaced] = [await path(made, 'a@example.com'), await path(made, 'b@example.com')]
    const taken = await ok('POST', '/v1/invitations', { email: 'c@example.com', role: 'auditor' })
    await path(made, 'B@example.com')
    await ok('DELETE', `/v1/invitations/${taken.id}`)
    expect([await statusOf(replaced), await statusOf(new URL(taken.url).pathname)]).toEqual([410, 410])
    expect(await statusOf(late)).toBe(200)
    sallyport.clock.advance(7 * 86_400_000)
    expect(await statusOf(late)).toBe(410)
    expect(await statusOf('/invitation/org_0.x')).toBe(410)
  })
})

describe('users', () => {
  const idOf = async (browser: TestBrowser) => (await me(browser)).id as string

  test('are changed by admins, but for owners, who are each other’s alone', async () => {
    const { sallyport, owner, ok, join } = await scene()
    const admin = await join(sallyport, 'bob@example.com', 'admin')
    admin.csrf = csrfIn((await admin.get('/account')).text)
    const developer = await join(sallyport, 'dev@example.com', 'developer')
    const [ownerId, adminId, devId] = [await idOf(owner), await idOf(admin), await idOf(developer)]
    const refused = [
      await admin.json('PATCH', `/v1/users/${ownerId}`, { role: 'auditor' }),
      await admin.json('PATCH', `/v1/users/${ownerId}`, { name: 'x' }),
      await admin.json('DELETE', `/v1/users/${ownerId}`),
      await admin.json('PATCH', `/v1/users/${adminId}`, { role: 'owner' }),
      await admin.json('POST', '/v1/invitations', { email: 'o@example.com', role: 'owner' }),
      await developer.json('GET', '/v1/users'),
    ]
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual([
      ...Array.from({ length: 5 }, () => [403, 'role_too_broad']),
      [403, 'scope_missing'],
    ])
    expect((await admin.json('PATCH', `/v1/users/${devId}`, { role: 'operator' })).body.role).toBe('operator')
    // Another role asks for another log-in.
    expect((await developer.json('GET', '/v1/users/me')).status).toBe(401)
    expect((await admin.json('DELETE', `/v1/users/${devId}`)).status).toBe(204)
    await ok('PATCH', `/v1/users/${adminId}`, { role: 'owner' })
    expect((await ok('GET', `/v1/users/${adminId}`)).role).toBe('owner')
  })

  test('of an organization keep an owner, however many leave at once', async () => {
    const { sallyport, owner, ok, join, users } = await scene()
    const mine = await idOf(owner)
    for (const change of [{ role: 'admin' }, { disabled: true }]) {
      expect((await owner.json('PATCH', `/v1/users/${mine}`, change)).body.code).toBe('last_owner')
    }
    expect((await owner.json('DELETE', `/v1/users/${mine}`)).body.code).toBe('last_owner')
    const second = await join(sallyport, 'bob@example.com', 'admin')
    const other = await idOf(second)
    await ok('PATCH', `/v1/users/${other}`, { role: 'owner' })
    const leave = [
      owner.json('DELETE', `/v1/users/${other}`),
      owner.json('PATCH', `/v1/users/${mine}`, { role: 'admin' }),
      owner.json('DELETE', `/v1/users/${mine}`),
    ]
    const statuses = (await Promise.all(leave)).map(({ status }) => status)
    expect(statuses.filter((status) => status < 300)).toHaveLength(1)
    expect((await startedUsers(sallyport, users)).filter(({ role }) => role === 'owner')).toHaveLength(1)
  })

  test('have what their own role says, at once', async () => {
    const { sallyport, ok, join } = await scene()
    await ok('POST', '/v1/roles', {
      key: 'Reader',
      name: 'Reads',
      base: 'operator',
      without: ['accounts:write'],
    })
    const reader = await join(sallyport, 'bob@example.com', 'reader')
    expect(await me(reader)).toMatchObject({
      role: 'Reader',
      scopes: expect.not.arrayContaining(['accounts:write']),
    })
    expect((await reader.json('GET', '/v1/accounts')).status).toBe(200)
    await ok('PATCH', '/v1/roles/reader', { base: 'developer', without: ['accounts:read'] })
    expect((await reader.json('GET', '/v1/accounts')).status).toBe(403)
    expect((await ok('GET', '/v1/roles')).items).toHaveLength(6)
  })
})

/** Whoever is left to look. */
async function startedUsers(sallyport: OwnSallyport, users: () => Promise<{ role: string }[]>) {
  try {
    return await users()
  } catch {
    const browser = sallyport.browser()
    await browser.post('/login', { email: 'bob@example.com', password: joinedPassword })
    return (await browser.json('GET', '/v1/users')).body.items as { role: string }[]
  }
}
