import { type Definition, type Fault, type OAuth2, pointer } from '@sallyport/contract'
import { SallyportError } from '../../error.ts'
import { Secret } from '../../secret.ts'
import { placeValues } from '../placement.ts'
import type { Credential, Scheme, TemplateField } from '../scheme.ts'
import { isToken } from '../token-reply.ts'
import { detailsWarnings } from './authorization-details.ts'
import { begin } from './authorize.ts'
import { complete } from './callback.ts'
import { definitionFaults } from './definition-faults.ts'
import { deviceAuthorization } from './device.ts'
import { dpopSigning, tokenWord } from './dpop-signing.ts'
import { grantTemplates } from './grant-templates.ts'
import { grantRequest, grantWarnings, isBrowsed, isFetched } from './grants.ts'
import { revoke } from './revoke.ts'
import { requestToken, splitScopes } from './token-request.ts'
import { tryClient } from './try-client.ts'

/** OAuth 2.0 (RFC 6749): authorization code with PKCE, client credentials, refresh. */
export const oauth2Scheme: Scheme = {
  templates,
  faults: definitionFaults,
  placeable: () => ['token', 'token.accessToken'],
  defaultPlacement: [{ in: 'header' }],
  secretFaults: (definition, given) => [
    ...['accessToken', 'refreshToken'].flatMap((name) => tokenFaults(name, given[name])),
    ...(block(definition).grant === 'password' ? missingPassword(given) : missingToken(given)),
  ],
  connects: (definition) => (isFetched(block(definition).grant) ? 'fetched' : 'authorized'),

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

  fetch: async (ports, connection, credential) =>
    requestToken(ports, connection, {
      ...grantRequest(ports, connection, credential),
      dpopKey: credential.tokens?.dpopKey,
    }),

  authorization: (definition) =>
    block(definition).grant === 'authorization_code' ? { begin, complete } : undefined,

  device: (definition) => (block(definition).grant === 'device_code' ? deviceAuthorization : undefined),

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

  renewable: (definition, tokens) => tokens?.refreshToken !== undefined || isFetched(block(definition).grant),
  secretToKeep,
  revoke,
  tryClient,
  authErrors: (definition) => block(definition).authErrors,
  renewal: (definition) => block(definition).renewal,
  warnings: (definition, account) => [
    ...grantWarnings(block(definition).grant),
    ...(account && account.generation > 0 ? detailsWarnings(block(definition), account.kept) : []),
  ],

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
function missingToken(given: Readonly<Record<string, unknown>>): Fault[] {
  const named = Object.keys(given)
  if (named.length === 0 || given.accessToken !== undefined) return []
  return [required('/secret/accessToken')]
}

/** The password grant fetches with both, unless somebody brings living tokens. */
function missingPassword(given: Readonly<Record<string, unknown>>): Fault[] {
  if (given.accessToken !== undefined) return []
  return ['username', 'password'].filter((name) => !given[name]).map((name) => required(`/secret/${name}`))
}

function required(path: string): Fault {
  return { path, code: 'required', message: 'This field is required. Give it.' }
}

/** A refresh token is as good as the password, and can be taken back (RFC 9700 §2.4; B13). */
function secretToKeep(_definition: Definition, { secret, tokens }: Credential): Credential['secret'] {
  if (!tokens?.refreshToken) return secret
  return Object.fromEntries(Object.entries(secret).filter(([name]) => name !== 'password'))
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
  const texts: [string, unknown][] = [['/auth/clientId', auth.clientId]]
  for (const list of ['scopes', 'resource', 'authorizationParams'] as const) {
    const entries = typeof auth[list] === 'object' && auth[list] !== null ? Object.entries(auth[list]) : []
    texts.push(
      ...entries.map(([name, value]): [string, unknown] => [`/auth/${list}${pointer([name])}`, value]),
    )
  }
  return [
    ...urls,
    ...grantTemplates(auth),
    ...texts.flatMap(([path, text]): TemplateField[] => {
      if (typeof text !== 'string') return []
      return [{ path, text, slot: 'text', ...(isBrowsed(auth.grant) && { shown: true }) }]
    }),
  ]
}
