import type { OAuth2 } from '@sallyport/contract'
import * as oauth from 'oauth4webapi'
import { parseRetryAfter } from '../../retry-after.ts'
import { refusedBy, unreadable } from '../grant-failure.ts'
import { withoutSecrets } from '../provider-words.ts'
import type { Connection, Credential, SchemePorts } from '../scheme.ts'
import { parseStrictJson } from '../strict-json.ts'
import { authorizationServer, isPublished } from './authorization-server.ts'
import { type ClientAuthentication, withClient } from './client-auth.ts'

/**
 * Revokes the refresh token, then the access token (RFC 7009 §2.1).
 *
 * @throws GrantFailure as the provider's answer means; EgressError when there was none
 */
export async function revoke(
  ports: SchemePorts,
  connection: Connection,
  credential: Credential,
): Promise<'done' | 'unsupported'> {
  const { tokens } = credential
  const auth = connection.definition.auth as OAuth2
  if (!tokens || (auth.revokeUrl === undefined && auth.issuer === undefined)) return 'unsupported'
  const server = await authorizationServer(ports, connection, 'revocation_endpoint')
  if (server.revocation_endpoint === undefined) return 'unsupported'
  const each = [
    ['refresh_token', tokens.refreshToken],
    ['access_token', tokens.accessToken],
  ] as const
  const outcomes = []
  for (const [hint, token] of each) {
    if (!token) continue
    const ask = (client: ClientAuthentication) =>
      revokeOne(ports, connection, { server, client, token: token.reveal(), hint })
    outcomes.push(await withClient(ports, connection, { endpoint: server.revocation_endpoint }, ask))
  }
  return outcomes.includes('done') ? 'done' : 'unsupported'
}

interface Revocation {
  readonly server: oauth.AuthorizationServer
  readonly client: ClientAuthentication
  readonly token: string
  readonly hint: 'refresh_token' | 'access_token'
}

async function revokeOne(
  ports: SchemePorts,
  connection: Connection,
  { server, client, token, hint }: Revocation,
): Promise<'done' | 'unsupported'> {
  const auth = connection.definition.auth as OAuth2
  const secrets = [...client.secrets, token]
  let outcome: 'done' | 'unsupported' = 'done'
  await oauth.revocationRequest(server, { client_id: client.id || 'none' }, client.method, token, {
    additionalParameters: { token_type_hint: hint },
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: async (address, request) => {
      const reply = await ports.send({
        tls: connection.tls('credential'),
        url: connection.permit(address, {
          sends: 'credential',
          publishedByIssuer: isPublished(auth, 'revocation_endpoint'),
        }),
        method: 'POST',
        headers: request.headers,
        body: String(request.body),
      })
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
