import { randomBytes } from 'node:crypto'
import { fakeClock } from '@sallyport/testkit'
import { describe, expect, test } from 'vitest'
import { Secret } from '../../secret.ts'
import { failureOf } from './connection.suite.ts'
import { type Says, scriptedIssuer } from './identity-provider.suite.ts'
import { beginSignOn, completeSignOn } from './sign-on.ts'

const redirectUri = 'https://sallyport.example/login/sso/idp_1/callback'
const ann = { sub: 'ann' }

function scene() {
  const clock = fakeClock(1_800_000_000_000)
  const provider = scriptedIssuer(clock, 'https://idp.example')
  const policy = { allowedPrivate: [], exemptOrigins: new Set<string>() }
  const ports = { clock, random: { bytes: randomBytes }, send: provider.send, policy }
  const client = {
    issuer: provider.issuer,
    clientId: 'client',
    clientSecret: new Secret('client-secret'),
    scopes: ['email', 'profile'],
  }
  /** All the way; `query` is what the callback says in place of what it should. */
  const signOn = async (says: Says, query: Readonly<Record<string, string | undefined>> = {}) => {
    provider.says(says)
    const { url, memory } = await beginSignOn(ports, client, { redirectUri, state: 'the-state' })
    const parameters = provider.answer(url, query)
    return completeSignOn(ports, client, { parameters, redirectUri, memory })
  }
  return { clock, provider, ports, client, signOn }
}

describe('signing on', () => {
  test('asks with PKCE, state and nonce, for the code alone', async () => {
    const { ports, client } = scene()
    const { url } = await beginSignOn(ports, client, { redirectUri, state: 'the-state' })
    const { origin, pathname, searchParams } = new URL(url)
    expect(`${origin}${pathname}`).toBe('https://idp.example/authorize')
    expect(Object.fromEntries(searchParams)).toEqual({
      response_type: 'code',
      client_id: 'client',
      redirect_uri: redirectUri,
      scope: 'openid email profile',
      state: 'the-state',
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
  })

  test('tells who it was by issuer and subject, and what else the id_token says', async () => {
    const claims = { ...ann, email: 'Ann@example.com', email_verified: true, name: 'Ann \u202eÅström' }
    expect(await scene().signOn({ claims })).toEqual({
      issuer: 'https://idp.example',
      subject: 'ann',
      email: 'Ann@example.com',
      isEmailVerified: true,
      name: 'Ann  Åström',
      authenticatedAt: undefined,
    })
  })

  test('anew has the person prove once more who they are, and tells when they did', async () => {
    const { ports, client, provider } = scene()
    provider.says({ claims: { ...ann, auth_time: 1_800_000_000 } })
    const { url, memory } = await beginSignOn(ports, client, { redirectUri, state: 's', anew: true })
    expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({ prompt: 'login', max_age: '0' })
    const parameters = provider.answer(url)
    const signedOn = await completeSignOn(ports, client, { parameters, redirectUri, memory })
    expect(signedOn.authenticatedAt).toBe(1_800_000_000_000)
  })

  test('asks userinfo for an address that the id_token does not hold, with the access token', async () => {
    const { signOn, provider } = scene()
    const userInfo = { sub: 'ann', email: 'ann@example.com', email_verified: 'true' }
    expect(await signOn({ claims: ann, userInfo })).toMatchObject({
      email: 'ann@example.com',
      isEmailVerified: true,
    })
    expect(provider.requests.at(-1)?.headers.authorization).toBe('Bearer access-token-of-a-person')
  })

  test('takes an address for verified only where the provider says so', async () => {
    for (const email_verified of [undefined, false, 'false', 1, 'yes']) {
      const claims = { ...ann, email: 'ann@example.com', email_verified }
      expect((await scene().signOn({ claims })).isEmailVerified).toBe(false)
    }
  })

  test('means what is written in its fields: braces are no placeholders', async () => {
    const { ports, client, provider } = scene()
    provider.says({ claims: { ...ann, aud: 'a{b}' } })
    const odd = { ...client, clientId: 'a{b}', clientSecret: new Secret('s{ecret}') }
    const { url, memory } = await beginSignOn(ports, odd, { redirectUri, state: 's' })
    const parameters = provider.answer(url)
    expect(await completeSignOn(ports, odd, { parameters, redirectUri, memory })).toMatchObject({
      subject: 'ann',
    })
    const token = provider.requests.find(({ url: { path } }) => path === '/token')
    const basic = Buffer.from(token?.headers.authorization?.slice(6) ?? '', 'base64').toString()
    expect(basic).toBe('a%7Bb%7D:s%7Becret%7D')
  })
})

describe('nobody signs on', () => {
  const past = 1_799_999_000
  test.each<[string, Says]>([
    ['an id_token of another audience', { claims: { ...ann, aud: 'another' } }],
    ['several audiences and no azp', { claims: { ...ann, aud: ['client', 'another'] } }],
    ['another azp', { claims: { ...ann, azp: 'another' } }],
    ['another nonce', { claims: { ...ann, nonce: 'another' } }],
    ['no nonce', { claims: { ...ann, nonce: undefined } }],
    ['another issuer', { claims: { ...ann, iss: 'https://other.example' } }],
    ['an id_token that has expired', { claims: { ...ann, exp: past } }],
    ['an id_token of tomorrow', { claims: { ...ann, iat: 1_800_086_400, exp: 1_800_086_700 } }],
    ['no subject', { claims: {} }],
    ['alg none', { claims: ann, header: { alg: 'none' }, signedBy: 'nobody' }],
    ['HS256 with the client’s secret', { claims: ann, header: { alg: 'HS256' }, signedBy: 'client secret' }],
    ['a stranger’s signature', { claims: ann, signedBy: 'stranger' }],
    [
      'a key that the token brings along',
      { claims: ann, header: { jku: 'https://evil.example/keys', kid: 'x' } },
    ],
    ['no id_token', { reply: { id_token: undefined } }],
    ['userinfo of somebody else', { claims: ann, userInfo: { sub: 'bob', email: 'bob@example.com' } }],
  ])('with %s', async (_, says) => {
    const failure = await failureOf(scene().signOn(says))
    expect(failure.code).toBe('flow_refused')
  })

  test.each([
    ['another iss in the callback', { iss: 'https://other.example' }],
    ['no iss, where the provider announces it', { iss: undefined }],
    ['another state', { state: 'another' }],
    [
      'another iss beside an error',
      { iss: 'https://other.example', error: 'access_denied', code: undefined },
    ],
  ])('with %s, and no code is redeemed', async (_, query) => {
    const { signOn, provider } = scene()
    expect((await failureOf(signOn({ claims: ann }, query))).code).toBe('flow_invalid')
    expect(provider.requests.some(({ url }) => url.path === '/token')).toBe(false)
  })

  test('when the metadata names another issuer, or a place that is not https', async () => {
    const metadata = [{ issuer: 'https://other.example' }, { token_endpoint: 'http://idp.example/token' }]
    const failures = await Promise.all(metadata.map((each) => failureOf(scene().signOn({ metadata: each }))))
    expect(failures.map(({ code }) => code)).toEqual(['issuer_mismatch', 'address_blocked'])
  })
})
