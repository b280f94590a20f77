import { describe, expect, test } from 'vitest'
import { owner as ada, csrfIn, type OwnSallyport, type TestBrowser } from './people.suite.ts'
import { ann, emails, joinedPassword, me, providerScene, wayOf } from './sign-on.suite.ts'

describe('an invitation', () => {
  const path = async (made: Awaited<ReturnType<typeof providerScene>>, email: string, role = 'auditor') =>
    new URL((await made.ok('POST', '/v1/invitations', { email, role })).url).pathname

  test('is accepted with a password, once, by one of many', async () => {
    const made = await providerScene()
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
    const made = await providerScene({})
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
    const made = await providerScene()
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

test('another organization lets its own people in, its first owner by its key, and nobody while it is suspended', async () => {
  const { sallyport, owner, ok, scripted } = await providerScene()
  const { id, key } = await ok('POST', '/v1/organizations', { name: 'Acme' })
  const as = { authorization: `Bearer ${key}` }
  const byKey = (method: string, path: string, body: unknown) =>
    sallyport.browser().json(method, path, body, as)
  const invite = (email: string, role: string) => byKey('POST', '/v1/invitations', { email, role })
  const first = sallyport.browser()
  const { url } = (await invite(ada.email, 'owner')).body
  const given = { name: 'Another Ada', password: joinedPassword }
  expect((await first.post(new URL(url).pathname, given)).status).toBe(303)
  expect(await me(first)).toMatchObject({ organization: id, role: 'owner', email: ada.email })
  expect((await owner.json('GET', `/v1/users/${(await me(first)).id}`)).status).toBe(404)
  // From now on that is its owner's.
  expect((await invite('b@example.com', 'owner')).body.code).toBe('role_too_broad')
  const left = (await invite('c@example.com', 'auditor')).body.url
  const client = { issuer: scripted.issuer, clientId: 'client', clientSecret: 'client-secret' }
  const input = { key: 'idp1', name: 'Theirs', ...client, defaultRole: 'auditor' }
  const provider = (await byKey('POST', '/v1/identity-providers', input)).body.id
  const loginPage = async (query = '') => (await first.get(`/login${query}`)).text.includes('Theirs')
  expect([await loginPage(), await loginPage(`?organization=${id}`)]).toEqual([false, true])
  const begin = async () => (await sallyport.browser().post('/login/sso', { provider })).status
  expect(await begin()).toBe(200)
  await ok('PATCH', `/v1/organizations/${id}`, { suspended: true })
  const suspended = await sallyport.browser().get(new URL(left).pathname)
  expect([await begin(), suspended.status]).toEqual([404, 403])
})

describe('users', () => {
  const idOf = async (browser: TestBrowser) => (await me(browser)).id as string

  test('are changed by admins, but for owners, who are each other’s alone', async () => {
    const { sallyport, owner, ok, join } = await providerScene()
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
    const { sallyport, owner, ok, join, users } = await providerScene()
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
    const { sallyport, ok, join } = await providerScene()
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
