import { IntegrationInput } from '@sallyport/contract'
import { expect, test } from 'vitest'
import type { ProviderRequest } from '../message.ts'
import { declaredProvider } from './declared-provider.ts'

const addresses = { origin: 'http://127.0.0.1:1', mount: 'm' }

/** A provider of the authorization code grant; `auth` says what is otherwise. */
function provider(auth: object = {}, { listedHosts }: { listedHosts?: readonly string[] } = {}) {
  let now = Date.UTC(2026, 0, 1)
  const definition = IntegrationInput.parse({
    ...{ key: 'a', name: 'A', baseUrl: 'http://127.0.0.1:1/m/api.example.com' },
    auth: {
      ...{ type: 'oauth2', pkce: 'off', clientId: 'id', clientSecret: 's', clientAuthentication: 'body' },
      authorizationUrl: 'http://127.0.0.1:1/m/id.example.com/authorize',
      tokenUrl: 'http://127.0.0.1:1/m/id.example.com/token',
      ...auth,
    },
  })
  const made = declaredProvider({
    definition,
    addresses,
    parameters: {},
    secret: {},
    listedHosts,
    now: () => now,
  })
  const send = (
    method: string,
    path: string,
    form: Record<string, string> = {},
    headers = {},
    query = '',
  ) => {
    const text = new URLSearchParams(form).toString()
    const isGet = method === 'GET'
    const { reply, reasons } = made.respond({
      ...{ method, path: `/m/${path}`, query: isGet ? text : query, rawHeaders: [] },
      headers: { ...(!isGet && { 'content-type': 'application/x-www-form-urlencoded' }), ...headers },
      body: Buffer.from(isGet ? '' : text),
    } as ProviderRequest)
    const body =
      typeof reply.body === 'string' && reply.body.startsWith('{') ? JSON.parse(reply.body) : undefined
    return { ...reply, body, reasons }
  }
  const client = { client_id: 'id', client_secret: 's' }
  const code = () => {
    const query = { response_type: 'code', client_id: 'id', redirect_uri: 'https://app/cb', state: 'x' }
    const { headers } = send('GET', 'id.example.com/authorize', query)
    return new URL(String(headers?.Location)).searchParams.get('code') ?? ''
  }
  const token = (more: Record<string, string> = {}) => {
    const asked = { grant_type: 'authorization_code', code: code(), redirect_uri: 'https://app/cb' }
    return send('POST', 'id.example.com/token', { ...asked, ...client, ...more })
  }
  const refresh = (value: string) =>
    send('POST', 'id.example.com/token', { grant_type: 'refresh_token', refresh_token: value, ...client })
  const call = (value: string) => send('GET', 'api.example.com/x', {}, { authorization: `Bearer ${value}` })
  const pass = (seconds: number) => {
    now += seconds * 1000
  }
  return { made, send, token, refresh, call, pass }
}

test('a code is worth one token, for the redirect URI that it was asked with', () => {
  const { send, token } = provider()
  expect(token({ redirect_uri: 'https://other/cb' }).reasons).toEqual([
    'the redirect URI is not that of the authorization',
  ])
  expect(token({ code: 'made up' }).body).toMatchObject({ error: 'invalid_grant' })
  expect(token().body).toMatchObject({ token_type: 'Bearer', expires_in: 3600 })
  expect(send('GET', 'id.example.com/authorize', { client_id: 'id' }).status).toBe(400)
})

test('on a page somebody says yes or no, and the browser brings the answer back', () => {
  const { made, send } = provider()
  made.conduct.asksOnPage = true
  const query = { response_type: 'code', client_id: 'id', redirect_uri: 'https://app/cb', state: 'x' }
  const address = `id.example.com/authorize?${new URLSearchParams(query)}`
  const answered = (decision: string) => {
    const [path = '', text = ''] = address.split('?')
    const { headers } = send('POST', path, { decision }, {}, text)
    return new URL(String(headers?.Location)).searchParams
  }
  expect(send('GET', 'id.example.com/authorize', query)).toMatchObject({ status: 200, reasons: [] })
  expect([...answered('allow').keys()]).toEqual(['code', 'state'])
  expect(Object.fromEntries(answered('deny'))).toMatchObject({ error: 'access_denied', state: 'x' })
})

test('a token ends when it said that it would', () => {
  const { token, call, pass } = provider()
  const { access_token } = token().body
  pass(3599)
  expect(call(access_token).status).toBe(200)
  pass(1)
  expect(call(access_token)).toMatchObject({ status: 401, body: { error: 'invalid_token' } })
})

test('a refresh token is worth one refresh; used again, it ends all that came of it', () => {
  const { token, refresh, call } = provider()
  const first = token().body
  const second = refresh(first.refresh_token).body
  expect(call(second.access_token).status).toBe(200)
  expect(refresh(first.refresh_token).body).toMatchObject({ error: 'invalid_grant' })
  expect(call(second.access_token).status).toBe(401)
  expect(refresh(second.refresh_token).body).toMatchObject({ error: 'invalid_grant' })
})

test.each([
  [{ rotates: false }, 3600, undefined],
  [{ graceSeconds: 30 }, 29, 'another'],
])('with %j an old refresh token is taken after %d seconds', (rotation, seconds, next) => {
  const { token, refresh, pass } = provider({ renewal: { rotation } })
  const first = token().body
  expect(typeof refresh(first.refresh_token).body.refresh_token).toBe(next ? 'string' : 'undefined')
  pass(seconds)
  expect(refresh(first.refresh_token).status).toBe(200)
})

test('replies stand where the definition says, and errors hide in a success where it says so', () => {
  const { token } = provider({
    tokenReply: {
      ...{
        accessToken: '/data/0/token',
        expiresIn: '/data/0/ends',
        expiryUnit: 'iso',
        refreshToken: 'header:X-R',
      },
      ...{ keep: { site: '/site/id' }, error: { path: '/code', success: ['OK'], description: '/text' } },
    },
  })
  const { body, headers } = token()
  expect(body).toEqual({
    data: [{ token: expect.any(String), ends: '2026-01-01T01:00:00.000Z' }],
    ...{ site: { id: 'keptsite' }, code: 'OK' },
  })
  expect(headers).toMatchObject({ 'X-R': expect.any(String) })
  expect(token({ client_secret: 'wrong' })).toMatchObject({
    status: 200,
    body: { code: 'invalid_client', text: 'the field client_secret is not {client.secret}' },
  })
})

test('a renewal that comes too early is refused where the definition says from when it is not', () => {
  const { token, refresh, pass } = provider({ renewal: { notBefore: 570 } })
  const { refresh_token, expires_in } = token().body
  expect(expires_in).toBe(600)
  expect(refresh(refresh_token).status).toBe(400)
  pass(570)
  expect(token().status).toBe(200)
})

test('a token before its exchange opens nothing, and one after it cannot be exchanged again', () => {
  const url = 'http://127.0.0.1:1/m/id.example.com/exchange'
  const { token, send, call } = provider({ followUps: [{ url, reply: { accessToken: '/long' } }] })
  const short = token().body.access_token
  const exchange = (value: string) =>
    send('GET', 'id.example.com/exchange', {}, { authorization: `Bearer ${value}` })
  expect(call(short).reasons).toEqual(['the access token has to be exchanged first'])
  const { long } = exchange(short).body
  expect(call(long).status).toBe(200)
  expect(exchange(long).reasons).toEqual(['the access token is not the one of this step'])
})

test('a credential for a host that the definition does not list is refused, wherever it goes', () => {
  const { token } = provider({}, { listedHosts: ['api.example.com', '*.other.example'] })
  expect(token()).toMatchObject({
    status: 403,
    reasons: ['id.example.com is not among the hosts of the definition'],
  })
})

test('what no address leads to is said to be nothing', () => {
  const { send } = provider()
  expect(send('GET', 'evil.example.com/x').reasons).toEqual([
    'no address of the definition leads to /m/evil.example.com/x',
  ])
})
