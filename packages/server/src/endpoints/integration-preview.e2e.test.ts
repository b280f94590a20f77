import type { IntegrationPreviewReply, PreviewedRequest } from '@sallyport/contract'
import { type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSallyport, type TestReply, type TestSallyport } from '../sallyport.suite.ts'

let sallyport: TestSallyport
let provider: LoopbackProvider
beforeAll(async () => {
  sallyport = await startSallyport()
  provider = await loopbackProvider()
})
afterAll(async () => {
  await sallyport.close()
  await provider.close()
})

const preview = (definition: object, more: object = {}): Promise<TestReply> =>
  sallyport.request('POST', '/v1/integrations/preview', { definition, ...more })

async function previewed(definition: object, more: object = {}): Promise<IntegrationPreviewReply> {
  const reply = await preview(definition, more)
  expect(reply.status, reply.text).toBe(201)
  return reply.body
}

const of = ({ requests }: IntegrationPreviewReply, purpose: PreviewedRequest['purpose']) =>
  requests.filter((request) => request.purpose === purpose)

const crm = (auth: object = {}) => ({
  key: 'crm',
  name: 'CRM',
  baseUrl: 'https://{shop}.crm.example/v1',
  parameters: [{ name: 'shop', required: true }],
  auth: {
    type: 'oauth2',
    authorizationUrl: 'https://{shop}.crm.example/authorize',
    tokenUrl: 'https://{shop}.crm.example/token',
    scopes: ['read', 'write all'],
    clientId: 'client-0123456789abcdef0123456789abcdef',
    clientSecret: 'canary-client-secret',
    ...auth,
  },
  request: { headers: { 'X-Shop': '{shop}' }, query: { lang: 'en' } },
})

describe('a preview of a definition', () => {
  it('shows each request with method, address, headers and body, its author’s words as they are', async () => {
    const shown = await previewed(crm(), { parameters: { shop: 'north' } })
    expect(shown.unavailable).toEqual([])
    expect(shown.requests.map(({ purpose }) => purpose)).toEqual([
      'authorization',
      'token',
      'refresh',
      'call',
    ])
    const [page] = of(shown, 'authorization')
    const url = new URL(page?.url ?? '')
    expect([url.origin, url.pathname]).toEqual(['https://north.crm.example', '/authorize'])
    expect(Object.fromEntries(url.searchParams)).toEqual({
      scope: 'read write all',
      response_type: 'code',
      client_id: 'client-0123456789abcdef0123456789abcdef',
      redirect_uri: `${sallyport.origin}/callback/{id}`,
      state: '[...]',
      code_challenge: '[...]',
      code_challenge_method: 'S256',
    })
    expect(of(shown, 'token')[0]).toMatchObject({
      method: 'POST',
      url: 'https://north.crm.example/token',
      headers: expect.arrayContaining([{ name: 'authorization', value: 'Basic [secret]' }]),
      body: expect.stringContaining('grant_type=authorization_code'),
    })
    expect(of(shown, 'call')[0]).toMatchObject({
      url: 'https://north.crm.example/v1?lang=en',
      headers: [
        { name: 'accept', value: '*/*' },
        { name: 'X-Shop', value: 'north' },
        { name: 'Authorization', value: 'Bearer [secret]' },
      ],
    })
  })

  it('shows a value that nobody has given by its name, wherever it stands', async () => {
    const shown = await previewed(crm())
    expect(of(shown, 'token')[0]?.url).toBe('https://{shop}.crm.example/token')
    expect(of(shown, 'call')[0]?.headers).toContainEqual({ name: 'X-Shop', value: '{shop}' })
    const address = { ...crm(), baseUrl: '{home}/api', hosts: ['*.crm.example'] }
    const parameters = [...crm().parameters, { name: 'home', kind: 'url' }]
    expect(of(await previewed({ ...address, parameters }), 'call')[0]?.url).toBe('{home}/api?lang=en')
  })

  it('names what only an answer tells: what an issuer publishes, registers and was pushed', async () => {
    const { authorizationUrl: _, tokenUrl: __, clientId: ___, ...rest } = crm().auth
    const issued = { ...rest, issuer: 'https://id.crm.example', parUrl: 'https://id.crm.example/par' }
    const registered = { ...issued, registration: {}, clientSecret: undefined }
    const shown = await previewed({ ...crm(), auth: registered })
    expect(shown.unavailable).toEqual([])
    expect(of(shown, 'discovery')).toMatchObject([
      { method: 'GET', url: 'https://id.crm.example/.well-known/oauth-authorization-server' },
    ])
    expect(of(shown, 'registration')).toMatchObject([
      { method: 'POST', url: '{registration_endpoint}', follows: ['discovery'] },
    ])
    expect(of(shown, 'pushed_authorization')).toMatchObject([{ url: 'https://id.crm.example/par' }])
    expect(of(shown, 'authorization')).toMatchObject([
      {
        url: '{authorization_endpoint}?client_id={client_id}&request_uri={request_uri}',
        opensIn: 'browser',
        follows: ['discovery', 'registration', 'pushed_authorization'],
      },
    ])
    expect(of(shown, 'token')).toMatchObject([{ url: '{token_endpoint}' }])
  })

  it('says what cannot be made from what is given, and shows the rest', async () => {
    const { baseUrl: _, ...without } = crm()
    const shown = await previewed(without)
    expect(shown.unavailable).toMatchObject([
      { purpose: 'call', code: 'target_refused', message: expect.stringContaining('no base URL') },
    ])
    expect(of(shown, 'token')).toHaveLength(1)
  })

  it('has every fault at once, as creating it would', async () => {
    const faulty = {
      key: 'a b',
      baseUrl: 'ftp://x',
      auth: { type: 'oauth2', tokenUrl: 'https://{nobody}.x.example' },
    }
    const [shown, created] = [
      await preview(faulty),
      await sallyport.request('POST', '/v1/integrations', faulty),
    ]
    expect([shown.status, shown.body.code]).toEqual([422, 'definition_invalid'])
    expect(shown.body.errors.length).toBeGreaterThan(2)
    expect(shown.body.errors).toEqual(created.body.errors)
  })

  it('stores nothing, and sends nothing', async () => {
    const at = `${provider.origin}/`
    const auth = { authorizationUrl: `${at}authorize`, tokenUrl: `${at}token`, revokeUrl: `${at}revoke` }
    const before = provider.received().length
    const audit = (await sallyport.request('GET', '/v1/audit')).body.items.length
    await previewed({ ...crm(auth), parameters: [], baseUrl: at, request: {} })
    expect(provider.received().length).toBe(before)
    expect((await sallyport.request('GET', '/v1/audit')).body.items.length).toBe(audit)
    expect((await sallyport.request('GET', '/v1/integrations/crm')).status).toBe(404)
  })

  it('of a change takes what stays from what is stored, and shows no secret of it', async () => {
    const stored = { ...crm(), key: 'stored' }
    const created = await sallyport.request('POST', '/v1/integrations', stored)
    const patch = { auth: { clientAuthentication: 'body' }, request: { query: { lang: null } } }
    const reply = await preview(patch, { integration: 'STORED' })
    expect(reply.status, reply.text).toBe(201)
    expect(reply.text).not.toContain('canary')
    const [token] = of(reply.body, 'token')
    expect(token?.body).toContain('client_secret=[secret]')
    expect(of(reply.body, 'call')[0]?.url).toBe('https://{shop}.crm.example/v1')
    const page = new URL(of(reply.body, 'authorization')[0]?.url ?? '')
    expect(page.searchParams.get('redirect_uri')).toBe(created.body.redirectUri)
    expect((await sallyport.request('GET', '/v1/integrations/stored')).body.auth.clientAuthentication).toBe(
      'basic',
    )
    expect((await preview(patch, { integration: 'absent' })).status).toBe(404)
  })

  it('of one whose OAuth client is another’s has that one’s requests, and none of its secrets', async () => {
    const { type: _, ...fields } = crm().auth
    const client = {
      ...fields,
      authorizationUrl: 'https://id.example/authorize',
      tokenUrl: 'https://id.example/token',
    }
    const made = { key: 'shared', name: 'Shared', hosts: ['id.example'], ...client }
    const created = await sallyport.request('POST', '/v1/oauth-clients', made)
    expect(created.status, created.text).toBe(201)
    const reply = await preview({ ...crm(), auth: { type: 'oauth2', client: 'shared', scopes: ['more'] } })
    expect(reply.status, reply.text).toBe(201)
    expect(reply.text).not.toContain('canary')
    const page = new URL(of(reply.body, 'authorization')[0]?.url ?? '')
    expect(page.searchParams.get('scope')).toBe('read write all more')
    expect(of(reply.body, 'token')[0]?.headers).toContainEqual({
      name: 'authorization',
      value: 'Basic [secret]',
    })
    expect(page.searchParams.get('redirect_uri')).toBe(created.body.redirectUri)
  })

  it('of an entry of the catalogue needs only what that leaves open', async () => {
    const shown = await previewed({
      key: 'gh',
      provider: 'github',
      auth: { clientId: 'x', clientSecret: 'y' },
    })
    expect(of(shown, 'authorization')[0]?.url).toMatch(/^https:\/\/github\.com\/login\/oauth\/authorize\?/)
    const open = await preview({ key: 'gh', provider: 'github' })
    expect(open.body.errors).toMatchObject([{ path: '/auth/clientId', code: 'required' }])
  })

  it('tells what the JWTs say that it carries, and signs them with nobody’s key', async () => {
    const jwt = { algorithm: 'RS256', privateKey: '{key}', payload: { sub: '{shop}' }, use: 'assertion' }
    const auth = { grant: 'jwt_bearer', jwt, clientSecret: undefined, authorizationUrl: undefined }
    const parameters = [...crm().parameters, { name: 'key', required: true, secret: true }]
    const shown = await previewed({ ...crm(auth), parameters })
    const [token] = of(shown, 'token')
    expect(token?.body).toMatch(/(^|&)assertion=\[secret\]/)
    expect(token?.assertions).toMatchObject([
      {
        header: { alg: 'RS256', typ: 'JWT' },
        payload: {
          sub: '{shop}',
          aud: 'https://{shop}.crm.example/token',
          iss: expect.stringMatching(/^client-/),
        },
      },
    ])
  })

  it('of files shows the server, and of a private key no signature of it', async () => {
    const parameters = [{ name: 'host', kind: 'host', required: true }]
    const auth = { type: 'sftp', host: '{host}', hostKey: `SHA256:${'a'.repeat(43)}` }
    const files = { key: 'files', name: 'Files', parameters, auth, hosts: ['*.example.com'] }
    const shown = await previewed(files)
    expect(shown.requests).toMatchObject([{ purpose: 'files', url: 'sftp://[secret]@{host}:22/' }])
    const keyed = await previewed({
      ...{ key: 'k', name: 'K', baseUrl: 'https://api.example.com' },
      parameters: [{ name: 'key', required: true, secret: true }],
      auth: { type: 'jwt', algorithm: 'ES256', privateKey: '{key}', payload: { iss: 'me' } },
    })
    expect(of(keyed, 'call')[0]?.headers).toContainEqual({ name: 'Authorization', value: 'Bearer [secret]' })
  })
})
