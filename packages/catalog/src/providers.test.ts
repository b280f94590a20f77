import { checkDefinition, definitionFrom } from '@sallyport/core'
import { expect, test } from 'vitest'
import { Catalogue } from './catalogue.ts'

const catalogue = new Catalogue()
const client = { clientId: 'id', clientSecret: 'secret' }

/** The definition that an entry makes, as it is kept. */
async function definition(id: string, input: Readonly<Record<string, unknown>> = {}) {
  const entry = await catalogue.entry(id)
  if (!entry) throw new Error(`There is no entry ${id}.`)
  const { raw } = definitionFrom(entry, { key: 'api', ...input })
  return checkDefinition({ allowedPrivate: [], exemptOrigins: new Set() }, raw).definition
}

test('Salesforce: the login host is asked for, the API’s is told with the token; a session that ended is a 401', async () => {
  expect(await definition('salesforce', { auth: client })).toMatchObject({
    baseUrl: '{kept.instanceUrl}',
    parameters: [{ name: 'hostname', default: 'login.salesforce.com', kind: 'host' }],
    hosts: ['*.salesforce.com'],
    auth: {
      grant: 'authorization_code',
      tokenUrl: 'https://{hostname}/services/oauth2/token',
      clientAuthentication: 'body',
      tokenReply: { keep: { instanceUrl: '/instance_url' } },
      authErrors: { statuses: [401], path: '/0/errorCode', values: ['INVALID_SESSION_ID'] },
    },
  })
})

test('Salesforce by JWT: each account signs with its own key, and no client secret is asked for', async () => {
  expect(await definition('salesforce-jwt')).toMatchObject({
    auth: {
      grant: 'jwt_bearer',
      jwt: {
        algorithm: 'RS256',
        privateKey: '{privateKey}',
        payload: { iss: '{clientId}', sub: '{username}', aud: 'https://{hostname}' },
      },
    },
  })
})

test('Shopify: a header of its own, commas between scopes, no PKCE, tokens that end', async () => {
  const hosts = ['example.myshopify.com']
  expect(await definition('shopify', { auth: client, hosts })).toMatchObject({
    baseUrl: 'https://{shop}.myshopify.com',
    placement: { in: 'header', name: 'X-Shopify-Access-Token', template: '{token}' },
    auth: {
      pkce: 'off',
      scopeDelimiter: ',',
      tokenRequest: { body: { expiring: 1 } },
      tokenReply: { refreshExpiresIn: '/refresh_token_expires_in' },
    },
  })
})

test('Zendesk: an address for each subdomain, and a lifetime that has to be asked for', async () => {
  expect(await definition('zendesk', { auth: client })).toMatchObject({
    baseUrl: 'https://{subdomain}.zendesk.com',
    auth: { tokenRequest: { body: { expires_in: 172800, scope: '{scope}' }, format: 'json' } },
  })
  expect(await definition('zendesk-api-key')).toMatchObject({
    auth: { type: 'basic', username: '{secret.username}/token' },
  })
})

test('Google: a refresh token comes only where it is asked for', async () => {
  expect(await definition('google', { auth: client })).toMatchObject({
    auth: {
      authorizationUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
      authorizationParams: { access_type: 'offline', prompt: 'consent' },
    },
  })
})

test('HubSpot: the client in the body, and a header that says how much is left', async () => {
  expect(await definition('hubspot', { auth: client })).toMatchObject({
    baseUrl: 'https://api.hubapi.com',
    auth: { tokenUrl: 'https://api.hubapi.com/oauth/v1/token', clientAuthentication: 'body' },
    rateLimit: { remainingHeader: 'x-hubspot-ratelimit-remaining' },
    test: { method: 'GET', path: '/account-info/v3/details' },
  })
})

test('Stripe: an account is told with the token, and goes by it; a key is a user name without password', async () => {
  expect(await definition('stripe', { auth: client })).toMatchObject({
    auth: {
      pkce: 'off',
      tokenReply: { keep: { stripeUserId: '/stripe_user_id' } },
      revokeRequest: { body: { client_id: '{client.id}', stripe_user_id: '{kept.stripeUserId}' } },
    },
  })
  expect(await definition('stripe-api-key')).toMatchObject({
    auth: { type: 'basic', password: '' },
    request: { headers: { 'stripe-context': '{stripeContext}' } },
  })
})

test('Twilio: user name and password, tried with the account’s own record', async () => {
  const { auth, test: trial } = await definition('twilio')
  expect(auth).toEqual({ type: 'basic' })
  expect(trial?.path).toBe('/2010-04-01/Accounts/{accountSid}.json')
})

test('Plaid: two headers, one of them the secret', async () => {
  expect(await definition('plaid')).toMatchObject({
    baseUrl: 'https://{environment}.plaid.com',
    placement: [
      { in: 'header', name: 'PLAID-CLIENT-ID', template: '{clientId}' },
      { in: 'header', name: 'PLAID-SECRET', template: '{token}' },
    ],
    request: { headers: { 'Plaid-Version': '2020-09-14' } },
  })
})

test('Kustomer, SendGrid and MX: hosts by organization, region and environment', async () => {
  expect((await definition('kustomer')).baseUrl).toBe('https://{orgName}.api.kustomerapp.com')
  expect(await definition('sendgrid')).toMatchObject({
    baseUrl: 'https://{region}.sendgrid.com',
    parameters: [{ name: 'region', default: 'api', choices: ['api', 'api.eu'] }, { name: 'onBehalfOf' }],
    request: { headers: { 'on-behalf-of': '{onBehalfOf}' } },
  })
  expect(await definition('mx')).toMatchObject({
    auth: { type: 'basic' },
    request: { headers: { Accept: 'application/vnd.mx.api.v1+json' } },
  })
})

test('Airtable: PKCE, the client in a header, a refresh token that ends', async () => {
  expect(await definition('airtable', { auth: client })).toMatchObject({
    auth: {
      pkce: 'S256',
      clientAuthentication: 'basic',
      tokenReply: { refreshExpiresIn: '/refresh_expires_in' },
    },
    rateLimit: { defaultPause: 30 },
  })
})

test('Zoho: the callback names the server that gives tokens, and the token names the API’s', async () => {
  const { auth, baseUrl, hosts, placement } = await definition('zoho-crm', { auth: client })
  expect(auth).toMatchObject({
    tokenUrl: '{kept.accounts}/oauth/v2/token',
    tokenReply: { keep: { accounts: 'callback:accounts-server', apiDomain: '/api_domain' } },
  })
  expect(baseUrl).toBe('{kept.apiDomain}')
  expect(hosts).toContain('accounts.zoho.eu')
  expect(placement).toBeUndefined()
})

test('Xero and Jira: what the account belongs to is looked up after the token', async () => {
  expect(await definition('xero', { auth: client })).toMatchObject({
    auth: {
      followUps: [{ url: 'https://api.xero.com/connections', reply: { keep: { tenantId: '/0/tenantId' } } }],
    },
    request: { headers: { 'xero-tenant-id': '{kept.tenantId}' } },
  })
  expect(await definition('jira', { auth: client })).toMatchObject({
    baseUrl: 'https://api.atlassian.com/ex/jira/{kept.cloudId}',
    auth: { authorizationParams: { audience: 'api.atlassian.com' }, scopes: ['offline_access'] },
  })
})

test('Facebook and Instagram: tokens are exchanged for ones that last, and renewed by themselves', async () => {
  expect(await definition('facebook', { auth: client })).toMatchObject({
    auth: { refreshRequest: { method: 'GET', body: { fb_exchange_token: '{token.accessToken}' } } },
  })
  expect(await definition('instagram', { auth: client })).toMatchObject({
    auth: {
      followUps: [{ query: { grant_type: 'ig_exchange_token' }, reply: { accessToken: '/access_token' } }],
      refreshUrl: 'https://graph.instagram.com/refresh_access_token',
    },
  })
})

test('TikTok, monday and Amazon: names of their own for what OAuth calls otherwise', async () => {
  expect(await definition('tiktok-personal', { auth: client })).toMatchObject({
    auth: {
      authorizationNames: { client_id: 'client_key' },
      tokenRequest: { body: { client_key: '{client.id}' } },
    },
  })
  expect(await definition('monday', { auth: client })).toMatchObject({
    auth: { authorizationNames: { response_type: null } },
  })
  expect(await definition('amazon-selling-partner', { auth: client })).toMatchObject({
    auth: { callbackNames: { code: 'spapi_oauth_code' } },
    placement: { in: 'header', name: 'x-amz-access-token', template: '{token}' },
  })
})

test('Genesys, client credentials: id and secret are each account’s own, so that its region may choose the host', async () => {
  expect(await definition('genesys-cloud-client-credentials')).toMatchObject({
    parameters: [
      { name: 'region', kind: 'host' },
      { name: 'clientId', required: true },
      { name: 'clientSecret', required: true, secret: true },
    ],
    auth: { grant: 'client_credentials', clientId: '{clientId}', clientSecret: '{clientSecret}' },
  })
})

test('SFTP: host, port, folder and host key are asked for', async () => {
  const { parameters } = await definition('sftp')
  expect(parameters?.map(({ name }) => name)).toEqual(['host', 'port', 'root', 'hostKeyFingerprint'])
})
