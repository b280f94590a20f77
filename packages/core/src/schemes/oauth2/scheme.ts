import type { Definition, Fault, OAuth2 } from '@sallyport/contract'
import { SallyportError } from '../../error.ts'
import { Secret } from '../../secret.ts'
import { placeValues } from '../placement.ts'
import type { Credential, Scheme } from '../scheme.ts'
import { isToken } from '../token-reply.ts'
import { detailsWarnings } from './authorization-details.ts'
import { begin } from './authorize.ts'
import { complete, consentedToken, isConsent } from './callback.ts'
import { definitionFaults } from './definition-faults.ts'
import { deviceAuthorization } from './device.ts'
import { dpopSigning, tokenWord } from './dpop-signing.ts'
import { grantRequest, grantWarnings, isFetched } from './grants.ts'
import { identityWarnings, withIdentityRenewed } from './identity.ts'
import { previews } from './previews.ts'
import { refresh } from './refresh.ts'
import { renewsByAccessToken } from './request-names.ts'
import { namesRevocation, revoke } from './revoke.ts'
import { keptNames, namedTokens, templateFields } from './template-fields.ts'
import { requestToken, splitScopes } from './token-request.ts'
import { tokenValues } from './token-values.ts'
import { tryClient } from './try-client.ts'

/** OAuth 2.0 (RFC 6749): authorization code with PKCE, client credentials, refresh. */
export const oauth2Scheme: Scheme = {
  templates: templateFields,
  faults: definitionFaults,
  placesByHost: true,
  placeable: (auth) => ['token', 'token.accessToken', ...namedTokens(auth)],
  keeps: keptNames,
  defaultPlacement: [{ in: 'header' }],
  asks: (definition) =>
    block(definition).grant === 'password'
      ? [
          { name: 'username', isRequired: true, isShown: true },
          { name: 'password', isRequired: true },
        ]
      : [],
  held: () => [
    ...[{ name: 'accessToken' }, { name: 'refreshToken' }],
    ...(['expiresAt', 'scope'] as const).map((name) => ({ name, isShown: true }) as const),
  ],
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

  authorization(definition) {
    const { grant, callbackNames } = block(definition)
    if (grant !== 'authorization_code') return undefined
    return { begin, complete, stateName: callbackNames?.state ?? undefined }
  },

  device: (definition) => (block(definition).grant === 'device_code' ? deviceAuthorization : undefined),

  async renew(ports, connection, credential) {
    const previous = credential.tokens
    if (previous && (previous.refreshToken || renewsByAccessToken(connection.definition.auth))) {
      const tokens = await refresh(ports, connection, previous)
      return withIdentityRenewed(ports, connection, tokens, previous)
    }
    if (isConsent(block(connection.definition))) return consentedToken(ports, connection)
    if (oauth2Scheme.connects(connection.definition) === 'fetched' && oauth2Scheme.fetch) {
      return oauth2Scheme.fetch(ports, connection, credential)
    }
    throw new SallyportError('renewal_unsupported')
  },

  renewable: (definition, tokens) =>
    tokens?.refreshToken !== undefined ||
    (tokens !== undefined && renewsByAccessToken(definition.auth)) ||
    oauth2Scheme.connects(definition) === 'fetched' ||
    isConsent(block(definition)),
  spends: (definition, tokens) =>
    tokens !== undefined && (tokens.refreshToken !== undefined || renewsByAccessToken(definition.auth)),
  secretToKeep,
  revocable: namesRevocation,
  revoke,
  tryClient,
  previews,
  authErrors: (definition) => block(definition).authErrors,
  renewal: (definition) => block(definition).renewal,
  warnings: (definition, account) => [
    ...grantWarnings(block(definition).grant),
    ...(account ? identityWarnings(account.kept) : []),
    ...(account && account.generation > 0 ? detailsWarnings(block(definition), account.kept) : []),
  ],

  place(connection, credential, placements) {
    const values = { ...connection.values, ...tokenValues(credential.tokens) }
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
