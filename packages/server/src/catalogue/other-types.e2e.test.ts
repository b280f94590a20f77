import type { ProviderEntry } from '@sallyport/contract'
import { expect, test } from 'vitest'
import { type Journey, journeyOf } from './life-cycle.suite.ts'
import { notPreviewed } from './preview.suite.ts'
import { entriesOfCatalogue, startWorld, throughStages } from './stages.suite.ts'

const parameters = [
  { name: 'user', required: true },
  { name: 'word', required: true, secret: true },
]
const login = { user: '{user}', word: '{word}' }
const token = 'https://id.example.com/token'
const client = { type: 'oauth2', tokenUrl: token, clientId: 'id', clientSecret: 's/e c', scopes: ['a', 'b'] }
const key = { name: 'key', required: true, secret: true }

/** What the catalogue has no entry for so far. */
const definitions: Readonly<Record<string, object>> = {
  'a login in JSON': {
    parameters,
    auth: {
      ...{ type: 'custom_token', tokenUrl: token, tokenRequest: { format: 'json', body: login } },
      tokenReply: { accessToken: '/data/token', expiresIn: '/data/ends', expiryUnit: 'epoch_ms' },
      revokeUrl: 'https://id.example.com/logout',
    },
    placement: { in: 'header', name: 'X-Auth', template: '{token}' },
  },
  'a login in XML, after a step': {
    parameters,
    auth: {
      ...{ type: 'custom_token', tokenUrl: token },
      steps: [{ url: 'https://id.example.com/start', reply: { tokens: { first: 'header:X-First' } } }],
      tokenRequest: { format: 'xml', headers: { 'X-First': '{token.first}' }, body: { login } },
      tokenReply: { accessToken: 'header:X-Session', refreshToken: '/refresh', expiresIn: '/ttl' },
      refreshRequest: { body: { refresh: '{token.refreshToken}' } },
      refreshUrl: 'https://id.example.com/refresh',
    },
    placement: { in: 'query', name: 'session' },
  },
  'a login that sets cookies': {
    parameters,
    auth: {
      ...{ type: 'cookie', loginUrl: 'https://app.example.com/login', loginRequest: { body: login } },
      ...{ cookies: ['sid', 'csrf'], csrf: { from: 'cookie:csrf', header: 'X-CSRF' } },
      logoutUrl: 'https://app.example.com/logout',
    },
  },
  'a signature of HMAC': {
    auth: {
      ...{ type: 'hmac', encoding: 'base64' },
      message:
        '{request.method}\n{request.host}\n{request.pathWithQuery}\n{request.timestamp}\n{request.bodyHash}',
      headers: { Authorization: 'HMAC {signature}', 'X-Time': '{request.timestamp}' },
    },
  },
  'a signature in the query': {
    auth: {
      ...{ type: 'hmac', algorithm: 'sha512', message: '{request.path}?{request.query}' },
      query: { time: '{request.timestampMs}', sign: '{signature}' },
    },
  },
  digest: { auth: { type: 'digest' } },
  'a signature of AWS': { auth: { type: 'aws_sigv4', region: 'eu-west-1', service: 'execute-api' } },
  'a JWT for each call': {
    parameters: [key, { name: 'app', required: true }],
    auth: { type: 'jwt', algorithm: 'ES256', privateKey: '{key}', payload: { iss: '{app}' } },
  },
  'OAuth 1.0a by RSA': {
    parameters: [key],
    auth: {
      ...{ type: 'oauth1', signatureMethod: 'RSA-SHA1', consumerKey: 'consumer', privateKey: '{key}' },
      ...{ realm: 'here', requestTokenUrl: 'https://id.example.com/request' },
      ...{
        authorizationUrl: 'https://id.example.com/authorize',
        accessTokenUrl: 'https://id.example.com/access',
      },
    },
  },
  'another device': {
    auth: { ...client, grant: 'device_code', deviceUrl: 'https://id.example.com/device' },
  },
  'a password': { auth: { ...client, grant: 'password' } },
  'a client’s assertion': {
    parameters: [key],
    auth: {
      ...{
        ...client,
        clientSecret: undefined,
        grant: 'client_credentials',
        clientAuthentication: 'private_key_jwt',
      },
      jwt: { algorithm: 'PS256', privateKey: '{key}', header: { kid: 'k' } },
    },
  },
  'a secret in an assertion': {
    auth: { ...client, grant: 'client_credentials', clientAuthentication: 'client_secret_jwt' },
  },
  'an exchange of tokens': {
    parameters: [{ name: 'subject', required: true, secret: true }],
    auth: {
      ...client,
      grant: 'token_exchange',
      tokenExchange: { subjectToken: '{subject}', audience: ['x', 'y'] },
    },
  },
  'a computed value': {
    auth: {
      ...{ ...client, grant: 'client_credentials' },
      computed: { sign: { hash: 'sha256', of: '{client.id}|{request.timestamp}', key: '{client.secret}' } },
      tokenRequest: { headers: { 'X-Sign': '{computed.sign}', 'X-Time': '{request.timestamp}' } },
    },
  },
}

test('types and grants that the catalogue has no entry for, and its providers on other devices, live through the same stages', async () => {
  const world = await startWorld()
  const entries = [
    ...Object.entries(definitions).map(([name, definition], index) =>
      entryOf(`other-${index}`, name, definition),
    ),
    ...entriesOfCatalogue().filter(hasDevices).map(onDevice),
  ]
  const journeys = entries.map((entry): Journey => {
    const journey = journeyOf(world, entry)
    const { definition: whole } = journey.emulated.use
    return { ...journey, input: { ...whole, key: journey.key, name: entry.name } }
  })
  const { failures } = await throughStages(world, journeys)
  const surprises = await Promise.all(journeys.map((journey) => notPreviewed(world, journey)))
  await world.close()
  expect(surprises.flat().join('\n')).toBe('')
  expect(
    failures.map(({ journey, stage, message }) => `${journey.entry.name} at ${stage}: ${message}`),
  ).toEqual([])
})

function hasDevices({ definition: { auth } }: ProviderEntry): boolean {
  return 'deviceUrl' in auth && auth.deviceUrl !== undefined
}

/** The same provider, for whoever authorizes on another device. */
function onDevice({ definition, ...entry }: ProviderEntry): ProviderEntry {
  const auth = { ...definition.auth, grant: 'device_code' } as typeof definition.auth
  return { ...entry, id: `${entry.id}-device`, definition: { ...definition, auth } }
}

function entryOf(id: string, name: string, definition: object): ProviderEntry {
  return {
    ...{ id, name, family: 'other', version: 1 },
    definition: { baseUrl: 'https://api.example.com/v1', ...definition } as ProviderEntry['definition'],
    evidence: { confidence: 'curated', sources: 0, agreement: 0 },
  }
}
