import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { compose } from '../compose.ts'
import { readConfig } from '../config.ts'
import { freePort } from '../sallyport.suite.ts'

const form = 'application/x-www-form-urlencoded'
const owner = { name: 'Ada', email: 'ada@example.com', password: 'an engine of difference' }

interface NotSetUp {
  readonly origin: string
  readonly token: string
  post(body: string, contentType?: string): Promise<Response>
}

/** A Sallyport that nobody has set up yet, with the token that was printed. */
async function notSetUp(environment: Readonly<Record<string, string>> = {}): Promise<NotSetUp> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'))
  const read = readConfig({
    SALLYPORT_PORT: String(port),
    SALLYPORT_DATA_DIR: folder,
    SALLYPORT_PRACTICE: 'off',
    ...environment,
  })
  if ('faults' in read) throw new Error(read.faults.join(' '))
  const sallyport = await compose(read.config, pino({ level: 'silent' }))
  onTestFinished(async () => {
    await sallyport.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const token = await sallyport.broker.setup.offer()
  await sallyport.app.listen({ host: '127.0.0.1', port })
  const origin = `http://127.0.0.1:${port}`
  return {
    origin,
    token,
    post: (body, contentType = 'application/json') =>
      fetch(`${origin}/setup`, { method: 'POST', headers: { 'content-type': contentType }, body }),
  }
}

const keysWith = (origin: string, key: string) =>
  fetch(`${origin}/v1/keys`, { headers: { authorization: `Bearer ${key}` } })

describe('set-up', () => {
  it('asked for twenty times at once gives one key, which may do everything', async () => {
    const { origin, token, post } = await notSetUp()
    const replies = await Promise.all(Array.from({ length: 20 }, () => post(JSON.stringify({ token }))))
    const statuses = replies.map(({ status }) => status).sort()
    expect(statuses).toEqual([201, ...Array(19).fill(410)])

    const [winner] = replies.filter(({ status }) => status === 201)
    if (!winner) throw new Error('nobody got the key')
    const { key, scopes } = (await winner.json()) as { key: string; scopes: string[] }
    expect(scopes).toContain('organization:admin')
    expect(winner.headers.get('cache-control')).toBe('no-store')
    const listed = await keysWith(origin, key)
    expect(listed.status).toBe(200)
    expect(((await listed.json()) as { items: unknown[] }).items).toHaveLength(1)
  })

  it('is over once it is done, for the right token, a wrong one and none alike', async () => {
    const { token, post } = await notSetUp()
    expect((await post(JSON.stringify({ token }))).status).toBe(201)
    for (const again of [token, 'wrong']) {
      const reply = await post(JSON.stringify({ token: again }))
      expect(reply.status).toBe(410)
      expect(await reply.json()).toMatchObject({ code: 'setup_done' })
    }
  })

  it('with a wrong token is refused, and changes nothing', async () => {
    const { token, post } = await notSetUp()
    for (const wrong of ['wrong', `${token}x`, token.slice(1), token.toUpperCase(), ' ']) {
      const reply = await post(JSON.stringify({ token: wrong }))
      expect(reply.status).toBe(401)
      expect(await reply.json()).toMatchObject({ code: 'setup_token_invalid' })
    }
    expect((await post(JSON.stringify({ token }))).status).toBe(201)
  })

  it.each([
    ['no token', '{}', '/token'],
    ['an empty token', '{"token":""}', '/token'],
    ['a number', '{"token":7}', '/token'],
    ['more than a token', '{"token":"x","scopes":["proxy:call"]}', '/scopes'],
  ])('is refused with %s, by path', async (_what, body, path) => {
    const { post } = await notSetUp()
    const reply = await post(body)
    expect(reply.status).toBe(422)
    expect(await reply.json()).toMatchObject({ errors: [{ path }] })
  })

  it.each([
    ['text', 'text/plain', 415],
    ['a multipart form', 'multipart/form-data; boundary=x', 415],
    ['JSON that is none', 'application/json', 400],
  ])('takes no %s', async (_what, contentType, status) => {
    const { post, token } = await notSetUp()
    const reply = await post(`token=${token}`, contentType)
    expect(reply.status).toBe(status)
    expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  })

  it('by the form of the page makes the first owner, who is logged in, and shows the key, once', async () => {
    const { origin, token, post } = await notSetUp()
    const page = await (await fetch(`${origin}/setup`)).text()
    expect(page).toMatch(/<form method="post" action="\/?setup">/)
    expect(page).not.toContain(token)

    const body = new URLSearchParams({ token, ...owner }).toString()
    const replies = await Promise.all(Array.from({ length: 5 }, () => post(body, form)))
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 410, 410, 410, 410])
    for (const reply of replies) {
      expect(reply.headers.get('content-type')).toMatch(/^text\/html/)
      expect(reply.headers.get('cache-control')).toBe('no-store')
    }
    const shown = await replies.find(({ status }) => status === 201)?.text()
    const key = /sp_org_\w+/.exec(shown ?? '')?.[0] ?? ''
    expect((await keysWith(origin, key)).status).toBe(200)
    const cookies = replies.flatMap(({ headers }) => headers.getSetCookie())
    const cookie = cookies.map((each) => each.split(';')[0]).join('; ')
    const listed = await fetch(`${origin}/v1/environments`, { headers: { cookie } })
    expect([cookies.length, listed.status]).toEqual([2, 200])
    const login = await fetch(`${origin}/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: owner.email, password: owner.password }),
    })
    expect(login.status).toBe(201)
    expect((await fetch(`${origin}/setup`)).status).toBe(410)
  })

  it('by JSON and by form at once, twenty times, makes one key, and an owner with it or none', async () => {
    const { origin, token, post } = await notSetUp()
    const body = new URLSearchParams({ token, ...owner }).toString()
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0 ? post(JSON.stringify({ token })) : post(body, form),
      ),
    )
    expect(replies.map(({ status }) => status).sort()).toEqual([201, ...Array(19).fill(410)])
    const wonByForm = replies.findIndex(({ status }) => status === 201) % 2 === 1
    const login = await fetch(`${origin}/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: owner.email, password: owner.password }),
    })
    expect(login.status).toBe(wonByForm ? 201 : 401)
  })

  it('by the form of another site, or with a password that anybody guesses, leaves the token as it was', async () => {
    const { origin, token, post } = await notSetUp()
    const send = (fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) =>
      fetch(`${origin}/setup`, {
        method: 'POST',
        headers: { 'content-type': form, ...headers },
        body: new URLSearchParams({ token, ...owner, ...fields }).toString(),
      })
    const foreign = await send({}, { 'sec-fetch-site': 'cross-site' })
    const short = await send({ password: 'too short' })
    const guessed = await send({ password: 'Password1234!' })
    const nameless = await send({ name: ' ', email: 'nobody' })
    expect([foreign, short, guessed, nameless].map(({ status }) => status)).toEqual([403, 422, 422, 422])
    const page = await guessed.text()
    expect(page).toContain('the first passwords that anybody tries')
    // What was filled in is there again, but for the password.
    expect(page).toContain(`value="${token}"`)
    expect(page).not.toContain('Password1234!')
    expect((await post(JSON.stringify({ token }))).status).toBe(201)
  })

  it('by the form of the page says in words what is wrong', async () => {
    const { post } = await notSetUp()
    for (const body of ['token=wrong', '', 'token=', `token=${'x'.repeat(300)}`]) {
      const reply = await post(body, form)
      expect(reply.status).toBe(401)
      expect(await reply.text()).toContain('This is not the set-up token.')
    }
  })

  it('gives out no key where the operator has brought one, which works', async () => {
    const adminKey = 'an-admin-key-of-forty-characters-or-more'
    const { origin, token, post } = await notSetUp({ SALLYPORT_ADMIN_KEY: adminKey })
    const reply = await post(JSON.stringify({ token }))
    expect(reply.status).toBe(410)
    const keys = await keysWith(origin, adminKey)
    expect(await keys.json()).toEqual({ items: [] })
  })
})
