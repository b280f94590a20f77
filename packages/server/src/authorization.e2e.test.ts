import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fakeClock, faults, filesIn } from '@sallyport/testkit'
import { expect, test } from 'vitest'
import { person, scene } from './authorization.suite.ts'

const minute = 60_000
const s256 = (verifier: string) => createHash('sha256').update(verifier).digest('base64url')

test('a person consents at the provider, the account is connected, and calls carry its token', async () => {
  const { sallyport, provider, account, read, authorize } = await scene()
  const { body: integration } = await sallyport.request('GET', '/v1/integrations/loop')
  const id = await account()
  expect(await read(id)).toMatchObject({ status: 'pending', generation: 0, secretsSet: [] })

  const authorizationUrl = await authorize(id)
  expect(authorizationUrl).toMatch(
    new RegExp(`^${sallyport.origin}/callback/${integration.id}/start/[\\w-]{43}$`),
  )
  expect(integration.redirectUri).toBe(`${sallyport.origin}/callback/${integration.id}`)

  const ann = person()
  const start = await ann.get(authorizationUrl)
  expect(start.status).toBe(303)
  expect(start.cookies).toEqual([
    expect.stringMatching(
      new RegExp(
        `^sp_\\w+=[\\w-]{43}; Path=/callback/${integration.id}; Max-Age=600; HttpOnly; SameSite=Lax$`,
      ),
    ),
  ])
  const asked = new URL(start.location).searchParams
  expect(Object.fromEntries(asked)).toEqual({
    response_type: 'code',
    client_id: 'client',
    redirect_uri: integration.redirectUri,
    scope: 'read write',
    state: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
  })

  const consent = await ann.get(start.location)
  const callback = await ann.get(consent.location)
  expect(callback.status).toBe(303)
  expect(callback.location).toMatch(new RegExp(`^${integration.redirectUri}/result/flw_\\w+$`))
  expect(callback.cookies).toEqual([expect.stringMatching(/^sp_\w+=; Path=[^;]+; Max-Age=0; /)])
  const page = await ann.get(callback.location)
  expect([page.status, page.text]).toEqual([200, expect.stringContaining('Loopback is connected')])

  const [exchange, ...others] = provider.received('POST /token')
  expect(others).toEqual([])
  expect(exchange?.headers.authorization).toMatch(/^Basic /)
  expect(Object.fromEntries(exchange?.form ?? [])).toEqual({
    grant_type: 'authorization_code',
    code: new URL(consent.location).searchParams.get('code'),
    redirect_uri: integration.redirectUri,
    code_verifier: expect.stringMatching(/^[\w-]{43}$/),
  })
  expect(await read(id)).toMatchObject({
    status: 'connected',
    generation: 1,
    scopes: ['read', 'write'],
    secretsSet: ['/secret/accessToken', '/secret/refreshToken'],
  })
  const { body: me } = await sallyport.request('GET', `/proxy/${id}/me`)
  expect(me).toMatchObject({ subject: 'someone@example.test', issuedBy: 'authorization_code' })
})

test('neither state, start link, cookie, code, verifier nor result lies in the data folder', async () => {
  const { sallyport, provider, account, authorize, listReturnUrls } = await scene()
  await listReturnUrls('https://app.example.com/done')
  const authorizationUrl = await authorize(await account(), {
    returnUrl: 'https://app.example.com/done',
    confirm: true,
  })
  const ann = person()
  const start = await ann.get(authorizationUrl)
  const consent = await ann.get(start.location)
  const callback = await ann.get(consent.location)

  const result = new URL(callback.location).searchParams.get('result')
  const { code, code_verifier } = Object.fromEntries(provider.received('POST /token')[0]?.form ?? [])
  const cookie = /^sp_\w+=([^;]+)/.exec(start.cookies[0] ?? '')?.[1]
  const state = new URL(start.location).searchParams.get('state')
  const secrets = [state, authorizationUrl.split('/').at(-1), cookie, code, code_verifier, result]
  const stored = Buffer.concat(
    filesIn(sallyport.dataFolder).map((name) => readFileSync(join(sallyport.dataFolder, name))),
  ).toString('latin1')
  expect(stored).toContain('https://app.example.com/done')
  for (const secret of secrets) {
    expect(secret).toMatch(/^[\w-]{30,}$/)
    expect(stored).not.toContain(secret)
    expect(sallyport.logged()).not.toContain(secret)
  }
})

test('two people at once connect their accounts of one integration, each with a code of their own', async () => {
  const { provider, account, read, authorize } = await scene()
  const ids = await Promise.all(Array.from({ length: 8 }, () => account()))
  const pages = await Promise.all(ids.map(async (id) => person().finish(await authorize(id))))
  expect(pages.map(({ status }) => status)).toEqual(ids.map(() => 200))
  const accounts = await Promise.all(ids.map(read))
  expect(accounts.map(({ status }) => status)).toEqual(ids.map(() => 'connected'))
  const codes = provider.received('POST /token').map(({ form }) => form.get('code'))
  expect(new Set(codes).size).toBe(ids.length)
})

test('connecting again keeps the id and raises the generation', async () => {
  const { sallyport, provider, account, read, authorize } = await scene()
  const id = await account()
  await person().finish(await authorize(id))
  provider.withdrawConsent()
  expect((await sallyport.request('POST', `/v1/accounts/${id}/renew`)).status).toBe(409)
  expect(await read(id)).toMatchObject({ status: 'needs_reconnect', reason: 'invalid_grant', generation: 1 })

  const page = await person().finish(await authorize(id))
  expect(page.text).toContain('Loopback is connected')
  const again = await read(id)
  expect(again).toMatchObject({ id, status: 'connected', generation: 2 })
  expect(again).not.toHaveProperty('reason')
  expect((await sallyport.request('GET', `/proxy/${id}/me`)).status).toBe(200)
})

test('while somebody connects again, the account goes on working with what it has', async () => {
  const { sallyport, account, read, authorize } = await scene()
  const id = await account()
  await person().finish(await authorize(id))
  const callback = await person().toCallback(await authorize(id))
  expect(callback.searchParams.get('code')).toBeTruthy()
  expect(await read(id)).toMatchObject({ status: 'connected', generation: 1 })
  expect((await sallyport.request('GET', `/proxy/${id}/me`)).status).toBe(200)
})

test('a start link opened twice in one browser works: the page that was opened last leads on', async () => {
  const { provider, account, read, authorize } = await scene()
  const id = await account()
  const authorizationUrl = await authorize(id)
  const ann = person()
  const first = await ann.toCallback(authorizationUrl)
  const second = await ann.toCallback(authorizationUrl)
  expect(second.searchParams.get('state')).not.toBe(first.searchParams.get('state'))

  expect((await ann.get(first)).status).toBe(400)
  expect(provider.received('POST /token')).toHaveLength(0)
  expect((await ann.get(second)).status).toBe(303)
  expect(await read(id)).toMatchObject({ status: 'connected' })
})

test('two tabs of one browser that connect two accounts do not disturb each other', async () => {
  const { account, read, authorize } = await scene()
  const [one, two] = [await account(), await account()]
  const ann = person()
  const first = await ann.toCallback(await authorize(one))
  const second = await ann.toCallback(await authorize(two))
  expect([(await ann.get(first)).status, (await ann.get(second)).status]).toEqual([303, 303])
  expect([(await read(one)).status, (await read(two)).status]).toEqual(['connected', 'connected'])
})

test('a start link that one browser has opened is refused in another, and the first goes on', async () => {
  const { provider, account, read, authorize } = await scene()
  const id = await account()
  const authorizationUrl = await authorize(id)
  const ann = person()
  const callback = await ann.toCallback(authorizationUrl)

  const other = await person().get(authorizationUrl)
  expect([other.status, other.cookies, other.location]).toEqual([400, [], ''])
  expect(other.text).toContain('Authorization not recognized')
  expect(provider.received('GET /authorize')).toHaveLength(1)
  expect((await ann.get(callback)).status).toBe(303)
  expect(await read(id)).toMatchObject({ status: 'connected' })
})

test('a start link works for ten minutes, and never after its authorization has ended', async () => {
  const clock = fakeClock(Date.now())
  const { sallyport, account, authorize } = await scene({ clock })
  const id = await account()
  const { body } = await sallyport.request('POST', `/v1/accounts/${id}/authorize`)
  expect(Date.parse(body.expiresAt) - clock.now()).toBe(10 * minute)

  const late = await authorize(id)
  clock.advance(10 * minute)
  expect((await person().get(late)).status).toBe(400)

  const used = await authorize(id)
  const ann = person()
  await ann.finish(used)
  expect((await ann.get(used)).status).toBe(400)
})

test('a request that only looks, as previews of links do, neither starts nor ends an authorization', async () => {
  const { account, authorize } = await scene()
  const authorizationUrl = await authorize(await account())
  const peek = await fetch(authorizationUrl, { method: 'HEAD', redirect: 'manual' })
  expect([peek.status, peek.headers.getSetCookie()]).toEqual([404, []])
  const page = await person().finish(authorizationUrl)
  expect(page.text).toContain('is connected')
})

test('the code is bound to a verifier that only the token request shows, as RFC 7636 has it', async () => {
  // Appendix B of the RFC, so that the rule which the rest is measured by is measured itself.
  expect(s256('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  )
  const { provider, account, authorize } = await scene()
  const challenges = new Set<string | null>()
  for (let times = 0; times < 3; times += 1) {
    provider.forget()
    const ann = person()
    const providerUrl = await ann.toProvider(await authorize(await account()))
    await ann.get((await ann.get(providerUrl)).location)
    const challenge = providerUrl.searchParams.get('code_challenge')
    challenges.add(challenge)
    expect(s256(provider.received('POST /token')[0]?.form.get('code_verifier') ?? '')).toBe(challenge)
  }
  expect(challenges.size).toBe(3)
})

const challengesByDefinition: [string, Record<string, unknown>, string | null][] = [
  ['a public client', { clientSecret: undefined, clientAuthentication: 'none' }, 'S256'],
  ['pkce S256', { pkce: 'S256' }, 'S256'],
  ['pkce plain', { pkce: 'plain' }, 'plain'],
  ['pkce off', { pkce: 'off' }, null],
]

test.each(challengesByDefinition)(
  'with %s the challenge is as the definition says',
  async (_, auth, method) => {
    const { provider, account, read, authorize } = await scene({ auth })
    provider.script('POST /token', { body: JSON.stringify({ access_token: 'token', token_type: 'Bearer' }) })
    const id = await account()
    const ann = person()
    const { searchParams: asked } = await ann.toProvider(await authorize(id))
    await ann.get(`${asked.get('redirect_uri')}?code=code&state=${asked.get('state')}`)

    const verifier = provider.received('POST /token')[0]?.form.get('code_verifier') ?? null
    const challenge = { S256: s256(verifier ?? ''), plain: verifier }[method ?? ''] ?? null
    expect([asked.get('code_challenge_method'), asked.get('code_challenge')]).toEqual([method, challenge])
    expect(verifier === null).toBe(method === null)
    expect(await read(id)).toMatchObject({ status: 'connected' })
  },
)

test('no header of the request moves the redirect URI', async () => {
  const { sallyport, provider, account } = await scene()
  const spoofed = {
    host: 'evil.example',
    forwarded: 'host=evil.example;proto=https',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-port': '444',
    'x-forwarded-uri': '/callback/evil',
    'x-original-url': '/callback/evil',
    'x-forwarded-prefix': '/evil',
  }
  const id = await account()
  const { body } = await sallyport.request('POST', `/v1/accounts/${id}/authorize`, {}, { headers: spoofed })
  expect(new URL(body.authorizationUrl).origin).toBe(sallyport.origin)
  const ann = person()
  const start = await ann.get(body.authorizationUrl, spoofed)
  const redirectUri = new URL(start.location).searchParams.get('redirect_uri')
  const { body: integration } = await sallyport.request('GET', '/v1/integrations/loop', undefined, {
    headers: spoofed,
  })
  expect([redirectUri, integration.redirectUri]).toEqual([
    `${sallyport.origin}/callback/${integration.id}`,
    redirectUri,
  ])

  const consent = await ann.get(start.location)
  const callback = await ann.get(consent.location, spoofed)
  expect(callback.headers.get('location')).toMatch(/^\/callback\/int_\w+\/result\/flw_\w+$/)
  expect(provider.received('POST /token')[0]?.form.get('redirect_uri')).toBe(redirectUri)
})

test('behind https the cookie is for https alone, whatever the request says', async () => {
  const publicUrl = 'https://sallyport.example.com'
  const { sallyport, account, authorize } = await scene({ environment: { SALLYPORT_PUBLIC_URL: publicUrl } })
  const authorizationUrl = await authorize(await account())
  expect(authorizationUrl.startsWith(`${publicUrl}/callback/`)).toBe(true)
  const start = await sallyport.request('GET', new URL(authorizationUrl).pathname, undefined, {
    key: null,
    headers: { 'x-forwarded-proto': 'http' },
  })
  expect(start.headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Lax; Secure$/)
  const redirectUri = new URL(start.headers.get('location') ?? '').searchParams.get('redirect_uri')
  expect(redirectUri?.startsWith(`${publicUrl}/callback/int_`)).toBe(true)
})

test('when the answer to the code is lost the person is told to start again, and the code is not sent twice', async () => {
  const { provider, account, read, authorize } = await scene()
  provider.script('POST /token', faults.lostAnswer())
  const id = await account()
  const ann = person()
  const callback = await ann.toCallback(await authorize(id))
  const end = await ann.get(callback)
  const page = await ann.get(end.location)
  expect(page.status).toBe(400)
  expect(page.text).toContain('Loopback was not connected')
  expect(page.text).toContain('Start again')
  expect((await ann.get(callback)).status).toBe(400)
  expect(provider.received('POST /token')).toHaveLength(1)
  expect(await read(id)).toMatchObject({ status: 'pending', generation: 0 })
})

test('behind a proxy that takes a prefix away, the cookie and our own pages are under that prefix', async () => {
  const publicUrl = 'https://example.com/sallyport'
  const { sallyport, provider, account, authorize } = await scene({
    environment: { SALLYPORT_PUBLIC_URL: publicUrl },
  })
  const inside = (address: string, headers = {}) =>
    sallyport.request('GET', address.replace(publicUrl, ''), undefined, { key: null, headers })
  const start = await inside(await authorize(await account()))
  const setCookie = start.headers.get('set-cookie') ?? ''
  expect(setCookie).toMatch(/; Path=\/sallyport\/callback\/int_\w+; /)
  const consent = await person().get(start.headers.get('location') ?? '')
  const callback = await inside(consent.location, { cookie: setCookie.split(';')[0] ?? '' })
  expect(callback.headers.get('location')).toMatch(/^\/sallyport\/callback\/int_\w+\/result\/flw_\w+$/)
  expect(provider.received('POST /token')).toHaveLength(1)
})
