import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addresses, clients, hostLists, movingHosts } from './bad-addresses.suite.ts'
import { headersAndTemplates, parameterLists, shapes } from './bad-definitions.suite.ts'
import { logins } from './bad-logins.suite.ts'
import { api, type Json, oauth } from './definitions.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'

let sallyport: TestSallyport
beforeAll(async () => {
  // As in production: no private address may be reached.
  sallyport = await startSallyport({ SALLYPORT_ALLOWED_PRIVATE_CIDRS: '' })
})
afterAll(() => sallyport.close())

const create = (definition: unknown) => sallyport.request('POST', '/v1/integrations', definition)

interface Fault {
  readonly path: string
  readonly code: string
  readonly message: string
}

/** What a sentence holds that says what to do: an imperative, or must. */
const advice =
  /\b(add|check|choose|correct|encode|give|have the operator|list|must|name|remove|use|write)\b.*\.$/i

describe('a bad definition', () => {
  const bad = [
    shapes,
    addresses,
    hostLists,
    headersAndTemplates,
    parameterLists,
    clients,
    movingHosts,
    logins,
  ].flat()

  it.each(bad)('is refused for %s, by path and with what to do, and not stored', async (...row) => {
    const [, definition, path, code] = row
    const reply = await create(definition)
    expect(reply.status).toBe(422)
    expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(reply.body.code).toBe('definition_invalid')
    expect(reply.body.errors).toEqual([{ path, code, message: expect.stringMatching(advice) }])
    expect((await sallyport.request('GET', '/v1/integrations')).body).toEqual({ items: [] })
  })

  it('has all its faults named at once, twelve here', async () => {
    const reply = await create({
      key: 'my-api',
      name: '',
      baseUrl: 'https://api.example.com/{region}',
      parameters: [{ name: 'token' }],
      auth: {
        type: 'oauth2',
        grant: 'implicit',
        authorizationUrl: 'javascript:alert(1)',
        tokenUrl: 'http://auth.example.com/token',
        authorizationParams: { state: 'x' },
      },
      hosts: ['*'],
      request: { headers: { 'X-Tenant': 'a\r\nb' } },
      colour: 'blue',
    })
    expect(reply.status).toBe(422)
    expect(reply.body.errors.map(({ path }: Fault) => path).sort()).toEqual([
      '/auth/authorizationParams/state',
      '/auth/authorizationUrl',
      '/auth/clientId',
      '/auth/grant',
      '/auth/tokenUrl',
      '/baseUrl',
      '/colour',
      '/hosts/0',
      '/key',
      '/name',
      '/parameters/0/name',
      '/request/headers/X-Tenant',
    ])
  })
})

describe('a sound definition', () => {
  const examples: Json[] = [
    {
      key: 'twitter',
      name: 'Twitter',
      baseUrl: 'https://api.twitter.com',
      auth: {
        type: 'oauth2',
        grant: 'client_credentials',
        tokenUrl: 'https://api.twitter.com/oauth2/token',
        tokenMethod: 'POST',
        authorizationUrl: 'https://api.twitter.com/oauth2/token',
        scopes: ['read'],
        clientId: '…',
        clientSecret: '…',
        clientAuthentication: 'basic',
      },
      placement: { in: 'header', name: 'Authorization', template: 'Bearer {token}' },
    },
    {
      key: 'giphy',
      name: 'GIPHY',
      baseUrl: 'https://api.giphy.com',
      auth: { type: 'api_token' },
      placement: { in: 'query', name: 'api_key', template: '{token}' },
    },
    {
      key: 'erp',
      name: 'ERP',
      baseUrl: 'https://{serverName}.example.com/api',
      parameters: [{ name: 'serverName', label: 'Server', required: true, pattern: '^[a-z0-9-]+$' }],
      auth: { type: 'basic' },
      request: { headers: { 'X-Tenant': '{serverName}' }, query: { v: '2' } },
    },
  ]

  it.each(examples)('is accepted as written, and shown without its secrets: $key', async (example) => {
    const reply = await create(example)
    expect(reply.status).toBe(201)
    const { clientSecret, ...auth } = example.auth as Json
    expect(reply.body).toMatchObject({ ...example, auth })
    expect(reply.body.id).toMatch(/^int_[0-9a-z]+$/)
    expect(reply.body.secretsSet).toEqual(clientSecret === undefined ? [] : ['/auth/clientSecret'])
    expect(reply.body.auth).not.toHaveProperty('clientSecret')
    expect((await sallyport.request('GET', `/v1/integrations/${example.key}`)).body).toEqual(reply.body)
  })

  it('gets a warning, and no more, where its base URL alone is plain http', async () => {
    const reply = await create(api({ key: 'plain', baseUrl: 'http://api.example.com' }))
    expect(reply.status).toBe(201)
    expect(reply.body.warnings).toEqual([{ code: 'plain_http', message: expect.stringMatching(advice) }])
  })

  it('shows a redirect URI only where a person authorizes', async () => {
    const code = (await create(oauth({}, { key: 'withcode' }))).body
    const credentials = (await create(oauth({ grant: 'client_credentials' }, { key: 'without' }))).body
    expect(code.redirectUri).toBe(`${sallyport.origin}/callback/${code.id}`)
    expect(credentials).not.toHaveProperty('redirectUri')
  })

  it.each([
    [
      'the author lists the hosts that may get his client secret',
      oauth({ tokenUrl: 'https://{x}/t' }, host('host', { hosts: ['*.example.com'] })),
    ],
    [
      'a label leaves the owner of the host as it is',
      oauth({ tokenUrl: 'https://{x}.example.com/t' }, host('label')),
    ],
    [
      'there is no client secret',
      oauth({ tokenUrl: 'https://{x}/t', clientSecret: undefined }, host('host')),
    ],
    [
      'client id and secret are the account’s own',
      oauth({ tokenUrl: 'https://{x}/t', clientId: '{x}', clientSecret: '{s}' }, host('host')),
    ],
    [
      'the client secret is not sent where the host moves',
      oauth({}, { ...host('host'), baseUrl: 'https://{x}/api' }),
    ],
  ])('may let accounts move a host where %s', async (what, definition) => {
    const reply = await create({ ...definition, key: what.replaceAll(/[^a-z]/g, '') })
    expect(reply.body.errors).toBeUndefined()
    expect(reply.status).toBe(201)
  })

  it('may hold braces that are text, and hosts with a dot at the end, a port or a scheme', async () => {
    const definition = api({
      key: 'braces',
      request: { headers: { 'X-A': '{{token}} {} {"a": 1}' }, body: { text: '{{x}}' } },
      hosts: ['API.example.com.', '*.example.org:8443', 'https://other.example.com'],
    })
    expect((await create(definition)).status).toBe(201)
  })
})

function host(kind: string, fields: Json = {}): Json {
  return {
    parameters: [
      { name: 'x', kind },
      { name: 's', secret: true },
    ],
    ...fields,
  }
}
