import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { authenticatorCode } from '../authenticator.suite.ts'
import { type OwnSallyport, owner, startWithoutKey, type TestBrowser } from '../people.suite.ts'

const { email, password } = owner
const quarter = 15 * 60_000
let sallyport: OwnSallyport
let browser: TestBrowser
beforeAll(async () => {
  sallyport = await startWithoutKey()
  await sallyport.ownersBrowser()
})
afterAll(() => sallyport.close())
beforeEach(async () => {
  browser = await another()
})

/** One more browser of the owner's, logged in. */
async function another(): Promise<TestBrowser> {
  const its = sallyport.browser()
  const reply = await its.json('POST', '/login', { email, password })
  expect(reply.status, reply.text).toBe(201)
  its.csrf = reply.body.csrfToken
  return its
}

const me = (its: TestBrowser, method: string, path = '', body?: unknown) =>
  its.json(method, `/v1/users/me${path}`, body)
const outcome = async (reply: ReturnType<TestBrowser['json']>) => {
  const { status, body } = await reply
  return `${status} ${body?.code ?? ''}`.trim()
}

test('sessions are listed, ended one by one, and all but this one', async () => {
  const [second, third] = [await another(), await another()]
  const { items } = (await me(browser, 'GET', '/sessions')).body
  expect(items.length).toBeGreaterThanOrEqual(4)
  const first = (await me(browser, 'GET', '/sessions?limit=1')).body
  const rest = (await me(browser, 'GET', `/sessions?cursor=${first.nextCursor}`)).body
  expect([...first.items, ...rest.items]).toEqual(items)
  const current = items.filter((each: { current: boolean }) => each.current)
  expect(current).toEqual([
    {
      ...{ id: expect.stringMatching(/^ses_/), current: true, method: 'password', address: '127.0.0.1' },
      ...{
        createdAt: expect.any(String),
        authenticatedAt: expect.any(String),
        lastSeenAt: expect.any(String),
      },
      userAgent: expect.any(String),
    },
  ])
  const [own] = (await me(second, 'GET', '/sessions')).body.items.filter(
    (each: { current: boolean }) => each.current,
  )
  expect(await outcome(me(browser, 'DELETE', `/sessions/${own.id}`))).toBe('204')
  expect(await outcome(me(second, 'GET'))).toBe('401 session_invalid')
  expect(await outcome(me(browser, 'DELETE', `/sessions/${own.id}`))).toBe('404 not_found')
  expect(await outcome(me(browser, 'DELETE', '/sessions'))).toBe('204')
  expect(await outcome(me(third, 'GET'))).toBe('401 session_invalid')
  expect((await me(browser, 'GET', '/sessions')).body.items).toHaveLength(1)
})

test('a password is changed by the present one; this browser goes on, under a new cookie, and the others end', async () => {
  const other = await another()
  const set = (its: TestBrowser, current: string, next: string) =>
    me(its, 'PUT', '/password', { current, password: next })
  expect(await outcome(set(browser, 'not the right one', 'a password of some length'))).toBe(
    '401 login_failed',
  )
  const short = await set(browser, password, 'short')
  expect([short.status, short.body.errors[0].path]).toEqual([422, '/password'])
  const before = browser.cookie()
  const changed = await set(browser, password, 'a password of some length')
  expect(changed.status, changed.text).toBe(200)
  expect(browser.cookie()).not.toBe(before)
  expect(await outcome(me(other, 'GET'))).toBe('401 session_invalid')
  browser.csrf = changed.body.csrfToken
  expect((await set(browser, 'a password of some length', password)).status).toBe(200)
})

test('an authenticator is set up by its first code and removed again, after a fresh proof alone', async () => {
  sallyport.clock.advance(quarter)
  for (const [method, path] of [
    ['POST', '/authenticator'],
    ['PUT', '/authenticator'],
    ['DELETE', '/authenticator'],
    ['POST', '/recovery-codes'],
  ] as const) {
    expect(await outcome(me(browser, method, path, method === 'PUT' ? {} : undefined))).toBe('401 step_up')
  }
  const confirmed = await browser.json('POST', '/login/confirm', { password })
  browser.csrf = confirmed.body.csrfToken
  const offer = (await me(browser, 'POST', '/authenticator')).body
  expect(offer.uri).toContain(`secret=${offer.secret}`)
  const rows: readonly string[] = offer.qrCode
  expect([...new Set(rows.map((row) => row.length))]).toEqual([rows.length])
  expect(rows.join('')).toMatch(/^[01]{900,}$/)
  expect((await me(browser, 'GET')).body.hasTotp).toBe(false)
  const withCode = (code: string) =>
    me(browser, 'PUT', '/authenticator', { enrolment: offer.enrolment, code })
  expect(await outcome(withCode('000000'))).toBe('401 code_invalid')
  const done = await withCode(authenticatorCode(offer.secret, sallyport.clock.now()))
  expect([done.status, done.body.recoveryCodes]).toEqual([200, expect.objectContaining({ length: 10 })])
  expect((await me(browser, 'GET')).body.hasTotp).toBe(true)
  expect((await me(browser, 'GET')).body.recoveryCodes).toBe(10)
  const { recoveryCodes } = (await me(browser, 'POST', '/recovery-codes')).body
  expect(await outcome(sallyport.browser().json('POST', '/login', { email, password }))).toBe(
    '401 code_required',
  )
  const code = recoveryCodes[0]
  expect((await sallyport.browser().json('POST', '/login', { email, password, code })).status).toBe(201)
  expect(await outcome(me(browser, 'DELETE', '/authenticator'))).toBe('204')
  expect((await sallyport.browser().json('POST', '/login', { email, password })).status).toBe(201)
})

test('whoever is logged in learns where, and of which organization; their own name they change, and nothing else', async () => {
  const before = (await me(browser, 'GET')).body
  expect(before).toMatchObject({
    ...{ organizationName: 'First organization', operator: true, recoveryCodes: 0 },
    realm: { name: 'default', publicUrl: sallyport.origin },
  })
  const renamed = await me(browser, 'PATCH', '', { name: '  Ada King ' })
  expect([renamed.status, renamed.body]).toEqual([200, { ...before, name: 'Ada King' }])
  for (const wrong of [{ role: 'owner' }, { disabled: false }, { name: '' }]) {
    expect(await outcome(me(browser, 'PATCH', '', wrong))).toBe('422 input_invalid')
  }
  expect((await me(browser, 'GET')).body).toEqual(renamed.body)
  const [entry] = (await browser.json('GET', '/v1/audit?limit=1')).body.items
  expect(entry).toMatchObject({ action: 'user.updated', actor: { id: before.id } })
  expect(entry.changes).toEqual([{ field: '/name', before: owner.name, after: 'Ada King' }])
  await me(browser, 'PATCH', '', { name: owner.name })
})

test('without the token of a page of ours nothing changes, and to a key there is nothing here', async () => {
  const made = await browser.json('POST', '/v1/keys', { name: 'All', scopes: ['organization:admin'] })
  expect(made.status, made.text).toBe(201)
  const { csrf } = browser
  browser.csrf = undefined
  expect(await outcome(me(browser, 'DELETE', '/sessions'))).toBe('403 csrf_refused')
  expect(await outcome(me(browser, 'PUT', '/password', { current: password, password }))).toBe(
    '403 csrf_refused',
  )
  browser.csrf = csrf
  const authorization = `Bearer ${made.body.key}`
  for (const [method, path, body] of [
    ['GET', '/sessions', undefined],
    ['POST', '/authenticator', undefined],
    ['POST', '/recovery-codes', undefined],
    ['PATCH', '', { name: 'Key' }],
  ] as const) {
    const reply = await browser.json(method, `/v1/users/me${path}`, body, { authorization })
    expect([path, reply.status, reply.body.code]).toEqual([path, 404, 'not_found'])
  }
})
