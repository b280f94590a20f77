import { generateKeyPairSync, verify } from 'node:crypto'
import { loopbackProvider, type Oauth1Server, oauth1Server } from '@sallyport/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { person } from './authorization.suite.ts'
import { connected } from './passage.suite.ts'
import { startSallyport } from './sallyport.suite.ts'

async function sallyportAnd<Server extends { close(): Promise<void> }>(started: Promise<Server>) {
  const server = await started
  onTestFinished(() => server.close())
  const sallyport = await startSallyport()
  onTestFinished(() => sallyport.close())
  return { server, sallyport }
}

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
const rsaPublicKey = publicKey.export({ format: 'pem', type: 'spki' }).toString()

describe('a JWT for each call', () => {
  test('is signed with the definition’s key, anew each time, with the account’s values in it', async () => {
    const { server, sallyport } = await sallyportAnd(loopbackProvider())
    server.script('ANY /api/*', { status: 200 })
    const account = await connected(
      sallyport,
      {
        baseUrl: `${server.origin}/api`,
        parameters: [{ name: 'appId', required: true }],
        auth: {
          type: 'jwt',
          algorithm: 'RS256',
          privateKey: pem.replaceAll('\n', '\\n'),
          payload: { iss: '{appId}' },
          lifetime: 60,
        },
      },
      { parameters: { appId: '4711' } },
    )
    await sallyport.request('GET', `/proxy/${account}/a`)
    await sallyport.request('GET', `/proxy/${account}/b`)
    const tokens = server.received('ANY /api/*').map(({ headers }) => String(headers.authorization).slice(7))
    expect(new Set(tokens).size).toBe(2)
    for (const token of tokens) {
      const [header = '', payload = '', signature = ''] = token.split('.')
      const signed = Buffer.from(`${header}.${payload}`)
      expect(verify('sha256', signed, publicKey, Buffer.from(signature, 'base64url'))).toBe(true)
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
      expect(claims).toMatchObject({ iss: '4711', exp: claims.iat + 60 })
    }
  })

  test('shows its key nowhere', async () => {
    const { server, sallyport } = await sallyportAnd(loopbackProvider())
    const definition = {
      key: 'app',
      name: 'App',
      baseUrl: server.origin,
      auth: { type: 'jwt', algorithm: 'RS256', privateKey: pem, payload: {} },
    }
    const { status, text, body } = await sallyport.request('POST', '/v1/integrations', definition)
    expect(status).toBe(201)
    expect(body.secretsSet).toEqual(['/auth/privateKey'])
    expect(text).not.toContain('PRIVATE KEY')
  })
})

describe('AWS Signature Version 4', () => {
  test('covers method, path, query and body, and takes the place of what the caller sends', async () => {
    const { server, sallyport } = await sallyportAnd(loopbackProvider())
    server.script('ANY /*', { status: 200 })
    const account = await connected(
      sallyport,
      { baseUrl: server.origin, auth: { type: 'aws_sigv4', region: 'eu-west-1', service: 'execute-api' } },
      { secret: { accessKeyId: 'AKID', secretAccessKey: 'the-secret-key', sessionToken: 'the-session' } },
    )
    await sallyport.request(
      'POST',
      `/proxy/${account}/items?b=2&a=1`,
      { x: 1 },
      { headers: { 'X-Amz-Date': 'mine' } },
    )
    const [received] = server.received('POST /items')
    expect(received?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/execute-api\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
    )
    expect(received?.headers['x-amz-date']).toMatch(/^\d{8}T\d{6}Z$/)
    expect(received?.headers['x-amz-security-token']).toBe('the-session')
    expect(received?.body).toBe('{"x":1}')
    expect(received?.query).toBe('b=2&a=1')
  })

  test('refuses a body that it cannot cover, and sends nothing', async () => {
    const { server, sallyport } = await sallyportAnd(loopbackProvider())
    const account = await connected(
      sallyport,
      { baseUrl: server.origin, auth: { type: 'aws_sigv4', region: 'eu-west-1', service: 'execute-api' } },
      { secret: { accessKeyId: 'AKID', secretAccessKey: 'the-secret-key' } },
    )
    const big = JSON.stringify('x'.repeat(1_100_000))
    const reply = await sallyport.request('POST', `/proxy/${account}/items`, big)
    expect([reply.status, reply.body.code]).toEqual([413, 'body_too_large'])
    expect(server.received()).toEqual([])
  })
})

describe('OAuth 1.0a against oauthlib', () => {
  test.each(['HMAC-SHA1', 'HMAC-SHA256', 'RSA-SHA1', 'PLAINTEXT'])(
    'a call with fixed tokens is taken when it is signed by %s, query and form included',
    async (signatureMethod) => {
      const { server, sallyport } = await sallyportAnd(
        oauth1Server({ accessTokens: { token: 'token-secret' }, rsaPublicKey }),
      )
      const key =
        signatureMethod === 'RSA-SHA1' ? { privateKey: pem } : { consumerSecret: server.clientSecret }
      const account = await connected(
        sallyport,
        {
          baseUrl: server.apiUrl,
          auth: {
            type: 'oauth1',
            signatureMethod,
            consumerKey: server.clientKey,
            ...key,
            realm: 'Sallyport',
          },
        },
        { secret: { token: 'token', tokenSecret: 'token-secret' } },
      )
      const reply = await sallyport.request('GET', `/proxy/${account}/me?b=2%20x&a=1`)
      expect([reply.status, reply.text]).toEqual([200, expect.any(String)])
      const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' } }
      const posted = await sallyport.request('POST', `/proxy/${account}/me`, 'z=1&y=%C3%A9', form)
      expect([posted.status, posted.text]).toEqual([200, expect.any(String)])
    },
  )

  test('a call that no person has agreed to is signed by the client alone', async () => {
    const { server, sallyport } = await sallyportAnd(oauth1Server())
    const { clientKey: consumerKey, clientSecret: consumerSecret } = server
    const auth = { type: 'oauth1', consumerKey, consumerSecret }
    const account = await connected(sallyport, { baseUrl: server.signedUrl, auth }, {})
    expect((await sallyport.request('GET', `/proxy/${account}/x`)).status).toBe(200)
  })

  test('three legs connect an account, its calls are taken, and what the reply tells is kept', async () => {
    const { server, sallyport } = await sallyportAnd(oauth1Server())
    const account = await connected(sallyport, { baseUrl: server.apiUrl, auth: threeLegs(server) }, {})
    const { body } = await sallyport.request('POST', `/v1/accounts/${account}/authorize`, {})
    await person().finish(body.authorizationUrl)
    const shown = await sallyport.request('GET', `/v1/accounts/${account}`)
    expect(shown.body).toMatchObject({ status: 'connected', kept: { userId: '42' } })
    expect((await sallyport.request('GET', `/proxy/${account}/me`)).status).toBe(200)
  })

  test('a person who refuses leaves the account as it was', async () => {
    const { server, sallyport } = await sallyportAnd(oauth1Server())
    const auth = { ...threeLegs(server), authorizationUrl: `${server.authorizationUrl}?deny=1` }
    const account = await connected(sallyport, { baseUrl: server.apiUrl, auth }, {})
    const { body } = await sallyport.request('POST', `/v1/accounts/${account}/authorize`, {})
    await person().finish(body.authorizationUrl)
    expect((await sallyport.request('GET', `/v1/accounts/${account}`)).body.status).toBe('pending')
  })

  test('a wrong secret is refused by the server, and no page shows it', async () => {
    const { server, sallyport } = await sallyportAnd(oauth1Server())
    const auth = { ...threeLegs(server), consumerSecret: 'wrong-secret' }
    const account = await connected(sallyport, { baseUrl: server.apiUrl, auth }, {})
    const { body } = await sallyport.request('POST', `/v1/accounts/${account}/authorize`, {})
    const page = await person().get(body.authorizationUrl)
    expect(page.status).toBe(502)
    expect(page.text + sallyport.logged()).not.toContain('wrong-secret')
  })
})

function threeLegs(server: Oauth1Server) {
  const { requestTokenUrl, authorizationUrl, accessTokenUrl, clientKey, clientSecret } = server
  const addresses = { requestTokenUrl, authorizationUrl, accessTokenUrl }
  const keep = { userId: '/user_id' }
  return { type: 'oauth1', consumerKey: clientKey, consumerSecret: clientSecret, ...addresses, keep }
}
