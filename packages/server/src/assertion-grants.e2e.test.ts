import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { oidcScene } from './oidc.suite.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
const noPerson = { redirect_uris: [], response_types: [] }
const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange'
const issuer = 'https://issuer.example'

const signing = {
  client_id: 'signing',
  token_endpoint_auth_method: 'private_key_jwt',
  jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' }] },
  grant_types: ['client_credentials'],
  ...noPerson,
}
const sharing = {
  client_id: 'sharing',
  client_secret: 'a secret of thirty-two bytes and more',
  token_endpoint_auth_method: 'client_secret_jwt',
  grant_types: ['client_credentials'],
  ...noPerson,
}
const asserting = {
  client_id: 'asserting',
  client_secret: 'asserting-secret',
  grant_types: [jwtBearer, tokenExchange],
  ...noPerson,
}

function scene() {
  return oidcScene({
    clients: [signing, sharing, asserting],
    trustedIssuers: [{ issuer, algorithm: 'ES256', key: publicPem }],
  })
}

type Scene = Awaited<ReturnType<typeof scene>>

/** An integration of this `auth` at the provider, and an account of it as the reply shows it. */
async function connected({ ok, server }: Scene, auth: object, fields: object = {}, input: object = {}) {
  const standing = { type: 'oauth2', grant: 'client_credentials', tokenUrl: server.tokenUrl }
  await ok('POST', '/v1/integrations', {
    key: 'api',
    name: 'API',
    baseUrl: server.origin,
    auth: { ...standing, ...auth },
    ...fields,
  })
  return ok('POST', '/v1/accounts', { integration: 'api', name: 'An account', ...input })
}

test.each<[where: string, at: (server: Scene['server']) => object]>([
  ['at its issuer', ({ origin }) => ({ issuer: origin, tokenUrl: undefined })],
  ['at its token endpoint', () => ({})],
])('a client that signs is known by its key, %s, each time anew', async (_, at) => {
  const found = await scene()
  const account = await connected(found, {
    clientId: 'signing',
    clientAuthentication: 'private_key_jwt',
    // As it comes out of an environment variable.
    jwt: { algorithm: 'ES256', privateKey: privatePem.replaceAll('\n', '\\n') },
    scopes: ['read'],
    ...at(found.server),
  })
  expect(account).toMatchObject({ status: 'connected', scopes: ['read'] })
  expect(await found.ok('POST', `/v1/accounts/${account.id}/renew`)).toMatchObject({ generation: 2 })
  const assertions = found.server.received('POST /token').map(({ form }) => form.get('client_assertion'))
  expect(new Set(assertions).size).toBe(2)
})

test('a client that signs with its secret never sends it', async () => {
  const found = await scene()
  const account = await connected(found, {
    clientId: 'sharing',
    clientSecret: sharing.client_secret,
    clientAuthentication: 'client_secret_jwt',
  })
  expect(account).toMatchObject({ status: 'connected' })
  const [request] = found.server.received('POST /token')
  expect(JSON.stringify([request?.rawHeaders, request?.body])).not.toContain('thirty-two')
})

test('an account with a private key of its own is connected by a JWT, and renewed by another', async () => {
  const found = await scene()
  const { sallyport, server, ok } = found
  const account = await connected(
    found,
    {
      grant: 'jwt_bearer',
      clientId: 'asserting',
      clientSecret: 'asserting-secret',
      scopes: ['openid', 'read'],
      jwt: { algorithm: 'ES256', privateKey: '{privateKey}', payload: { iss: issuer, sub: '{user}' } },
    },
    { parameters: [{ name: 'user' }, { name: 'privateKey', required: true, secret: true }] },
    { parameters: { user: 'ann', privateKey: privatePem.replaceAll('\n', ' ') } },
  )
  expect(account).toMatchObject({ status: 'connected', scopes: ['openid', 'read'] })
  expect(JSON.stringify(account)).not.toContain('PRIVATE KEY')
  expect((await sallyport.request('GET', `/proxy/${account.id}/me`)).body).toEqual({ sub: 'ann' })
  expect(await ok('POST', `/v1/accounts/${account.id}/renew`)).toMatchObject({ generation: 2 })
  expect(server.received('POST /token').map(({ form }) => form.get('grant_type'))).toEqual([
    jwtBearer,
    jwtBearer,
  ])
})

test('an account whose key does not fit is told so, and the provider hears nothing', async () => {
  const found = await scene()
  const jwt = { algorithm: 'ES256', privateKey: '{privateKey}', payload: { iss: issuer, sub: 'ann' } }
  const account = await connected(
    found,
    { grant: 'jwt_bearer', clientId: 'asserting', clientSecret: 'asserting-secret', jwt },
    { parameters: [{ name: 'privateKey', secret: true }] },
    { parameters: { privateKey: 'nothing of the kind' } },
  )
  expect(account).toMatchObject({
    status: 'failing',
    reason: 'account_incomplete',
    reasonDetail: expect.stringMatching(/no private key in PEM/),
  })
  expect(found.server.received('POST /token')).toHaveLength(0)
})

test('a token of the account’s own is exchanged for another', async () => {
  const found = await scene()
  const { sallyport } = found
  const exchange = { subjectToken: '{jwt.token}', subjectTokenType: 'urn:ietf:params:oauth:token-type:jwt' }
  const account = await connected(found, {
    grant: 'token_exchange',
    clientId: 'asserting',
    clientSecret: 'asserting-secret',
    scopes: ['openid'],
    tokenExchange: { ...exchange, requestedTokenType: 'urn:ietf:params:oauth:token-type:access_token' },
    jwt: {
      algorithm: 'ES256',
      privateKey: privatePem,
      use: 'template',
      payload: { iss: issuer, sub: 'ben' },
    },
  })
  expect(account).toMatchObject({ status: 'connected' })
  expect((await sallyport.request('GET', `/proxy/${account.id}/me`)).body).toEqual({ sub: 'ben' })
})

test('of two client secrets the one that is known works, and both are kept through changes', async () => {
  const found = await scene()
  const { ok, server, sallyport } = found
  const { clientId, clientSecret } = server.machine
  await connected(found, { clientId, clientSecrets: ['to be known soon', clientSecret] })
  const paths = ['/auth/clientSecrets/0', '/auth/clientSecrets/1']
  const named = await ok('PATCH', '/v1/integrations/api', {
    name: 'Another name',
    auth: { scopes: ['read'] },
  })
  expect(named).toMatchObject({ secretsSet: paths })
  expect(named.auth).not.toHaveProperty('clientSecrets')
  expect(await ok('POST', '/v1/accounts', { integration: 'api', name: 'B' })).toMatchObject({
    status: 'connected',
    scopes: ['read'],
  })
  // The first account tried both, the second what had worked.
  expect(server.received('POST /token')).toHaveLength(3)

  const move = { auth: { tokenUrl: 'https://elsewhere.example.com/token' } }
  const refused = await sallyport.request('PATCH', '/v1/integrations/api', move)
  expect([refused.status, refused.body.errors.map(({ path }: { path: string }) => path)]).toEqual([
    422,
    paths,
  ])
  expect(
    await ok('PATCH', '/v1/integrations/api', { auth: { clientSecrets: [clientSecret] } }),
  ).toMatchObject({
    secretsSet: paths.slice(0, 1),
  })
})
