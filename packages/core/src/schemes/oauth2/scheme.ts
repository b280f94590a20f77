import { type Definition, type Fault, type OAuth2, pointer } from '@sallyport/contract'
import { SallyportError } from '../../error.ts'
import { Secret } from '../../secret.ts'
import { placeValues } from '../placement.ts'
import type { Scheme, TemplateField } from '../scheme.ts'
import { isToken } from '../token-reply.ts'
import { detailsWarnings } from './authorization-details.ts'
import { begin } from './authorize.ts'
import { complete } from './callback.ts'
import { definitionFaults } from './definition-faults.ts'
import { dpopSigning, tokenWord } from './dpop-signing.ts'
import { revoke } from './revoke.ts'
import { requestToken, splitScopes } from './token-request.ts'

/** OAuth 2.0 (RFC 6749): authorization code with PKCE, client credentials, refresh. */
export const oauth2Scheme: Scheme = {
  templates,
  faults: definitionFaults,
  placeable: () => ['token', 'token.accessToken'],
  defaultPlacement: [{ in: 'header' }],
  secretFaults: (definition, given) => [
    ...['accessToken', 'refreshToken'].flatMap((name) => tokenFaults(name, given[name])),
    ...missingToken(definition, given),
  ],
  connects: (definition) => (block(definition).grant === 'client_credentials' ? 'fetched' : 'authorized'),

  adopt(given, { clock }) {
    if (given.accessToken === undefined) return undefined
    const now = clock.now()
    return {
      accessToken: new Secret(String(given.accessToken)),
      refreshToken: given.refreshToken === undefined ? undefined : new Secret(String(given.refreshToken)),
      tokenType: 'bearer',
      issuedAt: now,
      expiresAt: given.expiresAt === undefined ? undefined : Date.parse(String(given.expiresAt)),
      scopes: given.scope === undefined ? [] : splitScopes(String(given.scope), ' '),
    }
  },

  fetch(ports, connection, credential) {
    const auth = block(connection.definition)
    const scope = auth.scopes.map((text) => connection.render(text, 'text')).join(auth.scopeDelimiter)
    return requestToken(ports, connection, {
      grantType: 'client_credentials',
      parameters: scope ? { scope } : {},
      scopes: auth.scopes,
      dpopKey: credential.tokens?.dpopKey,
    })
  },

  authorization: (definition) =>
    block(definition).grant === 'authorization_code' ? { begin, complete } : undefined,

  async renew(ports, connection, credential) {
    const previous = credential.tokens
    if (previous?.refreshToken) {
      // No scope: the refreshed token has the ones that were granted (RFC 6749 §6).
      const tokens = await requestToken(ports, connection, {
        grantType: 'refresh_token',
        parameters: { refresh_token: previous.refreshToken.reveal() },
        scopes: previous.scopes,
        previous,
      })
      return { ...tokens, refreshToken: tokens.refreshToken ?? previous.refreshToken }
    }
    if (oauth2Scheme.connects(connection.definition) === 'fetched' && oauth2Scheme.fetch) {
      return oauth2Scheme.fetch(ports, connection, credential)
    }
    throw new SallyportError('renewal_unsupported')
  },

  renewable: (definition, tokens) =>
    tokens?.refreshToken !== undefined || block(definition).grant === 'client_credentials',
  revoke,
  authErrors: (definition) => block(definition).authErrors,
  renewal: (definition) => block(definition).renewal,
  warnings: (definition, account) =>
    account && account.generation > 0 ? detailsWarnings(block(definition), account.kept) : [],

  place(connection, credential, placements) {
    const token = credential.tokens?.accessToken.reveal() ?? ''
    const values = { ...connection.values, token, 'token.accessToken': token }
    return placeValues(placements, values, tokenWord(credential))
  },
  signing: dpopSigning,

  token: (credential) =>
    credential.tokens
      ? { accessToken: credential.tokens.accessToken, tokenType: tokenWord(credential) }
      : undefined,
}

/** Whoever brings living tokens brings an access token among them. */
function missingToken(_definition: Definition, given: Readonly<Record<string, unknown>>): Fault[] {
  const named = Object.keys(given)
  if (named.length === 0 || given.accessToken !== undefined) return []
  return [{ path: '/secret/accessToken', code: 'required', message: 'This field is required. Give it.' }]
}

/** What no header could carry is refused before it is stored (B7). */
function tokenFaults(name: string, token: unknown): Fault[] {
  if (token === undefined || isToken(token)) return []
  const message =
    'A token is 1 to 65536 visible ASCII characters. Check that nothing else was copied with it.'
  return [{ path: `/secret/${name}`, code: 'value_refused', message }]
}

function block(definition: Definition): OAuth2 {
  return definition.auth as OAuth2
}

function urlField(name: string, text: string, receives: 'definition_secret' | 'browser'): TemplateField {
  return {
    path: `/auth/${name}`,
    text,
    slot: 'url',
    receives,
    ...(receives === 'browser' && { shown: true }),
  }
}

function templates(auth: Readonly<Record<string, unknown>>): TemplateField[] {
  const urls: TemplateField[] = (
    [
      ['issuer', 'definition_secret'],
      ['authorizationUrl', 'browser'],
      ['tokenUrl', 'definition_secret'],
      ['revokeUrl', 'definition_secret'],
      ['deviceUrl', 'definition_secret'],
      ['parUrl', 'definition_secret'],
    ] as const
  ).flatMap(([field, receives]) => {
    const text = auth[field]
    return typeof text === 'string' ? [urlField(field, text, receives)] : []
  })
  const texts = ['clientId', 'clientSecret'].map((field): [string, unknown] => [
    `/auth/${field}`,
    auth[field],
  ])
  for (const list of ['scopes', 'resource', 'authorizationParams'] as const) {
    const entries = typeof auth[list] === 'object' && auth[list] !== null ? Object.entries(auth[list]) : []
    texts.push(
      ...entries.map(([name, value]): [string, unknown] => [`/auth/${list}${pointer([name])}`, value]),
    )
  }
  return [
    ...urls,
    ...texts.flatMap(([path, text]): TemplateField[] => {
      if (typeof text !== 'string') return []
      const isShown = path !== '/auth/clientSecret' && auth.grant !== 'client_credentials'
      return [{ path, text, slot: 'text', ...(isShown && { shown: true }) }]
    }),
  ]
}
