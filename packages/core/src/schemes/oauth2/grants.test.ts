import * as jose from 'jose'
import { describe, expect, test } from 'vitest'
import { Secret } from '../../secret.ts'
import { pem, rsaKeys } from '../jwt-keys.suite.ts'
import type { Credential, Tokens } from '../scheme.ts'
import { type Answer, answering, failureOf, oauth2Connection } from './connection.suite.ts'
import { oauth2Scheme } from './scheme.ts'

const issued = { access_token: 'at', token_type: 'Bearer' }
const none: Credential = { secret: {}, parameters: {}, tokens: undefined }
const ann = { username: new Secret('ann'), password: new Secret('open sesame') }

/** What a grant sends, and what comes of the answer. */
async function fetched(
  auth: Readonly<Record<string, unknown>>,
  credential: Credential = none,
  answer: Answer = { body: issued },
) {
  const { ports, sent, clock } = answering(answer)
  const connection = oauth2Connection(auth, { subject: 'subject-token', empty: '' })
  const outcome = await oauth2Scheme.fetch?.(ports, connection, credential).then(
    (tokens) => tokens,
    (failure: unknown) => failure,
  )
  return { outcome, form: new URLSearchParams(sent[0]?.body ?? ''), sent, clock }
}

describe('the password grant', () => {
  const auth = { grant: 'password', clientSecret: 's', scopes: ['read'] }

  test('sends user name and password, and nothing else of the account', async () => {
    const { form } = await fetched(auth, { ...none, secret: ann })
    expect(Object.fromEntries(form)).toEqual({
      grant_type: 'password',
      username: 'ann',
      password: 'open sesame',
      scope: 'read',
    })
  })

  test('without a password asks nothing, and says what is missing', async () => {
    const { outcome, sent } = await fetched(auth, none)
    expect(outcome).toMatchObject({ code: 'account_needs_reconnect' })
    expect(sent).toEqual([])
  })

  test('the provider’s words do not repeat the password', async () => {
    const answer = { status: 400, body: { error: 'invalid_grant', error_description: 'no: open sesame' } }
    const { outcome } = await fetched(auth, { ...none, secret: ann }, answer)
    expect(outcome).toMatchObject({ code: 'account_needs_reconnect' })
    expect(String(outcome)).not.toContain('open sesame')
  })

  const definition = oauth2Connection(auth).definition
  const tokens = (refreshToken?: string): Tokens => ({
    accessToken: new Secret('at'),
    refreshToken: refreshToken === undefined ? undefined : new Secret(refreshToken),
    tokenType: 'bearer',
    issuedAt: 0,
    expiresAt: undefined,
    scopes: [],
  })
  const kept = (held: Tokens | undefined) =>
    Object.keys(oauth2Scheme.secretToKeep?.(definition, { ...none, secret: ann, tokens: held }) ?? {})

  test('the password goes as soon as there is a refresh token, and stays while there is none', () => {
    expect(kept(tokens('rt'))).toEqual(['username'])
    expect(kept(tokens())).toEqual(['username', 'password'])
    expect(kept(undefined)).toEqual(['username', 'password'])
  })

  test('accounts give both, or living tokens, and are warned', () => {
    const faults = (given: object) =>
      oauth2Scheme.secretFaults(definition, { ...given }).map(({ path }) => path)
    expect(faults({})).toEqual(['/secret/username', '/secret/password'])
    expect(faults({ username: 'ann' })).toEqual(['/secret/password'])
    expect(faults({ username: 'ann', password: 'p' })).toEqual([])
    expect(faults({ accessToken: 'at' })).toEqual([])
    expect(oauth2Scheme.warnings?.(definition)).toMatchObject([{ code: 'password_grant' }])
    const other = oauth2Connection({ grant: 'client_credentials' }).definition
    expect(oauth2Scheme.warnings?.(other)).toEqual([])
  })

  test('without a refresh token it is renewed with the password, and with one by that', async () => {
    const renewed = async (held: Tokens) => {
      const { ports, sent } = answering({ body: issued })
      const credential = { ...none, secret: ann, tokens: held }
      await oauth2Scheme.renew?.(ports, oauth2Connection(auth), credential)
      return new URLSearchParams(sent[0]?.body ?? '').get('grant_type')
    }
    expect(await renewed(tokens())).toBe('password')
    expect(await renewed(tokens('rt'))).toBe('refresh_token')
  })
})

describe('the JWT bearer grant', () => {
  const jwt = {
    algorithm: 'RS256',
    privateKey: pem(rsaKeys().privateKey),
    header: { kid: 'k' },
    payload: { iss: 'robot@project.example', scope: '{scope}', sub: null },
    lifetime: 3600,
  }

  test('sends a signed JWT as its assertion, and no client where there is none', async () => {
    const { form, clock } = await fetched({
      grant: 'jwt_bearer',
      clientId: undefined,
      jwt,
      scopes: ['a', 'b'],
    })
    expect([...form.keys()].sort()).toEqual(['assertion', 'grant_type', 'scope'])
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer')
    const now = Math.floor(clock.now() / 1000)
    const verified = await jose.jwtVerify(form.get('assertion') ?? '', rsaKeys().publicKey, {
      algorithms: ['RS256'],
      audience: 'https://provider.example/token',
      currentDate: new Date(clock.now()),
    })
    expect(verified.protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'k' })
    expect(verified.payload).toEqual({
      iss: 'robot@project.example',
      aud: 'https://provider.example/token',
      scope: 'a b',
      iat: now,
      exp: now + 3600,
      jti: expect.any(String),
    })
  })

  test('the client is its issuer unless the payload says otherwise, and authenticates besides', async () => {
    const own = { ...jwt, payload: { sub: 'ann' } }
    const { form, sent } = await fetched({ grant: 'jwt_bearer', clientSecret: 's', jwt: own })
    expect(jose.decodeJwt(form.get('assertion') ?? '')).toMatchObject({ iss: 'client', sub: 'ann' })
    expect(sent[0]?.headers.authorization).toMatch(/^Basic /)
  })

  test('a key that does not fit the algorithm asks nothing', async () => {
    const wrong = { ...jwt, algorithm: 'ES256' }
    const { outcome, sent } = await fetched({ grant: 'jwt_bearer', jwt: wrong })
    expect(outcome).toMatchObject({ code: 'account_incomplete', message: expect.stringMatching(/curve/) })
    expect(sent).toEqual([])
  })

  test('another grant sends the JWT beside its own parameters, and a refresh does not', async () => {
    const auth = { grant: 'client_credentials', clientSecret: 's', jwt: { ...jwt, use: 'assertion' } }
    expect((await fetched(auth)).form.has('assertion')).toBe(true)
    const { ports, sent } = answering({ body: issued })
    const tokens = { accessToken: new Secret('at'), refreshToken: new Secret('rt'), scopes: [] }
    await oauth2Scheme.renew?.(ports, oauth2Connection(auth), {
      ...none,
      tokens: tokens as unknown as Tokens,
    })
    expect([...new URLSearchParams(sent[0]?.body ?? '').keys()]).toEqual(['refresh_token', 'grant_type'])
  })
})

describe('token exchange', () => {
  const type = (name: string) => `urn:ietf:params:oauth:token-type:${name}`
  const exchange = { subjectToken: '{subject}' }
  const auth = { grant: 'token_exchange', clientSecret: 's', tokenExchange: exchange }
  const answer = (more: object): Answer => ({ body: { ...issued, ...more } })

  test('sends the subject, the actor and what is asked for', async () => {
    const { form } = await fetched({
      ...auth,
      scopes: ['read'],
      tokenExchange: {
        ...exchange,
        actorToken: 'actor-{subject}',
        actorTokenType: type('jwt'),
        audience: ['https://one.example', 'https://two.example'],
      },
    })
    expect([...form]).toEqual([
      ['subject_token', 'subject-token'],
      ['subject_token_type', type('access_token')],
      ['actor_token', 'actor-subject-token'],
      ['actor_token_type', type('jwt')],
      ['audience', 'https://one.example'],
      ['audience', 'https://two.example'],
      ['scope', 'read'],
      ['grant_type', 'urn:ietf:params:oauth:grant-type:token-exchange'],
    ])
  })

  test.each<[requested: string | undefined, issuedType: string | undefined, isTaken: boolean]>([
    [undefined, type('access_token'), true],
    [undefined, type('jwt'), true],
    [undefined, undefined, true],
    [undefined, type('refresh_token'), false],
    [undefined, type('id_token'), false],
    [type('access_token'), type('access_token'), true],
    [type('access_token'), type('jwt'), false],
    [type('access_token'), undefined, false],
    [type('jwt'), type('access_token'), false],
  ])('of %s that is asked for, %s is taken: %j', async (requestedTokenType, issued_token_type, isTaken) => {
    const tokenExchange = { ...exchange, ...(requestedTokenType && { requestedTokenType }) }
    const { outcome, form } = await fetched({ ...auth, tokenExchange }, none, answer({ issued_token_type }))
    expect(form.get('requested_token_type')).toBe(requestedTokenType ?? null)
    const refused = { code: 'malformed_token_response', reason: 'issued_token_type' }
    expect(outcome).toMatchObject(isTaken ? { tokenType: 'bearer' } : refused)
  })

  test('a token that is no access token is of no type, where one such was asked for', async () => {
    const reply = answer({ token_type: 'N_A', issued_token_type: type('id_token') })
    const asked = { ...auth, tokenExchange: { ...exchange, requestedTokenType: type('id_token') } }
    expect((await fetched(asked, none, reply)).outcome).toMatchObject({ tokenType: 'bearer' })
    expect((await fetched(auth, none, reply)).outcome).toMatchObject({ code: 'malformed_token_response' })
  })

  test('the subject may be a JWT of our own', async () => {
    const jwt = { algorithm: 'HS256', secret: 'a secret', payload: { sub: 'ann' }, use: 'template' }
    const { form } = await fetched({ ...auth, jwt, tokenExchange: { subjectToken: '{jwt.token}' } })
    expect(jose.decodeJwt(form.get('subject_token') ?? '')).toMatchObject({ sub: 'ann', iss: 'client' })
  })
})

test('a grant that the operator forbids asks nothing', async () => {
  const { ports, sent } = answering({ body: issued })
  const connection = { ...oauth2Connection({ grant: 'password' }), forbiddenGrants: new Set(['password']) }
  const failure = await failureOf(
    Promise.resolve(oauth2Scheme.fetch?.(ports, connection, { ...none, secret: ann })),
  )
  expect(failure).toMatchObject({ code: 'grant_forbidden' })
  expect(sent).toEqual([])
})

test('what needs no person is fetched, and renewed by fetching again', () => {
  for (const grant of ['client_credentials', 'password', 'jwt_bearer', 'token_exchange']) {
    const { definition } = oauth2Connection({ grant })
    expect([oauth2Scheme.connects(definition), oauth2Scheme.renewable(definition, undefined)]).toEqual([
      'fetched',
      true,
    ])
  }
  for (const grant of ['authorization_code', 'device_code']) {
    const { definition } = oauth2Connection({ grant })
    expect([oauth2Scheme.connects(definition), oauth2Scheme.renewable(definition, undefined)]).toEqual([
      'authorized',
      false,
    ])
  }
})
