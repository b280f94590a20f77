import type { Definition, OAuth2 } from '@sallyport/contract'
import * as oauth from 'oauth4webapi'
import { parseRetryAfter } from '../../retry-after.ts'
import type { Secret } from '../../secret.ts'
import { refusedBy, unreadable } from '../grant-failure.ts'
import { withoutSecrets } from '../provider-words.ts'
import type { Connection, Credential, SchemePorts, Tokens } from '../scheme.ts'
import { parseStrictJson } from '../strict-json.ts'
import { authorizationServer, isPublished } from './authorization-server.ts'
import { type ClientAuthentication, withClient } from './client-auth.ts'
import { clientOfTokens } from './registration.ts'
import { authenticatesItself, namesAsked, replacesParameters } from './request-names.ts'
import { secretsAmong, tokenValues, valuesOfRequest } from './token-values.ts'
import { credentialsIn, departed } from './wire.ts'

/** Whether there is an address for it, or an issuer that may publish one. */
export function namesRevocation({ auth }: Definition): boolean {
  const { revokeUrl, issuer } = auth as OAuth2
  return revokeUrl !== undefined || issuer !== undefined
}

/**
 * Revokes the refresh token, then the access token (RFC 7009 §2.1); `left` is told when the second alone is left.
 *
 * @throws GrantFailure as the provider's answer means; EgressError when there was none
 */
export async function revoke(
  ports: SchemePorts,
  connection: Connection,
  credential: Credential,
  left?: (tokens: Tokens) => void,
): Promise<'done' | 'unsupported'> {
  const { tokens } = credential
  const auth = connection.definition.auth as OAuth2
  if (!tokens || !namesRevocation(connection.definition)) return 'unsupported'
  const server = await authorizationServer(ports, connection, 'revocation_endpoint')
  if (server.revocation_endpoint === undefined) return 'unsupported'
  const endpoint = server.revocation_endpoint
  const template = [auth.revokeRequest, auth.computed]
  const own = await clientOfTokens(ports, connection, tokens)
  const outcomes = []
  for (const one of revocationsOf(auth, tokens)) {
    const ask = (client: ClientAuthentication) => revokeOne(ports, own, { server, client, tokens, ...one })
    const outcome = await withClient(ports, own, { endpoint, template }, ask)
    if (outcome === 'done' && one.hint === 'refresh_token') left?.({ ...tokens, refreshToken: undefined })
    outcomes.push(outcome)
  }
  return outcomes.includes('done') ? 'done' : 'unsupported'
}

interface RevokedToken {
  readonly token: Secret
  readonly hint: 'refresh_token' | 'access_token'
}

/**
 * One request for each token, `{token}` being the one that it is about, unless the definition's own request says
 * itself which that is.
 */
function revocationsOf(auth: OAuth2, { accessToken, refreshToken }: Tokens): readonly RevokedToken[] {
  const access = { token: accessToken, hint: 'access_token' } as const
  const refresh = refreshToken && ({ token: refreshToken, hint: 'refresh_token' } as const)
  const asked = [...namesAsked(auth, auth.revokeRequest)]
  if (asked.includes('token.refreshToken')) return refresh ? [refresh] : []
  if (asked.some((name) => name.startsWith('token.'))) return [access]
  // One that names no token means all of the account's: a second would find nothing left to revoke.
  if (replacesParameters(auth.revokeRequest) && !asked.includes('token')) return [access]
  return refresh ? [refresh, access] : [access]
}

interface Revocation extends RevokedToken {
  readonly server: oauth.AuthorizationServer
  readonly client: ClientAuthentication
  readonly tokens: Tokens
}

async function revokeOne(
  ports: SchemePorts,
  connection: Connection,
  { server, client, token, hint, tokens }: Revocation,
): Promise<'done' | 'unsupported'> {
  const auth = connection.definition.auth as OAuth2
  const template = auth.revokeRequest ?? {}
  const given = { ...client.values, ...tokenValues(tokens), token: token.reveal() }
  const values = valuesOfRequest(ports, connection, given)
  const method = authenticatesItself(auth, template) ? () => undefined : client.method
  let outcome: 'done' | 'unsupported' = 'done'
  await oauth.revocationRequest(server, { client_id: client.id || 'none' }, method, token.reveal(), {
    additionalParameters: { token_type_hint: hint },
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: async (url, { headers, body }) => {
      const form = new URLSearchParams(String(body))
      const parameters = new Set(['token', 'token_type_hint'])
      const standard = { url, method: 'POST', headers, form, parameters }
      const rendered = departed(connection, template, standard, values)
      const publishedByIssuer = isPublished(auth, 'revocation_endpoint')
      const reply = await ports.send({
        ...rendered,
        tls: connection.tls('credential'),
        url: connection.permit(rendered.url, { sends: 'credential', publishedByIssuer }),
      })
      const secrets = [
        ...client.secrets,
        ...secretsAmong(connection, values),
        ...credentialsIn(rendered.headers),
      ]
      outcome = judged(ports, reply, secrets)
      return new Response(null, { status: 200 })
    },
  })
  return outcome
}

/** RFC 7009 §2.2: a token that is unknown already is as good as revoked. */
function judged(
  ports: SchemePorts,
  { status, headers, body }: Awaited<ReturnType<SchemePorts['send']>>,
  secrets: readonly string[],
): 'done' | 'unsupported' {
  if (status >= 200 && status < 300) return 'done'
  const words = errorOf(body)
  if (words?.error === 'unsupported_token_type') return 'unsupported'
  if (words?.error === 'invalid_token' || words?.error === 'invalid_grant') return 'done'
  const retryAfter = parseRetryAfter(headers['retry-after'], ports.clock.now())
  if (!words) throw unreadable(status, 'not with success', body, retryAfter)
  const description = words.error_description && withoutSecrets(words.error_description, secrets)
  throw refusedBy(status, withoutSecrets(words.error, secrets), description, retryAfter)
}

function errorOf(
  body: Buffer,
): { readonly error: string; readonly error_description: string | undefined } | undefined {
  const document = parseStrictJson(body)
  if (typeof document !== 'object' || document === null || !('error' in document)) return undefined
  const { error } = document
  if (typeof error !== 'string') return undefined
  const described = 'error_description' in document ? document.error_description : undefined
  return { error, error_description: typeof described === 'string' ? described : undefined }
}
