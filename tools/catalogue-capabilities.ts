import type { ProviderEntry } from '@sallyport/contract'

/** Something that providers do in their own way, where a definition says it, and how to see that one does. */
export type Capability = readonly [name: string, field: string, has: (entry: ProviderEntry) => boolean]

type Fields = Readonly<Record<string, unknown>>

const authOf = ({ definition }: ProviderEntry): Fields => definition.auth
const placementsOf = ({ definition }: ProviderEntry) => [definition.placement ?? []].flat()
const parametersOf = ({ definition }: ProviderEntry) => definition.parameters ?? []

const authSays = (name: string) => (entry: ProviderEntry) => authOf(entry)[name] !== undefined
const authIs = (name: string, value: unknown) => (entry: ProviderEntry) => authOf(entry)[name] === value
const isType = (type: string, grant?: string) => (entry: ProviderEntry) =>
  authOf(entry).type === type &&
  (grant === undefined || (authOf(entry).grant ?? 'authorization_code') === grant)
/** Whether a text stands somewhere in a part of the definition. */
const holds = (part: (entry: ProviderEntry) => unknown, pattern: RegExp) => (entry: ProviderEntry) =>
  pattern.test(JSON.stringify(part(entry)) ?? '')
const hasParameter =
  (fits: (parameter: ReturnType<typeof parametersOf>[number]) => unknown) => (entry: ProviderEntry) =>
    parametersOf(entry).some(fits)

/** Shows the access token in place of a refresh token. */
const isRenewedAlive = (entry: ProviderEntry) => {
  const shown = JSON.stringify(authOf(entry).refreshRequest) ?? ''
  return /\{token(\.accessToken)?\}/.test(shown) && !shown.includes('{token.refreshToken}')
}

/** In the order of the page. */
export const capabilities: Readonly<Record<string, readonly Capability[]>> = {
  Type: [
    ['a person authorizes', '`oauth2`', isType('oauth2', 'authorization_code')],
    ['client credentials', '`oauth2`, `grant: "client_credentials"`', isType('oauth2', 'client_credentials')],
    ['a signed assertion', '`oauth2`, `grant: "jwt_bearer"`', isType('oauth2', 'jwt_bearer')],
    ['an API token', '`api_token`', isType('api_token')],
    ['user name and password', '`basic`', isType('basic')],
    ['OAuth 1.0a', '`oauth1`', isType('oauth1')],
    ['files', '`sftp`', isType('sftp')],
  ],
  Addresses: [
    [
      'a parameter in the login’s',
      '`authorizationUrl`',
      holds((entry) => authOf(entry).authorizationUrl, /\{\w+\}/),
    ],
    [
      'a parameter in the token endpoint’s',
      '`tokenUrl`',
      holds((entry) => authOf(entry).tokenUrl, /\{\w+\}/),
    ],
    ['a parameter in the API’s', '`baseUrl`', holds(({ definition }) => definition.baseUrl, /\{\w+\}/)],
    ['a host that is a parameter', '`kind: "host"`', hasParameter(({ kind }) => kind === 'host')],
    ['a whole address that is a parameter', '`kind: "url"`', hasParameter(({ kind }) => kind === 'url')],
    [
      'known from a reply or the callback',
      '`{kept.…}`',
      holds(({ definition: { baseUrl, auth } }) => [baseUrl, { ...auth, revokeRequest: 0 }], /\{kept\.\w+\}/),
    ],
    ['hosts that the client secret may go to', '`hosts`', ({ definition }) => definition.hosts !== undefined],
    ['hosts that only you know', '`open`', ({ open = [] }) => open.some(({ path }) => path === '/hosts')],
    ['refreshes elsewhere', '`refreshUrl`', authSays('refreshUrl')],
    ['revocation', '`revokeUrl`', authSays('revokeUrl')],
    ['other devices', '`deviceUrl`', authSays('deviceUrl')],
    ['several APIs of one client', '`api`, `version`', ({ apis }) => apis !== undefined],
  ],
  Parameters: [
    ['any', '`parameters`', (entry) => parametersOf(entry).length > 0],
    ['a pattern', '`pattern`', hasParameter(({ pattern }) => pattern)],
    ['choices', '`choices`', hasParameter(({ choices }) => choices)],
    ['a default', '`default`', hasParameter(({ default: preset }) => preset !== undefined)],
    ['secret', '`secret`', hasParameter(({ secret }) => secret)],
  ],
  Authorization: [
    ['without PKCE', '`pkce: "off"`', authIs('pkce', 'off')],
    ['scopes that are always asked for', '`scopes`', authSays('scopes')],
    ['scopes joined otherwise', '`scopeDelimiter`', authSays('scopeDelimiter')],
    ['further parameters', '`authorizationParams`', authSays('authorizationParams')],
    [
      'other names',
      '`authorizationNames`, `callbackNames`',
      (entry) => authSays('authorizationNames')(entry) || authSays('callbackNames')(entry),
    ],
    [
      'values from the callback',
      '`keep: {"x": "callback:x"}`',
      holds((entry) => authOf(entry).tokenReply, /callback:/),
    ],
    ['resource indicators', '`resource`', authSays('resource')],
  ],
  Token: [
    ['client in the body', '`clientAuthentication: "body"`', authIs('clientAuthentication', 'body')],
    ['a request of its own', '`tokenRequest`', authSays('tokenRequest')],
    [
      'in JSON',
      '`tokenRequest.format: "json"`',
      holds((entry) => authOf(entry).tokenRequest, /"format":"json"/),
    ],
    ['a refresh of its own', '`refreshRequest`', authSays('refreshRequest')],
    [
      'by GET',
      '`tokenMethod`, `method`',
      holds(
        (entry) => [authOf(entry).tokenMethod, authOf(entry).tokenRequest, authOf(entry).refreshRequest],
        /"GET"/,
      ),
    ],
    ['replies of its own', '`tokenReply`', authSays('tokenReply')],
    ['values kept from the reply', '`keep`', holds((entry) => authOf(entry).tokenReply, /"keep":\{[^}]*"\//)],
    ['errors in a success', '`tokenReply.error`', holds((entry) => authOf(entry).tokenReply, /"error":/)],
    ['requests after the token', '`followUps`', authSays('followUps')],
    ['a revocation of its own', '`revokeRequest`', authSays('revokeRequest')],
    ['replies that mean it has ended', '`authErrors`', authSays('authErrors')],
  ],
  Calls: [
    [
      'a header of its own',
      '`placement.name`',
      (entry) =>
        placementsOf(entry).some((placement) => placement.in === 'header' && placement.name !== undefined),
    ],
    [
      'another word before the token',
      '`placement.template`',
      (entry) =>
        placementsOf(entry).some(
          (placement) =>
            placement.in === 'header' && placement.name === undefined && placement.template !== undefined,
        ),
    ],
    [
      'in the query',
      '`placement.in: "query"`',
      (entry) => placementsOf(entry).some((placement) => placement.in === 'query'),
    ],
    ['several places', '`placement: […]`', (entry) => placementsOf(entry).length > 1],
    [
      'composed user names and passwords',
      '`username`, `password`',
      (entry) => authSays('username')(entry) || authSays('password')(entry),
    ],
    [
      'constant headers',
      '`request.headers`',
      ({ definition }) =>
        Object.values(definition.request?.headers ?? {}).some((text) => !text.includes('{')),
    ],
    [
      'headers from values',
      '`request.headers`',
      ({ definition }) => Object.values(definition.request?.headers ?? {}).some((text) => text.includes('{')),
    ],
    ['a request to try accounts with', '`test`', ({ definition }) => definition.test !== undefined],
    ['limits that replies tell', '`rateLimit`', ({ definition }) => definition.rateLimit !== undefined],
    ['paging', '`paging` of the entry', ({ paging }) => paging !== undefined],
  ],
  'Life of a credential': [
    [
      'renewed after it has ended',
      '`tokenUrl`',
      (entry) => authSays('tokenUrl')(entry) && !isRenewedAlive(entry),
    ],
    ['renewed while it lives', '`refreshRequest` with `{token.accessToken}`', isRenewedAlive],
    ['given anew after it was refused', '`secret`', (entry) => !authSays('tokenUrl')(entry)],
    [
      'not renewed before a moment',
      '`renewal.notBefore`',
      holds((entry) => authOf(entry).renewal, /notBefore/),
    ],
    ['revoked when it is disconnected', '`revokeUrl`', authSays('revokeUrl')],
  ],
}
