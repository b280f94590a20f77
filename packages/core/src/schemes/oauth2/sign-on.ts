import { type Definition, type OAuth2, oauth2 } from '@sallyport/contract'
import type * as oauth from 'oauth4webapi'
import { type DestinationPolicy, mayUsePlainHttp } from '../../destination/policy.ts'
import { parseUrl } from '../../destination/url.ts'
import { SallyportError } from '../../error.ts'
import type { Secret } from '../../secret.ts'
import type { Connection, FlowMemory, SchemePorts, Tokens } from '../scheme.ts'
import { parseStrictJson } from '../strict-json.ts'
import { begin } from './authorize.ts'
import { complete } from './callback.ts'
import { publishedMetadata } from './discovery.ts'
import { claimsOf } from './identity.ts'

/** The client as which an organization is known to its identity provider. */
export interface SignOnClient {
  readonly issuer: string
  readonly clientId: string
  /** Undefined for a public client. */
  readonly clientSecret: Secret | undefined
  /** Beside `openid`. */
  readonly scopes: readonly string[]
}

/** Who signed on, as their identity provider says. Only issuer and subject name a person. */
export interface SignedOn {
  readonly issuer: string
  readonly subject: string
  readonly email: string | undefined
  readonly isEmailVerified: boolean
  readonly name: string | undefined
  /** When the provider saw a proof of that, where it says. */
  readonly authenticatedAt: number | undefined
}

export interface SignOnPorts extends SchemePorts {
  readonly policy: DestinationPolicy
}

/** Where a browser signs on (OpenID Connect Core §3.1.2.1), with PKCE and a nonce; the memory is for `completeSignOn`. */
export async function beginSignOn(
  ports: SignOnPorts,
  client: SignOnClient,
  request: {
    readonly redirectUri: string
    readonly state: string
    /** Have the person prove once more who they are. */
    readonly anew?: boolean
  },
): Promise<{ readonly url: string; readonly memory: FlowMemory }> {
  const { connection } = await connected(ports, client, request.anew ? { prompt: 'login', max_age: '0' } : {})
  return begin(ports, connection, request)
}

/**
 * Who came back: the provider's answer, its code redeemed, its id_token verified.
 *
 * @throws SallyportError flow_refused, flow_invalid, or as a token request does
 */
export async function completeSignOn(
  ports: SignOnPorts,
  client: SignOnClient,
  answer: {
    readonly parameters: URLSearchParams
    readonly redirectUri: string
    readonly memory: FlowMemory
  },
): Promise<SignedOn> {
  const { connection, metadata } = await connected(ports, client)
  const tokens = await complete(ports, connection, answer)
  if (!tokens.idToken) throw refused('it sent no id_token')
  const claims = await claimsOf(ports, connection, tokens, answer.memory.nonce ?? '')
  const { iss = '', sub } = claims
  // Many providers say in the token only who it is, and the rest where the access token is shown (§5.4).
  const more = claims.email === undefined ? await userInfo(ports, connection, metadata, tokens) : undefined
  if (more && more.sub !== sub) throw refused('its userinfo is about somebody else')
  const { email, email_verified: verified, name } = { ...claims, ...more }
  return {
    issuer: iss,
    subject: sub,
    email: typeof email === 'string' && email.length <= 320 ? email : undefined,
    isEmailVerified: verified === true || verified === 'true',
    name: typeof name === 'string' ? displayName(name) : undefined,
    authenticatedAt: typeof claims.auth_time === 'number' ? claims.auth_time * 1000 : undefined,
  }
}

async function connected(
  ports: SignOnPorts,
  client: SignOnClient,
  authorizationParams: Readonly<Record<string, string>> = {},
) {
  const asked = connectionOf(ports.policy, client, {})
  const metadata = await publishedMetadata(ports, asked, client.issuer)
  if (!metadata) throw refused('its issuer publishes no metadata (OpenID Connect Discovery)')
  const clientAuthentication = authenticationAt(client, metadata)
  return {
    connection: connectionOf(ports.policy, client, { clientAuthentication, authorizationParams }),
    metadata,
  }
}

/** Basic, which is the default of OpenID Connect Discovery §3, unless the provider takes the other alone. */
function authenticationAt({ clientSecret }: SignOnClient, metadata: oauth.AuthorizationServer) {
  const taken = metadata.token_endpoint_auth_methods_supported
  if (clientSecret === undefined) return 'none'
  const onlyBody =
    Array.isArray(taken) && taken.includes('client_secret_post') && !taken.includes('client_secret_basic')
  return onlyBody ? 'body' : 'basic'
}

/** No templates here: what stands in an identity provider's fields is meant as it is written. */
function connectionOf(
  policy: DestinationPolicy,
  client: SignOnClient,
  more: Pick<Partial<OAuth2>, 'clientAuthentication' | 'authorizationParams'>,
): Connection {
  const { issuer, clientId, clientSecret, scopes } = client
  const auth = oauth2.definition.parse({
    type: 'oauth2',
    issuer,
    clientId,
    scopes: [...new Set(['openid', ...scopes])],
    ...more,
  })
  const home = parseUrl(issuer)?.origin
  const reachable = (text: string) => {
    const url = parseUrl(text)
    if (!url || (url.protocol === 'http:' && !mayUsePlainHttp(policy, url))) {
      throw new SallyportError('address_blocked', {
        message:
          'An identity provider has to be at https addresses. Correct the issuer, or what it publishes.',
      })
    }
    return url
  }
  const connection: Connection = {
    definition: { key: 'signOn', name: 'Sign-on', auth } as unknown as Definition,
    values: {},
    definitionSecrets: clientSecret ? { '/auth/clientSecret': clientSecret } : {},
    forbiddenGrants: new Set(),
    renderUrl: (text) => text,
    holds: () => true,
    render: (text) => text,
    permit(text, { publishedByIssuer = false }) {
      const url = reachable(text)
      if (!publishedByIssuer && url.origin !== home) throw new SallyportError('host_not_allowed')
      return url
    },
    keeping: () => connection,
    inProfile: () => connection,
    permitBrowser: (text) => void reachable(text),
    tls: () => undefined,
  }
  return connection
}

/** OpenID Connect Core §5.3; undefined where the provider has none, or will not say. */
async function userInfo(
  ports: SignOnPorts,
  connection: Connection,
  { userinfo_endpoint: address }: oauth.AuthorizationServer,
  { accessToken }: Tokens,
): Promise<Record<string, unknown> | undefined> {
  if (address === undefined) return undefined
  const reply = await ports.send({
    url: connection.permit(address, { sends: 'credential', publishedByIssuer: true }),
    method: 'GET',
    headers: { accept: 'application/json', authorization: `Bearer ${accessToken.reveal()}` },
    body: undefined,
  })
  const document = reply.status === 200 ? parseStrictJson(reply.body) : undefined
  const isObject = typeof document === 'object' && document !== null && !Array.isArray(document)
  return isObject ? (document as Record<string, unknown>) : undefined
}

/** Letters of any script, none of the characters that nobody sees. */
function displayName(text: string): string | undefined {
  const plain = text.normalize('NFC').replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')
  return plain.trim().slice(0, 200).trim() || undefined
}

function refused(why: string): SallyportError {
  return new SallyportError('flow_refused', {
    message: `The identity provider cannot be relied on: ${why}. Nobody was logged in. Ask your administrator.`,
  })
}
