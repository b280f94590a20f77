import type { ProviderReply } from '@sallyport/contract'

const files = import.meta.glob<string>('../../../../catalog/providers/*.json', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** Every entry of the catalogue. */
export const entries: readonly ProviderReply[] = Object.values(files).map((text) => JSON.parse(text))

const token = { in: 'header', name: 'Authorization', template: 'Bearer {token}' }

/** One of each type, with what its type alone has. */
export const samples: readonly Readonly<Record<string, unknown>>[] = [
  {
    ...{ key: 'twitter', name: 'Twitter', baseUrl: 'https://api.twitter.com', placement: token },
    auth: {
      ...{ type: 'oauth2', grant: 'client_credentials', tokenUrl: 'https://api.twitter.com/oauth2/token' },
      ...{ scopes: ['read'], clientId: 'id', clientAuthentication: 'basic', authorizationParams: {} },
      jwt: { algorithm: 'RS256', header: { typ: 'JWT' }, payload: { sub: '{client.id}', exp: null, n: 1 } },
      tokenRequest: { method: 'POST', headers: { Accept: 'application/json' }, body: { a: null, b: [1] } },
      tokenReply: { accessToken: '/data/token', keep: { realm: 'callback:realmId', url: '/url' } },
      followUps: [
        { url: 'https://api.twitter.com/x', basic: { username: 'u', password: 'p' }, onRenewal: true },
      ],
      computed: { sum: { hash: 'sha256', of: '{client.id}', encoding: 'hex' } },
      renewal: { before: 60, rotation: { graceSeconds: 30 } },
      authErrors: { statuses: [401], path: '/error', values: ['expired'], revoked: { statuses: [400] } },
    },
  },
  {
    key: 'giphy',
    name: 'GIPHY',
    auth: { type: 'api_token' },
    placement: [token, { in: 'query', name: 'k' }],
  },
  {
    ...{ key: 'erp', name: 'ERP', baseUrl: 'https://{server}.example.com' },
    parameters: [
      { name: 'server', label: 'Server', required: true, pattern: '^[a-z]+$', choices: ['a', 'b'] },
    ],
    auth: { type: 'basic', username: '{secret.username}/token' },
    request: { headers: { 'X-Tenant': '{server}' }, query: { v: '2' }, body: { tenant: { id: 1 } } },
    ...{ hosts: ['*.example.com'], test: { method: 'GET', path: '/me', status: 200 } },
    limits: { concurrency: 4, rate: { requests: 1, seconds: 0.5 }, perAccount: { concurrency: 1 } },
    ...{ timeouts: { connect: 2.5 }, retry: { times: 2, statuses: [503] } },
    rateLimit: { statuses: [429], reset: { path: 'header:x-reset', unit: 'epoch_s' } },
  },
  {
    ...{ key: 'directory', name: 'Directory' },
    auth: {
      ...{ type: 'custom_token', tokenUrl: 'https://dir.example.com/login', tokenMethod: 'GET' },
      steps: [{ url: 'https://dir.example.com/first', reply: { keep: { nonce: '/nonce' } } }],
      tokenRequest: { format: 'json', body: 'as it is' },
    },
  },
  { key: 'files', name: 'Files', auth: { type: 'sftp', host: '{host}', port: '{port}' } },
  { key: 'drop', name: 'Drop', auth: { type: 'sftp', host: 'files.example.com', port: 22, root: '/in' } },
  { key: 'signed', name: 'Signed', auth: { type: 'jwt', algorithm: 'HS256', payload: { iss: 'x' } } },
  { key: 'camera', name: 'Camera', auth: { type: 'digest' }, tls: { ca: 'PEM' } },
  { key: 'old', name: 'Old', auth: { type: 'oauth1', consumerKey: 'k', signatureMethod: 'PLAINTEXT' } },
  { key: 'cloud', name: 'Cloud', auth: { type: 'aws_sigv4', region: 'eu-west-1', service: 's3' } },
  {
    key: 'mac',
    name: 'MAC',
    auth: { type: 'hmac', message: '{request.body}', headers: { 'X-Sign': '{signature}' } },
  },
  {
    ...{ key: 'forum', name: 'Forum' },
    auth: { type: 'cookie', loginUrl: 'https://f.example.com', csrf: { from: 'cookie:t', header: 'X-T' } },
  },
  { key: 'crm', name: 'CRM', auth: { type: 'oauth2', client: 'shared', scopes: ['contacts'] } },
]
