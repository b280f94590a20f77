import { api, type BadDefinition, type Json } from './definitions.suite.ts'

const parameters = [{ name: 'user' }, { name: 'password', secret: true }]

function custom(auth: Json = {}, fields: Json = {}): Json {
  const sound = { type: 'custom_token', tokenUrl: 'https://api.example.com/login' }
  return api({ parameters, ...fields, auth: { ...sound, ...auth } })
}

function step(fields: Json): Json {
  return custom({ steps: [{ url: 'https://api.example.com/start', ...fields }] })
}

function hmac(auth: Json): Json {
  return api({
    auth: { type: 'hmac', message: '{request.path}', headers: { 'X-S': '{signature}' }, ...auth },
  })
}

function cookie(auth: Json): Json {
  return api({ parameters, auth: { type: 'cookie', loginUrl: 'https://api.example.com/login', ...auth } })
}

/** Logins that could not work, or would send a secret where it does not belong. */
export const logins: readonly BadDefinition[] = [
  ['a custom token without address', custom({ tokenUrl: undefined }), '/auth/tokenUrl', 'required'],
  [
    'a login by plain http',
    custom({ tokenUrl: 'http://api.example.com/x' }),
    '/auth/tokenUrl',
    'https_required',
  ],
  [
    'a login at a private address',
    custom({ tokenUrl: 'https://10.0.0.1/x' }),
    '/auth/tokenUrl',
    'address_blocked',
  ],
  [
    'a first step by plain http',
    step({ url: 'http://api.example.com/x' }),
    '/auth/steps/0/url',
    'https_required',
  ],
  [
    'a log-out by plain http',
    custom({ revokeUrl: 'http://api.example.com/x' }),
    '/auth/revokeUrl',
    'https_required',
  ],
  [
    'a login at a host that it does not list',
    custom({ tokenUrl: 'https://login.example.com/x' }, { hosts: ['api.example.com'] }),
    '/auth/tokenUrl',
    'host_not_listed',
  ],
  [
    'a misspelt placeholder deep in a body',
    custom({ tokenRequest: { format: 'json', body: { a: [{ 'b/c': '{pasword}' }] } } }),
    '/auth/tokenRequest/body/a/0/b~1c',
    'unknown_placeholder',
  ],
  [
    'a client’s secret where there is no client',
    custom({ tokenRequest: { query: { s: '{client.secret}' } } }),
    '/auth/tokenRequest/query/s',
    'placeholder_not_available',
  ],
  [
    'a token before there is one',
    custom({ tokenRequest: { headers: { 'X-A': '{token}' } } }),
    '/auth/tokenRequest/headers/X-A',
    'placeholder_not_available',
  ],
  [
    'a step that asks for what it gives itself',
    step({ body: { x: '{token.one}' }, reply: { tokens: { one: '/one' } } }),
    '/auth/steps/0/body/x',
    'placeholder_not_available',
  ],
  [
    'a line break in a login’s header',
    custom({ tokenRequest: { headers: { 'X-A': 'a\r\nX-B: c' } } }),
    '/auth/tokenRequest/headers/X-A',
    'header_value',
  ],
  [
    'a path that is none',
    custom({ tokenReply: { accessToken: 'data.token' } }),
    '/auth/tokenReply/accessToken',
    'invalid_format',
  ],
  [
    'a token that would be shown',
    custom({ tokenReply: { accessToken: '/t', keep: { session: '/t' } } }),
    '/auth/tokenReply/keep/session',
    'secret_shown',
  ],
  [
    'a step’s token that would be shown',
    step({ reply: { tokens: { one: '/t' }, keep: { one: '/t' } } }),
    '/auth/steps/0/reply/keep/one',
    'secret_shown',
  ],
  [
    'how to read a refresh that is never sent',
    custom({ refreshReply: { accessToken: '/t' } }),
    '/auth/refreshReply',
    'unused',
  ],
  [
    'a named token that nothing gives',
    custom({}, { placement: { in: 'header', name: 'X-A', template: '{token.csrf}' } }),
    '/placement/template',
    'placeholder_not_available',
  ],
  ['a cookie’s name with a space', cookie({ cookies: ['a b'] }), '/auth/cookies/0', 'invalid_format'],
  [
    'an unknown placeholder of a login form',
    cookie({ loginRequest: { body: { u: '{login}' } } }),
    '/auth/loginRequest/body/u',
    'unknown_placeholder',
  ],
  ['a signature that nothing carries', hmac({ headers: { 'X-S': 'x' } }), '/auth/headers', 'required'],
  ['a hash that signs nothing', hmac({ algorithm: 'md5' }), '/auth/algorithm', 'not_a_choice'],
  [
    'a key in a header',
    hmac({ headers: { 'X-S': '{signature}', 'X-K': '{secret.key}' } }),
    '/auth/headers/X-K',
    'placeholder_not_available',
  ],
  ['a signed token', hmac({ message: '{token}' }), '/auth/message', 'placeholder_not_available'],
]
