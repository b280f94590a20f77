import * as jose from 'jose'
import { describe, expect, test } from 'vitest'
import { pem, rsaKeys } from '../jwt-keys.suite.ts'
import { answering, failureOf, oauth2Connection } from './connection.suite.ts'
import { pushRequest } from './pushed-request.ts'
import { requestToken } from './token-request.ts'

const issued = { access_token: 'at', token_type: 'Bearer' }
const grant = { grantType: 'client_credentials', parameters: {}, scopes: [] }
const jwt = { algorithm: 'RS256', privateKey: pem(rsaKeys().privateKey) }
const bySigning = { clientAuthentication: 'private_key_jwt', jwt }

async function sentBy(
  auth: Readonly<Record<string, unknown>>,
  values: Readonly<Record<string, string>> = {},
) {
  const { ports, sent, clock } = answering({ body: issued })
  await requestToken(ports, oauth2Connection(auth, values), grant)
  const form = new URLSearchParams(sent[0]?.body ?? '')
  const assertion = form.get('client_assertion') ?? ''
  return { form, headers: sent[0]?.headers ?? {}, assertion, clock, claims: jose.decodeJwt(assertion) }
}

describe('private_key_jwt', () => {
  test('signs who asks, whom it asks, and until when', async () => {
    const { form, headers, assertion, claims, clock } = await sentBy({ ...bySigning, clientSecret: 'unused' })
    expect([...form.keys()].sort()).toEqual([
      'client_assertion',
      'client_assertion_type',
      'client_id',
      'grant_type',
    ])
    expect(form.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    expect(headers.authorization).toBeUndefined()
    const now = Math.floor(clock.now() / 1000)
    expect(claims).toEqual({
      iss: 'client',
      sub: 'client',
      aud: 'https://provider.example/token',
      iat: now,
      exp: now + 300,
      jti: expect.any(String),
    })
    await jose.compactVerify(assertion, rsaKeys().publicKey, { algorithms: ['RS256'] })
  })

  test('with an issuer is for that, as a single text', async () => {
    const { claims } = await sentBy({ ...bySigning, issuer: 'https://provider.example' })
    expect(claims.aud).toBe('https://provider.example')
  })

  test('is new in each request', async () => {
    const [one, other] = [await sentBy(bySigning), await sentBy(bySigning)]
    expect(one.claims.jti).not.toBe(other.claims.jti)
  })

  test('takes header and claims from the definition, but neither another algorithm nor a longer life', async () => {
    const own = {
      ...jwt,
      header: { kid: '{key}', alg: 'none' },
      payload: { iss: '{host}', exp: 99_999_999_999, sub: '{client.id}' },
      lifetime: 3600,
    }
    const { claims, assertion, clock } = await sentBy(
      { ...bySigning, jwt: own },
      { key: 'k1', host: 'h.example' },
    )
    expect(jose.decodeProtectedHeader(assertion)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'k1' })
    expect(claims).toMatchObject({ iss: 'h.example', sub: 'client' })
    expect(claims.exp).toBe(Math.floor(clock.now() / 1000) + 300)
  })

  test('a payload that is meant for a grant does not speak for the client', async () => {
    const own = { ...jwt, use: 'assertion', payload: { iss: 'robot', sub: 'ann' } }
    const { form, claims } = await sentBy({ ...bySigning, grant: 'jwt_bearer', jwt: own })
    expect(claims).toMatchObject({ iss: 'client', sub: 'client' })
    expect(jose.decodeJwt(form.get('assertion') ?? '')).toMatchObject({ iss: 'robot', sub: 'ann' })
  })
})

describe('client_secret_jwt', () => {
  const byMac = {
    clientAuthentication: 'client_secret_jwt',
    clientSecret: 'a secret of thirty-two bytes and more',
  }
  const keyOf = (text: string) => Buffer.from(text)

  test('signs with the client secret, which itself is not sent', async () => {
    const { form, headers, assertion } = await sentBy(byMac)
    expect(form.has('client_secret')).toBe(false)
    expect(headers.authorization).toBeUndefined()
    await jose.compactVerify(assertion, keyOf(byMac.clientSecret), { algorithms: ['HS256'] })
  })

  test('or with a secret of its own, by the algorithm that is asked for', async () => {
    const own = {
      algorithm: 'HS512',
      secret: Buffer.from('s'.repeat(64)).toString('base64'),
      secretEncoding: 'base64',
    }
    const { assertion } = await sentBy({ ...byMac, jwt: own })
    await jose.compactVerify(assertion, keyOf('s'.repeat(64)), { algorithms: ['HS512'] })
  })
})

// An attacker's server may name an honest one's token endpoint, and be sent an assertion that the honest server
// would take from it (B14).
describe('an assertion is for the server that it is sent to, and for no other', () => {
  const honest = 'https://honest.example'
  const published = (issuer: string) => ({
    body: {
      issuer,
      token_endpoint: `${honest}/token`,
      pushed_authorization_request_endpoint: `${issuer}/par`,
    },
  })

  test('what an attacker’s issuer is sent names the attacker, wherever it says its token endpoint is', async () => {
    const attacker = 'https://attacker.example'
    const { ports, sent } = answering(published(attacker), { body: issued })
    const auth = { ...bySigning, issuer: attacker, tokenUrl: undefined, authorizationUrl: undefined }
    await requestToken(ports, oauth2Connection(auth), grant)
    expect(sent[1]?.url.origin).toBe(honest)
    const { aud } = jose.decodeJwt(new URLSearchParams(sent[1]?.body ?? '').get('client_assertion') ?? '')
    expect(aud).toBe(attacker)
  })

  test('without an issuer, each endpoint is sent an assertion for itself', async () => {
    const { ports, sent } = answering({ status: 201, body: { request_uri: 'urn:x', expires_in: 60 } })
    const address = 'https://attacker.example/par'
    const auth = { ...bySigning, tokenUrl: `${honest}/token`, parUrl: address }
    const server = { issuer: 'https://issuer.invalid', pushed_authorization_request_endpoint: address }
    await pushRequest(ports, oauth2Connection(auth), server, new URLSearchParams())
    const { aud } = jose.decodeJwt(new URLSearchParams(sent[0]?.body ?? '').get('client_assertion') ?? '')
    expect(aud).toBe(address)
  })
})

test.each(['tls', 'none'])(
  '%s names the client alone, whatever secret there is',
  async (clientAuthentication) => {
    const { ports, sent } = answering({ body: issued })
    await requestToken(ports, oauth2Connection({ clientAuthentication, clientSecret: 'secret' }), grant)
    expect(sent[0]?.body).toBe('grant_type=client_credentials&client_id=client')
    expect(sent[0]?.headers.authorization).toBeUndefined()
  },
)

test('basic_raw encodes nothing', async () => {
  const auth = { clientAuthentication: 'basic_raw', clientId: 'a b+c', clientSecret: 's:/?' }
  const { headers } = await answeredWith(auth)
  expect(Buffer.from(headers.authorization?.slice(6) ?? '', 'base64').toString()).toBe('a b+c:s:/?')
})

test('a client secret may be a JWT that is made each time', async () => {
  const own = {
    algorithm: 'HS256',
    secret: 'team key',
    use: 'template',
    payload: { iss: 'team', sub: '{client.id}' },
  }
  const { form } = await answeredWith({ clientAuthentication: 'body', clientSecret: '{jwt.token}', jwt: own })
  expect(jose.decodeJwt(form.get('client_secret') ?? '')).toMatchObject({ iss: 'team', sub: 'client' })
})

test('a key that does not sign asks nothing, and is named by no word of it', async () => {
  const { ports, sent } = answering()
  const own = { algorithm: 'ES256', privateKey: '{key}' }
  const connection = oauth2Connection({ ...bySigning, jwt: own }, { key: 'no key at all' })
  const failure = await failureOf(requestToken(ports, connection, grant))
  expect(failure).toMatchObject({
    code: 'account_incomplete',
    message: expect.stringMatching(/no private key/),
  })
  expect(String(failure.message)).not.toContain('at all')
  expect(sent).toEqual([])
})

async function answeredWith(auth: Readonly<Record<string, unknown>>) {
  const { ports, sent } = answering({ body: issued })
  await requestToken(ports, oauth2Connection(auth), grant)
  return { form: new URLSearchParams(sent[0]?.body ?? ''), headers: sent[0]?.headers ?? {} }
}
