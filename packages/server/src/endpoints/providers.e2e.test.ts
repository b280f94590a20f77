import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { person } from '../authorization.suite.ts'
import { startSallyport, type TestReply, type TestSallyport } from '../sallyport.suite.ts'
import { type Json, newKey, rest } from './rest.suite.ts'

let sallyport: TestSallyport
let provider: LoopbackProvider

beforeAll(async () => {
  provider = await loopbackProvider()
  sallyport = await startSallyport()
})
afterAll(async () => {
  await sallyport.close()
  await provider.close()
})

const post = (path: string, body?: unknown) => sallyport.request('POST', path, body)
const get = (path: string) => sallyport.request('GET', path)
const json = (value: unknown) => ({
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(value),
})

/** Makes an integration from an entry with what it leaves open, and what is to be otherwise. */
async function integration(id: string, fields: Json = {}): Promise<TestReply['body']> {
  const reply = await post('/v1/integrations', { key: newKey(), provider: id, ...fields })
  expect(reply.status, reply.text).toBe(201)
  return reply.body
}

/** Connects an account, and returns what its call of `GET /items` looks like to the API. */
async function received({ key }: TestReply['body'], fields: Json) {
  provider.script('ANY /api/*', json({}))
  const account = await rest(sallyport).account(key, fields)
  const reply = await sallyport.request('GET', `/proxy/${account.id}/items`)
  expect(reply.status, reply.text).toBe(200)
  const sent = provider.received('GET /api/items').at(-1)
  return { path: sent?.path, query: sent?.query, headers: sent?.headers ?? {} }
}

/** Where the browser of somebody who authorizes an account is sent. */
async function authorization({ key }: TestReply['body'], parameters: Json = {}): Promise<URL> {
  const { id } = await rest(sallyport).account(key, { parameters })
  const { body } = await post(`/v1/accounts/${id}/authorize`, {})
  return person().toProvider(body.authorizationUrl)
}

describe('the catalogue', () => {
  test('is searched by name, family and type, page by page', async () => {
    const first = await get('/v1/providers?q=salesforce&limit=2')
    expect(first.body.items[0]).toEqual({
      ...{ id: 'salesforce', name: 'Salesforce', family: 'salesforce', auth: 'oauth2' },
      ...{ docs: expect.stringMatching(/^https:/), asks: ['Client ID', 'Client secret'] },
    })
    const next = await get(`/v1/providers?q=salesforce&limit=2&cursor=${first.body.nextCursor}`)
    expect([first.body.items.length, next.body.items.length]).toEqual([2, 2])
    expect(next.body.items).not.toContainEqual(first.body.items[1])
    const keys = await get('/v1/providers?family=airtable&auth=api_token')
    expect(keys.body).toEqual({
      items: [expect.objectContaining({ id: 'airtable-pat', auth: 'api_token' })],
    })
    expect((await get('/v1/providers?kind=oauth2')).status).toBe(422)
  })

  test('shows what is known of a provider, how well, and what it leaves open', async () => {
    const { body } = await get('/v1/providers/hubspot')
    expect(body).toMatchObject({
      ...{ id: 'hubspot', auth: 'oauth2', docs: expect.stringContaining('https://') },
      open: [
        { path: '/auth/clientId', label: 'Client ID', required: true },
        { path: '/auth/clientSecret', label: 'Client secret', secret: true },
        { path: '/auth/scopes', label: 'Scopes' },
      ],
      evidence: { agreement: expect.any(Number), sources: expect.any(Number) },
    })
    expect((await get('/v1/providers/nowhere')).status).toBe(404)
    expect((await get('/v1/providers/..%2Funusable')).status).toBe(404)
  })
})

describe('operations of an entry', () => {
  test('are listed page by page, those of its family that it can reach', async () => {
    expect((await get('/v1/providers/google-mail')).body.operations).toBe(
      '/v1/providers/google-mail/operations',
    )
    const mail = await get('/v1/providers/google-mail/operations')
    expect(mail.body.items.map(({ id }: Json) => id)).toEqual(['listMessages', 'sendMessage'])
    expect(mail.body.items[0]).toMatchObject({
      ...{ evidence: { level: 'public_source' }, input: { properties: { q: { type: 'string' } } } },
      steps: [{ kind: 'http', paging: { kind: 'cursor', cursor: '/nextPageToken' } }],
    })
    const first = await get('/v1/providers/google/operations?limit=3')
    const next = await get(`/v1/providers/google/operations?limit=100&cursor=${first.body.nextCursor}`)
    expect([first.body.items.length, next.body.items.length, next.body.nextCursor]).toEqual([
      3,
      10,
      undefined,
    ])
  })

  test('are none where none are known, and nothing is said of providers that are not there', async () => {
    expect((await get('/v1/providers/giphy')).body).not.toHaveProperty('operations')
    expect((await get('/v1/providers/giphy/operations')).body).toEqual({ items: [] })
    expect((await get('/v1/providers/nowhere/operations')).status).toBe(404)
    expect((await get('/v1/providers/zendesk-sell/operations')).body).toEqual({ items: [] })
  })
})

describe('taking operations over', () => {
  test('one is a copy under a key of its own, of which each field can be said otherwise', async () => {
    const key = newKey()
    const made = await post('/v1/operations', {
      ...{ key, provider: 'twilio', operation: 'sendMessage', name: 'Text somebody' },
      input: { properties: { From: { default: '+13175550101' } } },
    })
    expect(made.status, made.text).toBe(201)
    expect(made.body).toMatchObject({
      ...{ key, name: 'Text somebody', provider: 'twilio' },
      input: { required: ['To'], properties: { From: { type: 'string', default: '+13175550101' } } },
      steps: [
        { kind: 'http', method: 'POST', path: '/2010-04-01/Accounts/{account.accountSid}/Messages.json' },
      ],
    })
    for (const field of ['operation', 'evidence', 'example', 'providers'])
      expect(made.body).not.toHaveProperty(field)
    const { id, createdAt, updatedAt, ...exported } = made.body
    expect((await post('/v1/operations', { ...exported, key: newKey() })).status).toBe(201)
  })

  test('goes as the page writes it', async () => {
    const page = readFileSync(new URL('../../../../docs/integrations/README.md', import.meta.url), 'utf8')
    const examples = [...page.matchAll(/^POST (\S+)\n(\{.*\})$/gm)]
    const asked = examples.filter(([, path = '']) => !path.endsWith('/run') && !path.endsWith('/input'))
    for (const [, path = '', body = ''] of asked) {
      const reply = await post(path, JSON.parse(body))
      expect(reply.status, reply.text).toBe(201)
    }
    expect(examples.length).toBe(4)
  })

  test('several leave those alone that are there already, and name what there is not', async () => {
    const path = '/v1/providers/genesys-cloud-client-credentials/operations'
    const all = await post('/v1/providers/genesys-cloud/operations', {})
    expect([all.body.items.length, all.body.skipped]).toEqual([13, []])
    const before = await get('/v1/operations/genesysCloudListUsers')
    const again = await post(path, { operations: ['listUsers'] })
    expect([again.status, again.body]).toEqual([201, { items: [], skipped: ['genesysCloudListUsers'] }])
    expect((await get('/v1/operations/genesysCloudListUsers')).body).toEqual(before.body)
    const unknown = await post(path, { operations: ['listUsers', 'getMe'] })
    expect([unknown.status, unknown.body.errors]).toMatchObject([
      422,
      [{ path: '/operations/1', code: 'unknown_operation' }],
    ])
    expect((await post('/v1/providers/nowhere/operations', {})).status).toBe(404)
    const nothing = await post('/v1/operations', { provider: 'giphy', operation: 'search' })
    expect(nothing.body.errors).toMatchObject([{ path: '/operation', code: 'unknown_operation' }])
    const nobody = await post('/v1/operations', { provider: 'nowhere', operation: 'search' })
    expect(nobody.body.errors).toMatchObject([{ path: '/provider', code: 'unknown_provider' }])
  })
})

describe('an integration from an entry', () => {
  test('is a whole definition that says where it comes from, and stays what it is', async () => {
    const made = await integration('twilio')
    expect(made).toMatchObject({
      name: 'Twilio',
      provider: 'twilio',
      providerVersion: 2,
      auth: { type: 'basic' },
    })
    const patched = await sallyport.request('PATCH', `/v1/integrations/${made.key}`, { name: 'Ours' })
    expect(patched.body).toMatchObject({ name: 'Ours', provider: 'twilio', test: made.test })
    const { id, secretsSet, warnings, createdAt, updatedAt, ...exported } = made
    const again = await post('/v1/integrations', { ...exported, key: newKey(), test: undefined })
    expect(again.body).not.toHaveProperty('test')
    expect(again.body).toMatchObject({ provider: 'twilio', providerVersion: 2 })
  })

  test('names at once all that is missing', async () => {
    const reply = await post('/v1/integrations', { provider: 'auth0', name: '' })
    expect([reply.status, reply.body.errors.map(({ path }: Json) => path)]).toEqual([
      422,
      ['/auth/clientId', '/hosts', '/key', '/name'],
    ])
    const unknown = await post('/v1/integrations', { key: newKey(), provider: 'nowhere' })
    expect(unknown.body.errors).toMatchObject([{ path: '/provider', code: 'unknown_provider' }])
  })

  test('with OAuth 2.0 sends people to where the provider asks them, its way', async () => {
    const auth = { clientId: 'id', clientSecret: 'secret', scopes: ['read_orders', 'read_products'] }
    const shopify = await integration('shopify', { auth, hosts: ['example.myshopify.com'] })
    const url = await authorization(shopify, { shop: 'example', apiVersion: '2025-01' })
    const { state, ...query } = Object.fromEntries(url.searchParams)
    expect([url.origin + url.pathname, query]).toEqual([
      'https://example.myshopify.com/admin/oauth/authorize',
      {
        client_id: 'id',
        redirect_uri: shopify.redirectUri,
        response_type: 'code',
        scope: 'read_orders,read_products',
      },
    ])
    const google = await integration('google', { auth })
    expect(Object.fromEntries((await authorization(google)).searchParams)).toMatchObject({
      ...{ access_type: 'offline', prompt: 'consent', code_challenge_method: 'S256' },
    })
    const tiktok = await authorization(await integration('tiktok-personal', { auth }))
    expect([tiktok.searchParams.get('client_key'), tiktok.searchParams.has('client_id')]).toEqual([
      'id',
      false,
    ])
  })

  test('with client credentials gets a token, and the address of the API with it', async () => {
    provider.script('POST /services/oauth2/token', ({ form }) =>
      form.get('client_id') === 'robot' && form.get('client_secret') === 'secret'
        ? json({ access_token: 'at', token_type: 'Bearer', instance_url: `${provider.origin}/api` })
        : { status: 401 },
    )
    const made = await integration('salesforce-cc', {
      auth: { tokenUrl: `${provider.origin}/services/oauth2/token` },
    })
    const parameters = { hostname: 'example.my.salesforce.com', clientId: 'robot', clientSecret: 'secret' }
    const { headers } = await received(made, { parameters })
    expect(headers.authorization).toBe('Bearer at')
  })

  test('with a signed assertion brings what the provider wants to read in it', async () => {
    provider.script(
      'POST /jwt',
      json({ access_token: 'at', token_type: 'Bearer', instance_url: `${provider.origin}/api` }),
    )
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const made = await integration('salesforce-jwt', { auth: { tokenUrl: `${provider.origin}/jwt` } })
    const parameters = {
      ...{ hostname: 'login.salesforce.com', clientId: 'app', username: 'ann@example.com' },
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    }
    await received(made, { parameters })
    const [, claims = ''] = (provider.received('POST /jwt')[0]?.form.get('assertion') ?? '').split('.')
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      ...{ iss: 'app', sub: 'ann@example.com', aud: 'https://login.salesforce.com' },
    })
  })

  test('with a token puts it where the provider looks for it', async () => {
    const baseUrl = `${provider.origin}/api`
    const giphy = await integration('giphy', { baseUrl, test: null })
    expect((await received(giphy, { secret: { token: 'k' } })).query).toBe('api_key=k')
    const plaid = await integration('plaid', { baseUrl })
    const account = { parameters: { clientId: 'c' }, secret: { token: 's' } }
    expect((await received(plaid, account)).headers).toMatchObject({
      ...{ 'plaid-client-id': 'c', 'plaid-secret': 's', 'plaid-version': '2020-09-14' },
    })
    const sendgrid = await integration('sendgrid', { baseUrl, test: null })
    const headers = (await received(sendgrid, { secret: { token: 't' } })).headers
    expect([headers.authorization, headers['on-behalf-of']]).toEqual(['Bearer t', undefined])
  })

  test('with basic puts together what the provider takes for user name and password', async () => {
    const baseUrl = `${provider.origin}/api`
    const sent = async (id: string, fields: Json) => {
      const { headers } = await received(await integration(id, { baseUrl, test: null }), fields)
      return Buffer.from(headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString()
    }
    const secret = { username: 'ann', password: 'p' }
    expect(await sent('zendesk-api-key', { parameters: { subdomain: 'x' }, secret })).toBe('ann/token:p')
    expect(await sent('stripe-api-key', { secret: { username: `rk_test_${'x'.repeat(24)}` } })).toMatch(
      /^rk_test_x+:$/,
    )
    expect(await sent('mx', { secret })).toBe('ann:p')
  })

  test('with OAuth 1.0a signs the request for a token, and sends people on with it', async () => {
    const form = (body: string) => ({
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body,
    })
    provider.script(
      'POST /request',
      form('oauth_token=rt&oauth_token_secret=s&oauth_callback_confirmed=true'),
    )
    const made = await integration('trello', {
      auth: { consumerKey: 'ck', consumerSecret: 'cs', requestTokenUrl: `${provider.origin}/request` },
    })
    const url = await authorization(made)
    expect(url.href).toBe('https://trello.com/1/OAuthAuthorizeToken?expiration=never&oauth_token=rt')
    const signed = provider.received('POST /request')[0]?.headers.authorization
    expect(signed).toMatch(/^OAuth .*oauth_consumer_key="ck".*oauth_signature_method="HMAC-SHA1"/)
  })

  test('of files asks each account for its server', async () => {
    const { auth } = await integration('sftp')
    expect(auth).toMatchObject({ type: 'sftp', host: '{host}', port: '{port}' })
  })
})

test('the examples of the page work as they are written', async () => {
  const page = readFileSync(new URL('../../../../docs/catalogue.md', import.meta.url), 'utf8')
  const examples = [...page.matchAll(/^POST (\S+)\n(\{.*\})$/gm)]
  for (const [, path = '', body = ''] of examples) {
    const reply = await post(path, JSON.parse(body))
    expect(reply.status, reply.text).toBe(201)
  }
  expect(examples.length).toBe(3)
})

test('an OAuth client from an entry serves the provider’s APIs', async () => {
  const key = newKey()
  const made = await post('/v1/oauth-clients', {
    ...{ key, provider: 'google', api: 'google-mail', clientId: 'id', clientSecret: 'secret' },
  })
  expect(made.status, made.text).toBe(201)
  expect(made.body).toMatchObject({
    ...{ name: 'Google', provider: 'google', providerVersion: 2, api: 'google-mail' },
    tokenUrl: 'https://oauth2.googleapis.com/token',
  })
  const calendar = await integration('google-calendar', { auth: { client: key, scopes: ['calendar'] } })
  expect(calendar).toMatchObject({ auth: { type: 'oauth2', client: key, scopes: ['calendar'] } })
  expect((await authorization(calendar)).searchParams.get('scope')).toBe('calendar')
  const wrong = await post('/v1/oauth-clients', { key: newKey(), provider: 'giphy' })
  expect(wrong.body.errors).toContainEqual(expect.objectContaining({ path: '/provider', code: 'no_oauth2' }))
})
