import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import {
  clientCertificate,
  fakeClock,
  oauth1Server,
  type ReceivedRequest,
  selfSignedCertificate,
} from '@sallyport/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { person, scene } from '../authorization.suite.ts'
import { connected } from '../passage.suite.ts'
import { startSallyport } from '../sallyport.suite.ts'
import { json, quirk, typed } from './quirks.suite.ts'

/** A token endpoint and an API that nobody without this certificate can even speak to; what they were asked. */
async function mutualServer(client: string) {
  const own = await selfSignedCertificate()
  const seen: string[] = []
  const options = { cert: own.certificate, key: own.privateKey, requestCert: true, rejectUnauthorized: true }
  const server = createServer({ ...options, ca: [client] }, (request, response) => {
    const { CN } = (request.socket as TLSSocket).getPeerCertificate().subject
    seen.push(`${request.method} ${request.url} by ${String(CN)}: ${request.headers.authorization}`)
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({ access_token: `at-${seen.length}`, token_type: 'bearer', expires_in: 3600 }),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    seen,
    certificate: own.certificate,
    origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
  }
}

test('47: a client certificate of the account, for tokens, renewals and calls', async () => {
  const ann = await clientCertificate('ann')
  const server = await mutualServer(ann.certificate)
  const sallyport = await startSallyport()
  onTestFinished(() => sallyport.close())
  const definition = {
    baseUrl: `${server.origin}/api`,
    parameters: [
      { name: 'certificate', required: true },
      { name: 'key', required: true, secret: true },
    ],
    auth: {
      type: 'oauth2',
      grant: 'client_credentials',
      tokenUrl: `${server.origin}/token`,
      clientId: 'client',
      clientSecret: 'client-secret',
    },
    tls: { certificate: '{certificate}', privateKey: '{key}', ca: server.certificate },
  }
  const parameters = { certificate: ann.certificate, key: ann.privateKey }
  const id = await connected(sallyport, definition, { parameters })
  expect((await sallyport.request('GET', `/proxy/${id}/workers`)).status).toBe(200)
  expect((await sallyport.request('POST', `/v1/accounts/${id}/renew`)).body).toMatchObject({ generation: 2 })
  expect((await sallyport.request('GET', `/proxy/${id}/workers`)).status).toBe(200)
  const basic = `Basic ${Buffer.from('client:client-secret').toString('base64')}`
  expect(server.seen).toEqual([
    `POST /token by ann: ${basic}`,
    'GET /api/workers by ann: Bearer at-1',
    `POST /token by ann: ${basic}`,
    'GET /api/workers by ann: Bearer at-3',
  ])
  const { tls: _, ...bare } = definition
  const without = { ...bare, tls: { ca: server.certificate }, key: 'bare', name: 'Bare' }
  expect((await sallyport.request('POST', '/v1/integrations', without)).status).toBe(201)
  const refused = await sallyport.request('POST', '/v1/accounts', {
    integration: 'bare',
    name: 'Ann',
    parameters,
  })
  expect(refused.body.status).not.toBe('connected')
  expect(server.seen).toHaveLength(4)
})

test('48: a login whose fields and token have names of their own, as JSON alone', async () => {
  const clock = fakeClock(Date.now())
  const { provider, sallyport } = await scene({ auth: null, clock })
  let issued = 0
  provider.script('POST /authenticate', ({ headers, body }) => {
    if (headers['content-type'] !== 'application/json') return json({ error: 'JSON alone' }, 415)
    const { username, password, ...others } = JSON.parse(body) as Record<string, unknown>
    const known = username === 'ann' && password === 'the-password' && Object.keys(others).length === 0
    issued += 1
    return known ? json({ jwt: `jwt-${issued}` }) : json({ errorCode: 'PFAPI0005' }, 401)
  })
  provider.script('ANY /api/*', {})
  const account = await connected(
    sallyport,
    {
      baseUrl: `${provider.origin}/api`,
      parameters: [
        { name: 'user', required: true },
        { name: 'word', required: true, secret: true },
      ],
      auth: {
        type: 'custom_token',
        tokenUrl: `${provider.origin}/authenticate`,
        tokenRequest: { format: 'json', body: { username: '{user}', password: '{word}' } },
        tokenReply: { accessToken: '/jwt' },
        renewal: { defaultLifetime: 3600 },
      },
    },
    { parameters: { user: 'ann', word: 'the-password' } },
  )
  await sallyport.request('GET', `/proxy/${account}/search`)
  clock.advance(3_590_000)
  await sallyport.request('GET', `/proxy/${account}/search`)
  const sent = provider.received('ANY /api/*').map(({ headers }) => headers.authorization)
  expect(sent).toEqual(['Bearer jwt-1', 'Bearer jwt-2'])
})

/** What the login of row 49 answers; a refusal is a success for HTTP. */
const sessionReply = (session: string, endpoint: string, timeout: string) =>
  typed(
    `<?xml version="1.0"?><response><operation><authentication><status>success</status><sessiontimeout>${timeout}</sessiontimeout></authentication><result><status>success</status><data><api><sessionid>${session}</sessionid><endpoint>${endpoint}</endpoint></api></data></result></operation></response>`,
    'text/xml; charset=UTF-8',
  )
const failureReply = typed(
  '<response><operation><authentication><status>failure</status></authentication><errormessage><error><description>Sign-in is wrong</description></error></errormessage></operation></response>',
  'text/xml; charset=UTF-8',
)

test('49: a login of XML, which answers a session, its address and the moment of its end', async () => {
  const { provider, sallyport } = await scene({ auth: null })
  const timeout = new Date(Date.now() + 7_200_000).toISOString()
  const login = ({ body, headers }: ReceivedRequest) => {
    const isXml = headers['content-type'] === 'application/xml' && body.startsWith('<?xml')
    const known = body.includes('<userid>ann &amp; co</userid><password>&lt;the-word&gt;</password>')
    return isXml && known ? sessionReply('session-49', `${provider.origin}/own/`, timeout) : failureReply
  }
  provider.script('POST /gateway', login)
  provider.script('ANY /own/*', {})
  const definition = {
    baseUrl: '{kept.endpoint}',
    hosts: [provider.origin],
    parameters: [
      { name: 'user', required: true },
      { name: 'word', required: true, secret: true },
    ],
    auth: {
      type: 'custom_token',
      tokenUrl: `${provider.origin}/gateway`,
      tokenRequest: {
        format: 'xml',
        body: {
          request: {
            control: { controlid: '{request.timestamp}', dtdversion: '3.0' },
            operation: {
              authentication: { login: { userid: '{user}', password: '{word}' } },
              content: { function: { '@controlid': '{request.random}', getAPISession: {} } },
            },
          },
        },
      },
      tokenReply: {
        accessToken: '/response/operation/result/data/api/sessionid',
        expiresIn: '/response/operation/authentication/sessiontimeout',
        expiryUnit: 'iso',
        keep: { endpoint: '/response/operation/result/data/api/endpoint' },
        error: {
          path: '/response/operation/authentication/status',
          success: ['success'],
          invalidGrant: ['failure'],
          description: '/response/operation/errormessage/error/description',
        },
      },
    },
    placement: { in: 'header', name: 'X-Session', template: '{token}' },
  }
  const account = await connected(sallyport, definition, {
    parameters: { user: 'ann & co', word: '<the-word>' },
  })
  const shown = (await sallyport.request('GET', `/v1/accounts/${account}`)).body
  expect(shown).toMatchObject({ status: 'connected', kept: { endpoint: `${provider.origin}/own/` } })
  expect(Math.abs(Date.parse(shown.expiresAt) - Date.parse(timeout))).toBeLessThan(2000)
  expect((await sallyport.request('GET', `/proxy/${account}/objects`)).status).toBe(200)
  expect(provider.received('GET /own/objects')[0]?.headers['x-session']).toBe('session-49')
  const [sent] = provider.received('POST /gateway')
  expect(sent?.body).toMatch(/<function controlid="[0-9a-f-]{36}"><getAPISession\/><\/function>/)
  const wrong = await sallyport.request('POST', '/v1/accounts', {
    integration: shown.integration,
    name: 'Ben',
    parameters: { user: 'ben', word: 'x' },
  })
  expect(wrong.text).toContain('Sign-in is wrong')
})

test('50: calls signed with a realm, at a host of the account', async () => {
  const server = await oauth1Server({
    accessTokens: { token: 'token-secret' },
    signatureMethods: ['HMAC-SHA256'],
  })
  onTestFinished(() => server.close())
  const sallyport = await startSallyport()
  onTestFinished(() => sallyport.close())
  const definition = (signatureMethod: string) => ({
    // At a provider with a domain of its own, the account would be a label of it.
    baseUrl: server.apiUrl.replace('127.0.0.1', '{account}'),
    hosts: [server.origin],
    parameters: [
      { name: 'account', kind: 'host', required: true },
      { name: 'realm', required: true },
    ],
    auth: {
      type: 'oauth1',
      signatureMethod,
      consumerKey: server.clientKey,
      consumerSecret: server.clientSecret,
      realm: '{realm}',
    },
  })
  const account = {
    parameters: { account: '127.0.0.1', realm: 'TSTDRV123_SB1' },
    secret: { token: 'token', tokenSecret: 'token-secret' },
  }
  const id = await connected(sallyport, definition('HMAC-SHA256'), account)
  expect((await sallyport.request('GET', `/proxy/${id}/record?limit=1&q=a%20b`)).status).toBe(200)
  expect(server.received('GET /api/record')[0]?.headers.authorization).toMatch(
    /^OAuth realm="TSTDRV123_SB1", ?oauth_consumer_key=.*oauth_signature_method="HMAC-SHA256"/,
  )
  const older = await connected(sallyport, definition('HMAC-SHA1'), account)
  expect((await sallyport.request('GET', `/proxy/${older}/record`)).status).toBe(401)
})

test('50: the code grant likewise, its token endpoint at a host of the account', async () => {
  const { provider, connect, call } = await quirk(
    (origin) => ({ tokenUrl: `${origin.replace('127.0.0.1', '{company}')}/token` }),
    (origin) => ({
      baseUrl: `${origin.replace('127.0.0.1', '{company}')}/api`,
      hosts: [origin],
      parameters: [{ name: 'company', kind: 'host', required: true }],
    }),
  )
  const bearer = { access_token: 'at-50', token_type: 'bearer', expires_in: 3600, refresh_token: 'rt-50' }
  provider.script('POST /token', json(bearer))
  const account = await connect({ parameters: { company: '127.0.0.1' } })
  expect(account.status).toBe('connected')
  await call(account.id, '/record')
  expect(provider.received('GET /api/record')[0]?.headers.authorization).toBe('Bearer at-50')
})

test('60: what is asked for under the name perms, on the page of a provider that signs', async () => {
  const server = await oauth1Server()
  onTestFinished(() => server.close())
  const sallyport = await startSallyport()
  onTestFinished(() => sallyport.close())
  const { requestTokenUrl, accessTokenUrl, clientKey, clientSecret } = server
  const id = await connected(
    sallyport,
    {
      baseUrl: server.apiUrl,
      auth: {
        type: 'oauth1',
        consumerKey: clientKey,
        consumerSecret: clientSecret,
        requestTokenUrl,
        authorizationUrl: `${server.authorizationUrl}?perms=write`,
        accessTokenUrl,
      },
    },
    {},
  )
  const { body } = await sallyport.request('POST', `/v1/accounts/${id}/authorize`, {})
  await person().finish(body.authorizationUrl)
  expect(server.received('GET /oauth/authorize')[0]?.query).toMatch(/^perms=write&oauth_token=/)
  expect((await sallyport.request('GET', `/proxy/${id}/me`)).status).toBe(200)
})
