import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { expect, test } from 'vitest'
import { selfSignedCertificate } from './certificate.ts'
import { assertionClaims, jwtSigner, startedOidc } from './oidc.suite.ts'

const ofMachine = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }
const clientAssertion = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

test.each(['private_key_jwt', 'client_secret_jwt'])(
  '%s is verified, and each assertion taken once',
  async (method) => {
    const secret = 's'.repeat(32)
    const signer = jwtSigner(method === 'client_secret_jwt' ? secret : undefined)
    const client = {
      client_id: 'signer',
      token_endpoint_auth_method: method,
      ...(method === 'client_secret_jwt'
        ? { client_secret: secret }
        : { jwks: { keys: [{ ...signer.publicJwk, use: 'sig' }] } }),
      ...ofMachine,
    }
    const { server, post } = await startedOidc({ clients: [client] })
    const ask = (assertion: string) =>
      post(server.tokenUrl, {
        grant_type: 'client_credentials',
        client_assertion_type: clientAssertion,
        client_assertion: assertion,
      })
    const good = signer.sign(assertionClaims('signer', server.tokenUrl))
    expect((await ask(good)).status).toBe(200)
    expect((await ask(good)).body.error).toBe('invalid_client')
    const elsewhere = signer.sign(assertionClaims('signer', 'https://elsewhere.example/'))
    expect((await ask(elsewhere)).body.error).toBe('invalid_client')
    const stranger = jwtSigner(method === 'client_secret_jwt' ? 'x'.repeat(32) : undefined)
    expect((await ask(stranger.sign(assertionClaims('signer', server.tokenUrl)))).body.error).toBe(
      'invalid_client',
    )
  },
)

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange'
const tokenType = (kind: string) => `urn:ietf:params:oauth:token-type:${kind}`

async function withTrust() {
  const signer = jwtSigner()
  const client = {
    ...ofMachine,
    client_id: 'asserting',
    client_secret: 'asserting-secret',
    grant_types: [jwtBearer, tokenExchange],
  }
  const issuer = 'https://issuer.example'
  const scene = await startedOidc({
    clients: [client],
    trustedIssuers: [{ issuer, algorithm: 'ES256', key: signer.publicPem }],
  })
  const headers = scene.basic({ clientId: 'asserting', clientSecret: 'asserting-secret' })
  const ask = (fields: Record<string, string>) => scene.post(scene.server.tokenUrl, fields, headers)
  const claims = () => assertionClaims(issuer, scene.server.tokenUrl, 'ann')
  return { ...scene, signer, ask, claims }
}

test('an assertion of a trusted issuer yields a token for its subject, once', async () => {
  const { server, signer, ask, claims } = await withTrust()
  const grant = (assertion: string) => ask({ grant_type: jwtBearer, assertion, scope: 'openid read' })
  const good = signer.sign(claims())
  const { body } = await grant(good)
  expect(body).toMatchObject({ token_type: 'Bearer', scope: 'openid read', expires_in: 3600 })
  const me = await fetch(server.userinfoUrl, { headers: { authorization: `Bearer ${body.access_token}` } })
  expect(await me.json()).toMatchObject({ sub: 'ann' })

  const now = Math.floor(Date.now() / 1000)
  const refused = {
    'used before': good,
    'not signed by the key': jwtSigner().sign(claims()),
    expired: signer.sign({ ...claims(), exp: now - 1 }),
    'is for': signer.sign({ ...claims(), aud: 'https://elsewhere.example/' }),
    'no sub': signer.sign({ ...claims(), sub: undefined }),
    'no jti': signer.sign({ ...claims(), jti: undefined }),
    'Nobody trusted': signer.sign({ ...claims(), iss: 'https://stranger.example' }),
    'signs by none': signer.sign(claims(), { alg: 'none' }),
  }
  for (const [why, assertion] of Object.entries(refused)) {
    const { body } = await grant(assertion)
    expect(body).toEqual({ error: 'invalid_grant', error_description: expect.stringContaining(why) })
  }
})

test('a token is exchanged for another, whether it was issued here or is a JWT', async () => {
  const { server, signer, ask, claims } = await withTrust()
  const exchange = (subject_token: string, kind: string) =>
    ask({ grant_type: tokenExchange, subject_token, subject_token_type: tokenType(kind), scope: 'openid' })
  const first = await exchange(signer.sign(claims()), 'jwt')
  expect(first.body).toMatchObject({ issued_token_type: tokenType('access_token'), token_type: 'Bearer' })
  const second = await exchange(first.body.access_token ?? '', 'access_token')
  expect(second.body.access_token).not.toBe(first.body.access_token)
  const me = await fetch(server.userinfoUrl, {
    headers: { authorization: `Bearer ${second.body.access_token}` },
  })
  expect(await me.json()).toMatchObject({ sub: 'ann' })
  expect((await exchange('made-up', 'access_token')).body.error).toBe('invalid_request')
  expect((await exchange('made-up', 'saml2')).body.error).toBe('invalid_request')
})

test.each(['tls_client_auth', 'self_signed_tls_client_auth'])(
  '%s opens by the certificate alone',
  async (method) => {
    const pair = await selfSignedCertificate()
    const certificate = new X509Certificate(pair.certificate)
    const key = {
      ...certificate.publicKey.export({ format: 'jwk' }),
      x5c: [certificate.raw.toString('base64')],
    }
    const client = {
      ...ofMachine,
      client_id: 'carded',
      token_endpoint_auth_method: method,
      ...(method === 'tls_client_auth'
        ? { tls_client_auth_subject_dn: 'CN=localhost' }
        : { jwks: { keys: [key] } }),
    }
    const { server } = await startedOidc({
      clients: [client],
      certificate: pair,
      clientCertificateAuthority: pair.certificate,
    })
    const ask = async (shown: { cert?: string; key?: string }) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const sent = request(server.tokenUrl, {
        method: 'POST',
        ca: pair.certificate,
        agent: false,
        headers,
        ...shown,
      })
      sent.end('grant_type=client_credentials&client_id=carded')
      const [reply] = (await once(sent, 'response')) as [IncomingMessage]
      reply.resume()
      return reply.statusCode
    }
    expect(await ask({ cert: pair.certificate, key: pair.privateKey })).toBe(200)
    expect(await ask({})).toBe(401)
  },
)
