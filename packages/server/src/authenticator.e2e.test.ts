import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesIn } from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authenticatorCode } from './authenticator.suite.ts'
import {
  csrfIn,
  hiddenIn,
  type OwnSallyport,
  owner,
  startWithoutKey,
  type TestBrowser,
} from './people.suite.ts'

const half = 30_000
const credentials = { email: owner.email, password: owner.password }

describe('an authenticator', () => {
  let sallyport: OwnSallyport
  let browser: TestBrowser
  let secret: string
  let recoveryCodes: string[]
  let setupCode: string

  const code = () => authenticatorCode(secret, sallyport.clock.now())
  const login = (fields: Readonly<Record<string, string>> = {}) =>
    sallyport.browser().json('POST', '/login', { ...credentials, ...fields })

  beforeAll(async () => {
    sallyport = await startWithoutKey()
    browser = await sallyport.ownersBrowser()
    const page = await browser.get('/account/authenticator')
    expect(page.status, page.text).toBe(200)
    secret = (/Key: <code>([A-Z2-7 ]+)</.exec(page.text)?.[1] ?? '').replaceAll(' ', '')
    const unseen = {
      csrf: csrfIn(page.text) ?? '',
      enrolment: hiddenIn(page.text, 'enrolment') ?? '',
    }
    expect(page.text).toContain('<svg')
    expect(page.text).toContain(`secret=${secret}`)
    // Nothing is set up until a code of it comes back.
    const wrong = await browser.post('/account/authenticator', { ...unseen, code: '000000' })
    expect(wrong.status).toBe(401)
    expect((await login()).status).toBe(201)
    setupCode = code()
    const done = await browser.post('/account/authenticator', { ...unseen, code: setupCode })
    expect(done.status, done.text).toBe(200)
    recoveryCodes = [...done.text.matchAll(/<code>([2-9a-z-]{19})</g)].map((match) => match[1] ?? '')
  })
  afterAll(() => sallyport.close())

  test('is asked for a code at each log-in, which is good once, though sent five times at the same moment', async () => {
    expect((await login()).body).toMatchObject({ status: 401, code: 'code_required' })
    sallyport.clock.advance(half)
    const right = code()
    const tries = await Promise.all(
      Array.from({ length: 5 }, () =>
        sallyport.browser().json('POST', '/login', { ...credentials, code: right }),
      ),
    )
    expect(tries.filter(({ status }) => status === 201)).toHaveLength(1)
    sallyport.clock.advance(600_000)
    expect((await login({ code: right })).body.code).toBe('code_invalid')
  })

  test('does not take the code that set it up, nor one of an earlier step', async () => {
    sallyport.clock.advance(3_600_000)
    const earlier = code()
    sallyport.clock.advance(half)
    expect((await login({ code: code() })).status).toBe(201)
    expect((await login({ code: earlier })).body.code).toBe('code_invalid')
    expect((await login({ code: setupCode })).body.code).toBe('code_invalid')
  })

  test('is asked for by the page after the password, and the half of a log-in is no session', async () => {
    sallyport.clock.advance(3_600_000)
    const other = sallyport.browser()
    const page = await other.post('/login', { ...credentials, return: '/v1/keys' })
    expect([page.status, page.headers.getSetCookie()]).toEqual([200, []])
    const challenge = hiddenIn(page.text, 'challenge') ?? ''
    const asSession = await other.get('/v1/keys', { cookie: `sallyport=${challenge}` })
    expect([asSession.status, asSession.body.code]).toEqual([401, 'session_invalid'])
    const wrong = await other.post('/login/code', { challenge, code: '12345' })
    expect([wrong.status, hiddenIn(wrong.text, 'challenge')]).toEqual([401, challenge])
    const [, session] = /sallyport=(\S+)/.exec(browser.cookie() ?? '') ?? []
    const asChallenge = await other.post('/login/code', { challenge: session ?? '', code: code() })
    expect(asChallenge.status).toBe(401)
    const done = await other.post('/login/code', { challenge, code: code(), return: '/v1/keys' })
    expect([done.status, done.headers.get('location')]).toEqual([303, `${sallyport.origin}/v1/keys`])
    sallyport.clock.advance(300_000)
    const late = await other.post('/login/code', { challenge, code: code() })
    expect([late.status, late.text]).toEqual([401, expect.stringContaining('Log in from the beginning.')])
  })

  test('may be lost: each recovery code logs in once, in place of a code', async () => {
    sallyport.clock.advance(3_600_000)
    expect(recoveryCodes).toHaveLength(10)
    const [first = '', second = ''] = recoveryCodes
    expect((await login({ code: first })).status).toBe(201)
    expect((await login({ code: first })).body.code).toBe('code_invalid')
    expect((await login({ code: second.toUpperCase().replaceAll('-', '') })).status).toBe(201)
  })

  test('proves once more who somebody is; removing it asks for that, and log-ins ask for no code then', async () => {
    sallyport.clock.advance(3_600_000)
    const other = sallyport.browser()
    const { body } = await other.json('POST', '/login', { ...credentials, code: code() })
    other.csrf = body.csrfToken
    sallyport.clock.advance(601_000)
    const page = await other.get('/account')
    expect(page.text).toContain('8 recovery codes are left.')
    const remove = { csrf: csrfIn(page.text) ?? '' }
    const early = await other.post('/account/authenticator/remove', remove)
    expect(early.headers.get('location')).toBe(`${sallyport.origin}/login/confirm?return=%2Faccount`)
    const proof = await other.submit('/login/confirm?return=/account', '/login/confirm', {
      code: code(),
      return: '/account',
    })
    expect([proof.status, proof.headers.get('location')]).toEqual([303, `${sallyport.origin}/account`])
    expect((await other.submit('/account', '/account/authenticator/remove', {})).status).toBe(303)
    expect((await login()).status).toBe(201)
    expect((await login({ code: recoveryCodes[5] ?? '' })).status).toBe(201)
  })

  test('leaves no secret in the log, nor in the database', async () => {
    const files = filesIn(sallyport.dataFolder).map((name) => readFileSync(join(sallyport.dataFolder, name)))
    const bytes = Buffer.concat(files).toString('latin1')
    for (const text of [secret, ...recoveryCodes, owner.password]) {
      expect(sallyport.logged().includes(text)).toBe(false)
      expect(bytes.includes(text)).toBe(false)
    }
  })
})
