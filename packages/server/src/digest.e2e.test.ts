import { type ApacheDigest, apacheDigest, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { connected } from './passage.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'

let sallyport: TestSallyport
let apache: ApacheDigest

beforeAll(async () => {
  sallyport = await startSallyport()
  apache = await apacheDigest({ files: { 'a.txt': 'the file' } })
})
afterAll(async () => {
  await sallyport.close()
  await apache.close()
})
beforeEach(() => apache.forget())

const digest = { auth: { type: 'digest' }, test: { path: '/files/a.txt' } }
const ann = () => ({ secret: { username: apache.username, password: apache.password } })

/** A provider with one digest challenge after the other, and an account of it. */
async function scripted(challenge: (count: number) => string, replyHeaders: Record<string, string> = {}) {
  const provider = await loopbackProvider()
  onTestFinished(provider.close)
  let challenges = 0
  provider.script('ANY /api', ({ headers }) => {
    if (headers.authorization !== undefined) return { headers: replyHeaders, body: 'in' }
    challenges += 1
    return { status: 401, headers: { 'www-authenticate': challenge(challenges) } }
  })
  const account = await connected(sallyport, { ...digest, baseUrl: provider.origin, test: undefined }, ann())
  const answers = () => provider.received('ANY /api').map(({ headers }) => String(headers.authorization))
  return { provider, answers, api: `/proxy/${account}/api` }
}

test('Apache lets an account in, whose later calls need no challenge; the password is never sent', async () => {
  const account = await connected(sallyport, { ...digest, baseUrl: apache.origin }, ann())
  apache.forget()
  const file = await sallyport.request('GET', `/proxy/${account}/files/a.txt?x=%22y%22`)
  expect([file.status, file.text]).toEqual([200, 'the file'])
  const posted = await sallyport.request('POST', `/proxy/${account}/echo`, { some: 'body' })
  expect([posted.status, posted.text]).toEqual([200, 'POST\n{"some":"body"}'])

  // The trial at creation was challenged; its nonce served both calls.
  const counts = apache.received().map(({ headers }) => /nc=(\d+)/.exec(headers.authorization ?? '')?.[1])
  expect(counts).toEqual(['00000002', '00000003'])
  expect(JSON.stringify(apache.received())).not.toContain(apache.password)
  expect(sallyport.logged()).not.toContain(apache.password)
})

test('fifty calls at once each get in, and no count of a nonce is used twice', async () => {
  const account = await connected(sallyport, { ...digest, baseUrl: apache.origin, test: undefined }, ann())
  const replies = await Promise.all(
    Array.from({ length: 50 }, () => sallyport.request('GET', `/proxy/${account}/files/a.txt`)),
  )
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
  const uses = apache.received().flatMap(({ headers }) => {
    const header = headers.authorization
    return header === undefined ? [] : [`${/nonce="[^"]*"/.exec(header)} ${/nc=\w+/.exec(header)}`]
  })
  expect(new Set(uses).size).toBe(uses.length)
})

test('a nonce that has become stale is replaced within the call', async () => {
  const strict = await apacheDigest({ nonceLifetimeSeconds: 0 })
  onTestFinished(strict.close)
  const account = await connected(sallyport, { ...digest, baseUrl: strict.origin, test: undefined }, ann())
  for (const text of ['1', '2', '3']) {
    const reply = await sallyport.request('POST', `/proxy/${account}/echo`, text)
    expect([reply.status, reply.text]).toEqual([200, `POST\n${text}`])
  }
})

test('a wrong password is tried once in a call, and its refusal passed on', async () => {
  const defined = { ...digest, baseUrl: apache.origin, test: undefined }
  const account = await connected(sallyport, defined, { secret: { username: 'ann', password: 'wrong' } })
  for (let call = 1; call <= 2; call += 1) {
    apache.forget()
    expect((await sallyport.request('GET', `/proxy/${account}/files/a.txt`)).status).toBe(401)
    const signed = apache.received().map(({ headers }) => headers.authorization !== undefined)
    expect(signed).toEqual([false, true])
  }
})

test('an account with a wrong password is told so when it is connected', async () => {
  const definition = { ...digest, key: 'told', name: 'told', baseUrl: apache.origin }
  expect((await sallyport.request('POST', '/v1/integrations', definition)).status).toBe(201)
  const created = await sallyport.request('POST', '/v1/accounts', {
    integration: 'told',
    name: 'x',
    secret: { username: 'ann', password: 'wrong' },
  })
  expect(created.body).toMatchObject({ status: 'needs_reconnect', reason: 'rejected' })
  const empty = await sallyport.request('POST', '/v1/accounts', { integration: 'told', name: 'x' })
  expect([empty.status, empty.body.errors]).toEqual([422, [expect.objectContaining({ path: '/secret' })]])
})

test('the nonce that a reply announces serves the next call', async () => {
  const { answers, api } = await scripted(() => 'Digest realm="r", nonce="1", qop="auth"', {
    'authentication-info': 'nextnonce="2"',
  })
  await sallyport.request('GET', api)
  await sallyport.request('GET', api)
  expect(answers().map((header) => /nonce="(\d)"/.exec(header)?.[1])).toEqual([undefined, '1', '2'])
})

test('a signature that covers the body is sent with a body that is read first, and refused for a longer one', async () => {
  const { provider, answers, api } = await scripted(() => 'Digest realm="r", nonce="1", qop="auth-int"')
  expect((await sallyport.request('POST', api, 'first')).text).toBe('in')
  expect((await sallyport.request('POST', api, 'second')).text).toBe('in')
  expect(provider.received('ANY /api').map(({ body }) => body)).toEqual(['first', 'first', 'second'])
  const responses = answers().map((header) => /response="(\w+)"/.exec(header)?.[1])
  expect(new Set(responses).size).toBe(3)

  const long = await sallyport.request('POST', api, 'x'.repeat(1_048_577))
  expect([long.status, long.body.code]).toEqual([413, 'body_too_large'])
  expect(answers()).toHaveLength(3)
})

test('a body too long to be kept is not sent again after a challenge; the next call is let in', async () => {
  const { provider, api } = await scripted(() => 'Digest realm="r", nonce="1", qop="auth"')
  const long = 'x'.repeat(2_000_000)
  expect((await sallyport.request('POST', api, long)).status).toBe(401)
  expect(provider.received('ANY /api')).toHaveLength(1)
  expect((await sallyport.request('POST', api, long)).text).toBe('in')
  expect(provider.received('ANY /api')).toHaveLength(2)
})

test('a server that challenges for ever is asked twice', async () => {
  const provider = await loopbackProvider()
  onTestFinished(provider.close)
  let nonce = 0
  provider.script('ANY /api', () => {
    nonce += 1
    return {
      status: 401,
      headers: { 'www-authenticate': `Digest realm="r", nonce="${nonce}", qop="auth", stale=true` },
    }
  })
  const account = await connected(sallyport, { ...digest, baseUrl: provider.origin, test: undefined }, ann())
  expect((await sallyport.request('GET', `/proxy/${account}/api`)).status).toBe(401)
  expect(provider.received('ANY /api')).toHaveLength(2)
})
