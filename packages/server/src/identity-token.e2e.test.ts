import { sink, walkOverHttp } from '@sallyport/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Departure, json, openIdScene, published, strangersKey } from './identity-token.suite.ts'
import { oidcScene } from './oidc.suite.ts'

const now = () => Math.floor(Date.now() / 1000)

test('who granted is read from the id_token, verified, and shown', async () => {
  const { server, account, authorize, read } = await oidcScene()
  const id = await account()
  await walkOverHttp(await authorize(id), { login: 'ann' })
  expect((await read(id)).kept).toEqual({ idIssuer: server.origin, idSubject: 'ann', idState: 'verified' })
})

test('each authorization has a nonce of its own, and name and address are shown where they are verified', async () => {
  const { account, says, connect } = await openIdScene()
  says({ claims: { name: 'Ann', email: 'ann@example.com', email_verified: true } })
  const id = await account()
  const first = await connect(id)
  expect(first.account.kept).toMatchObject({ idName: 'Ann', idEmail: 'ann@example.com' })
  const again = await connect(id)
  const nonces = [first, again].map(({ page }) => page.searchParams.get('nonce'))
  expect(nonces).toEqual([expect.stringMatching(/^[\w-]{43}$/), expect.stringMatching(/^[\w-]{43}$/)])
  expect(new Set(nonces).size).toBe(2)
})

describe('a grant is refused, and nothing stored, whose id_token', () => {
  test.each<[what: string, departure: Departure]>([
    ['is signed by nobody', { header: { alg: 'none' }, signedBy: 'nobody' }],
    ['says none and is signed all the same', { header: { alg: 'none' } }],
    ['is signed with the public key as a secret', { header: { alg: 'HS256' }, signedBy: 'public key' }],
    ['is signed with the client secret', { header: { alg: 'HS256' }, signedBy: 'secret' }],
    ['is signed by a stranger', { signedBy: 'stranger' }],
    ['brings its own key', { header: { jwk: strangersKey }, signedBy: 'stranger' }],
    ['names a key that the issuer does not have', { header: { kid: 'two' } }],
    ['has an extension that must be understood', { header: { crit: ['urgent'], urgent: true } }],
    ['is of another issuer', { claims: { iss: 'https://other.example' } }],
    ['is of no issuer', { claims: { iss: undefined } }],
    ['is for another client', { claims: { aud: 'other' } }],
    ['is for several clients and does not say whose', { claims: { aud: ['client', 'other'] } }],
    ['was given to another client', { claims: { aud: ['client', 'other'], azp: 'other' } }],
    ['has expired', { claims: { exp: now() - 120 } }],
    ['never expires', { claims: { exp: undefined } }],
    ['was issued in the future', { claims: { iat: now() + 600 } }],
    ['is of another authorization', { claims: { nonce: 'another' } }],
    ['is of no authorization', { claims: { nonce: undefined } }],
    ['is of another access token', { claims: { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' } }],
    ['is of nobody', { claims: { sub: undefined } }],
  ])('%s', async (_what, departure) => {
    const { account, says, connect } = await openIdScene()
    says(departure)
    const { end, account: after } = await connect(await account())
    expect(end.text).toContain('id_token that is not to be trusted')
    expect(after).toMatchObject({ status: 'pending', generation: 0, secretsSet: [], kept: {} })
  })
})

test('an id_token within the skew of clocks is taken', async () => {
  const { account, says, connect } = await openIdScene()
  says({ claims: { exp: now() - 30, iat: now() + 30, aud: ['client', 'other'], azp: 'client' } })
  expect((await connect(await account())).account).toMatchObject({ kept: { idSubject: 'ann' } })
})

test('where a token says that its key is, nobody asks', async () => {
  const elsewhere = await sink()
  onTestFinished(elsewhere.close)
  const { account, says, connect } = await openIdScene()
  const address = `${elsewhere.origin}/keys`
  says({ header: { jku: address, x5u: address, kid: 'two' }, signedBy: 'stranger' })
  expect((await connect(await account())).account).toMatchObject({ status: 'pending' })
  expect(elsewhere.connections).toBe(0)
})

test('of unknown keys the issuer is asked once a minute, however many come', async () => {
  const { provider, clock, account, says, connect } = await openIdScene()
  const id = await account()
  for (let flood = 0; flood < 8; flood += 1) {
    says({ header: { kid: `made up ${flood}` } })
    await connect(id)
  }
  expect(provider.received('GET /keys')).toHaveLength(1)
  clock.advance(61_000)
  says()
  expect((await connect(id)).account).toMatchObject({ status: 'connected' })
  says({ header: { kid: 'made up' } })
  for (let flood = 0; flood < 3; flood += 1) await connect(id)
  expect(provider.received('GET /keys')).toHaveLength(2)
})

test('a key that is new at the issuer is found', async () => {
  const { provider, clock, account, says, connect } = await openIdScene()
  says()
  const id = await account()
  await connect(id)
  const [key] = published.keys
  provider.script('GET /keys', json({ keys: [{ ...key, kid: 'new' }] }))
  says({ header: { kid: 'new' } })
  clock.advance(61_000)
  expect((await connect(id)).account).toMatchObject({ status: 'connected', generation: 2 })
})

test('more keys than anybody has are not tried', async () => {
  const { provider, account, says, connect } = await openIdScene()
  const [key] = published.keys
  provider.script('GET /keys', json({ keys: Array.from({ length: 65 }, () => key) }))
  says()
  expect((await connect(await account())).account).toMatchObject({ status: 'pending' })
})

describe('renewed tokens are stored', () => {
  const renewed = async (change: (made: Awaited<ReturnType<typeof openIdScene>>) => void) => {
    const made = await openIdScene()
    made.says()
    const id = await made.account()
    await made.connect(id)
    change(made)
    const { status, account } = await made.renew(id)
    const token = await made.sallyport.request('POST', `/v1/accounts/${id}/token`)
    return { status, account, token: token.body.accessToken }
  }

  test('while the issuer’s keys cannot be read, and the identity is stale', async () => {
    const { status, account, token } = await renewed(({ provider, clock, says }) => {
      provider.script('GET /keys', { fault: 'reset' })
      clock.advance(2 * 3_600_000)
      says()
    })
    expect(status).toBe(201)
    expect(account).toMatchObject({ status: 'connected', generation: 2 })
    expect(account.kept).toMatchObject({ idSubject: 'ann', idState: 'stale' })
    expect(account.warnings.map(({ code }: { code: string }) => code)).toContain('identity_stale')
    expect(token).toBe('access-2')
  })

  test.each<[what: string, departure: Departure]>([
    ['of another person', { claims: { sub: 'ben' } }],
    ['of another issuer', { claims: { iss: 'https://other.example' } }],
    ['signed by a stranger', { signedBy: 'stranger' }],
  ])('with an id_token %s, and the identity is stale', async (_what, departure) => {
    const { account, token } = await renewed(({ says }) => says(departure))
    expect(account).toMatchObject({ status: 'connected', generation: 2 })
    expect(account.kept).toMatchObject({ idSubject: 'ann', idState: 'stale' })
    expect(token).toBe('access-2')
  })

  test('with an id_token of the same person, who is known as before', async () => {
    const { account } = await renewed(({ says }) => says({ claims: { nonce: undefined } }))
    expect(account.kept).toMatchObject({ idSubject: 'ann', idState: 'verified' })
    expect(account.warnings).toEqual([])
  })

  test('without one, and nothing is said of the person', async () => {
    const { account } = await renewed(({ says }) => says({}, { id_token: undefined }))
    expect(account.kept).toMatchObject({ idSubject: 'ann', idState: 'verified' })
  })
})

test('a definition that is not OpenID’s takes what comes as id_token for what it is: none of its business', async () => {
  const { sallyport, account, says, connect } = await openIdScene()
  await sallyport.request('PATCH', '/v1/integrations/loop', { auth: { scopes: ['read'] } })
  says({ signedBy: 'nobody' })
  const { page, account: after } = await connect(await account())
  expect(page.searchParams.has('nonce')).toBe(false)
  expect(after).toMatchObject({ status: 'connected', kept: {} })
})

test('id_token and nonce are in no log', async () => {
  const { sallyport, account, says, connect } = await openIdScene()
  says({ claims: { sub: 'ann-7d1f' } })
  const { page } = await connect(await account())
  expect(sallyport.logged()).not.toContain(page.searchParams.get('nonce'))
  expect(sallyport.logged()).not.toContain('eyJ')
})

test('an account that somebody else connects again says so, tells it once, and keeps saying so while it is renewed', async () => {
  const { sallyport, account, says, connect, renew } = await openIdScene()
  const codes = (of: { readonly warnings: readonly { readonly code: string }[] }) =>
    of.warnings.map(({ code }) => code)
  const told = async (id: string) => {
    const { items } = (await sallyport.request('GET', `/v1/events?account=${id}`)).body
    return items.map(({ type }: { type: string }) => type.replace('account.', ''))
  }
  const id = await account()
  says()
  await connect(id)
  expect(codes((await connect(id)).account)).toEqual([])
  says({ claims: { sub: 'bob' } })
  const { account: others } = await connect(id)
  expect(others).toMatchObject({ id, status: 'connected', kept: { idSubject: 'bob' } })
  expect(others.warnings).toEqual([
    { code: 'different_person', message: expect.stringContaining('idSubject is now bob') },
  ])
  expect(codes((await renew(id)).account)).toEqual(['different_person'])
  expect(await told(id)).toEqual(['different_person', 'connected'])
  expect(codes((await connect(id)).account)).toEqual([])
  says()
  expect(codes((await connect(id)).account)).toEqual(['different_person'])
  expect(await told(id)).toEqual(['different_person', 'different_person', 'connected'])
})
