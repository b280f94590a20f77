import type { OAuth2, RequestTemplate } from '@sallyport/contract'
import * as oauth from 'oauth4webapi'
import { GrantFailure } from '../grant-failure.ts'
import { readReplyDocument } from '../reply-document.ts'
import type { Connection, SchemePorts } from '../scheme.ts'
import { detailsName, grantedDetails } from './authorization-details.ts'
import type { ClientAuthentication } from './client-auth.ts'
import { authenticatesItself } from './request-names.ts'
import { checkIssuedType, exchangedTypes, tokenExchangeGrant } from './token-exchange.ts'
import type { TokenRequest } from './token-request.ts'
import { parameterValues, secretsAmong, tokenValues, valuesOfRequest } from './token-values.ts'
import { credentialsIn, departed, type Issued, issuedBy, type StandardRequest, takesAnyType } from './wire.ts'

/** Of a request's parameters those that nobody may read; its address and scopes help whoever reads a refusal. */
const secretParameters: ReadonlySet<string> = new Set([
  'code',
  'code_verifier',
  'refresh_token',
  'device_code',
  'password',
  'assertion',
  'subject_token',
  'actor_token',
])

interface Exchange {
  readonly server: oauth.AuthorizationServer
  readonly client: ClientAuthentication
  readonly request: TokenRequest
}

/**
 * One token request, which the library makes as the standard has it and the definition's departures turn into the
 * provider's; what it issued, its type judged by the library (RFC 6749 §7.1).
 */
export async function exchange(
  ports: SchemePorts,
  connection: Connection,
  { server, client, request }: Exchange,
): Promise<{ readonly issued: Issued; readonly type: string }> {
  const auth = connection.definition.auth as OAuth2
  const { grantType } = request
  const template = (grantType === 'refresh_token' ? auth.refreshRequest : auth.tokenRequest) ?? {}
  const known = { client_id: client.id || 'none' }
  const parameters = withResources(connection, request.parameters)
  let issued: Issued | undefined
  const response = await oauth.genericTokenEndpointRequest(
    server,
    known,
    authenticatesItself(auth, template) ? () => undefined : client.method,
    grantType,
    parameters,
    {
      [oauth.allowInsecureRequests]: true,
      [oauth.customFetch]: async (url, { headers, body }) => {
        const names = new Set(['grant_type', ...parameters.keys()])
        const form = new URLSearchParams(String(body))
        const standard = { url, method: auth.tokenMethod, headers, form, parameters: names }
        issued = await sent(ports, connection, { client, request, template, standard })
        return Response.json(asStandard(issued, auth))
      },
    },
  )
  const reply = await understood(() =>
    oauth.processGenericTokenEndpointResponse(server, known, response, exchangedTypes(connection)),
  )
  // The library takes DPoP unasked, and such a token is refused wherever it is sent as a bearer's (RFC 9449 §5).
  if (!issued || (reply.token_type === 'dpop' && !auth.dpop)) throw unusable(reply.token_type)
  if (grantType === tokenExchangeGrant) checkIssuedType(connection, reply.issued_token_type)
  return { issued, type: reply.token_type === 'dpop' ? 'dpop' : 'bearer' }
}

/** Sends the request as the provider wants it, and reads what came back where the provider writes it. */
async function sent(
  ports: SchemePorts,
  connection: Connection,
  {
    client,
    request: { grantType, parameters, previous, values: more },
    template,
    standard,
  }: Pick<Exchange, 'client' | 'request'> & {
    readonly template: RequestTemplate
    readonly standard: StandardRequest
  },
): Promise<Issued> {
  const auth = connection.definition.auth as OAuth2
  const isRefresh = grantType === 'refresh_token'
  const given = { ...client.values, ...tokenValues(previous), ...parameterValues(parameters), ...more }
  const values = valuesOfRequest(ports, connection, given)
  const rendered = departed(connection, template, standard, values)
  const publishedByIssuer = auth.tokenUrl === undefined && !(isRefresh && auth.refreshUrl !== undefined)
  const reply = await ports.send({
    ...rendered,
    tls: connection.tls('credential'),
    url: connection.permit(rendered.url, { sends: 'credential', publishedByIssuer }),
  })
  const secrets = [
    ...secretsAmong(connection, values),
    ...Object.entries(parameters).flatMap(([name, value]) =>
      secretParameters.has(name) ? [value].flat() : [],
    ),
    ...client.secrets,
    ...credentialsIn(rendered.headers),
  ]
  const paths = isRefresh ? { ...auth.tokenReply, ...auth.refreshReply } : auth.tokenReply
  const needsToken = !(isRefresh && auth.refreshReply?.keepsToken && previous)
  const issued = issuedBy(ports, reply, { paths, needsToken }, secrets)
  const document = readReplyDocument(reply)
  return {
    ...issued,
    kept: { ...issued.kept, ...grantedDetails(auth, document?.at(`/${detailsName}`)) },
  }
}

/** As RFC 6749 §5.1 would have it, as far as the library is to judge it. */
function asStandard(
  { accessToken, tokenType, issuedTokenType }: Issued,
  auth: OAuth2,
): Record<string, unknown> {
  // Success without a token, which the reading has allowed, means that the old one lives on.
  const isKept = accessToken === undefined
  const isOwn = takesAnyType(auth) && tokenType?.toLowerCase() !== 'dpop'
  return {
    access_token: isKept ? 'kept' : accessToken,
    token_type: isKept || isOwn ? 'bearer' : tokenType,
    issued_token_type: issuedTokenType,
  }
}

/** The resources that the token is for, in each request for one (RFC 8707 §2.2). */
function withResources(connection: Connection, parameters: TokenRequest['parameters']): URLSearchParams {
  const all = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    for (const text of [value].flat()) all.append(name, text)
  }
  for (const resource of (connection.definition.auth as OAuth2).resource ?? []) {
    all.append('resource', connection.render(resource, 'text'))
  }
  return all
}

/** What the library rejects after the wire has read the reply: an unknown token type, above all (RFC 6749 §7.1). */
async function understood<T>(process: () => Promise<T>): Promise<T> {
  try {
    return await process()
  } catch (cause) {
    if (cause instanceof GrantFailure) throw cause
    throw unusable(cause instanceof Error ? cause.name : 'unknown')
  }
}

/** A reply that holds no token of use. */
export function unusable(detail: string): GrantFailure {
  return new GrantFailure('malformed_token_response', 'malformed_token_response', {
    message:
      'The provider sent a token of a type that was not asked for, or without token_type. Bearer is what Sallyport uses.',
    detail,
  })
}
