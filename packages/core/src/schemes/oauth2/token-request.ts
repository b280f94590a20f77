import type { OAuth2 } from '@sallyport/contract'
import * as oauth from 'oauth4webapi'
import { Secret } from '../../secret.ts'
import type { TemplateValues } from '../../template/render.ts'
import { GrantFailure } from '../grant-failure.ts'
import type { Connection, SchemePorts, Tokens } from '../scheme.ts'
import { grantAssertion } from './assertions.ts'
import { grantedDetails } from './authorization-details.ts'
import { authorizationServer } from './authorization-server.ts'
import { type ClientAuthentication, withClient } from './client-auth.ts'
import { newProofKey } from './dpop.ts'
import { withProofs } from './dpop-request.ts'
import { checkIssuedType, exchangedTypes, tokenExchangeGrant } from './token-exchange.ts'
import { wire } from './wire.ts'

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

/** A token request, whatever the grant. */
export interface TokenRequest {
  /** RFC 6749's `grant_type`. */
  readonly grantType: string
  /** Its other standard parameters. */
  readonly parameters: Readonly<Record<string, string | readonly string[]>>
  /** They stand where the reply names none (RFC 6749 §5.1). */
  readonly scopes: readonly string[]
  /** What templates of the request may ask for, beside what follows from its parameters. */
  readonly values?: TemplateValues
  /** The tokens that it renews. */
  readonly previous?: Tokens
  /** Where a key was made for the grant already; else that of `previous`, or a new one (RFC 9449). */
  readonly dpopKey?: Secret | undefined
}

/**
 * Asks the token endpoint for a token.
 *
 * @throws GrantFailure as the provider's answer means; CredentialRequestError when there was none
 */
export async function requestToken(
  ports: SchemePorts,
  connection: Connection,
  request: TokenRequest,
): Promise<Tokens> {
  const auth = connection.definition.auth as OAuth2
  if (!auth.dpop) return ask(ports, connection, request)
  const dpopKey = request.dpopKey ?? request.previous?.dpopKey ?? newProofKey()
  return withProofs(ports, dpopKey, async (proving) => ({
    ...(await ask(proving, connection, request)),
    // Also with a bearer's token: the refresh token beside it may be bound (RFC 9449 §5).
    dpopKey,
  }))
}

async function ask(ports: SchemePorts, connection: Connection, request: TokenRequest): Promise<Tokens> {
  const auth = connection.definition.auth as OAuth2
  const issuedAt = ports.clock.now()
  const server = await authorizationServer(ports, connection, 'token_endpoint')
  const endpoint = server.token_endpoint ?? ''
  const parameters = { ...request.parameters, ...grantAssertion(ports, connection, request, endpoint) }
  const reply = await withClient(ports, connection, { endpoint }, (client) =>
    exchange(ports, connection, { server, client, request: { ...request, parameters } }),
  )
  const lifetime = reply.expires_in ?? auth.renewal.defaultLifetime
  return {
    accessToken: new Secret(reply.access_token),
    refreshToken: reply.refresh_token === undefined ? undefined : new Secret(reply.refresh_token),
    tokenType: reply.token_type === 'dpop' ? 'dpop' : 'bearer',
    issuedAt,
    expiresAt: lifetime === undefined ? undefined : issuedAt + lifetime * 1000,
    scopes: reply.scope === undefined ? request.scopes : splitScopes(reply.scope, auth.scopeDelimiter),
    kept: grantedDetails(auth, reply.authorization_details),
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

interface Exchange {
  readonly server: oauth.AuthorizationServer
  readonly client: ClientAuthentication
  readonly request: TokenRequest
}

/** One request, its reply judged by the library (RFC 6749 §7.1). */
async function exchange(
  ports: SchemePorts,
  connection: Connection,
  { server, client, request: { grantType, parameters } }: Exchange,
): Promise<oauth.TokenEndpointResponse> {
  const own = Object.entries(parameters).flatMap(([name, value]) =>
    secretParameters.has(name) ? [value].flat() : [],
  )
  const known = { client_id: client.id || 'none' }
  const response = await oauth.genericTokenEndpointRequest(
    server,
    known,
    client.method,
    grantType,
    withResources(connection, parameters),
    {
      [oauth.allowInsecureRequests]: true,
      [oauth.customFetch]: wire(ports, connection, [...own, ...client.secrets]),
    },
  )
  const reply = await understood(() =>
    oauth.processGenericTokenEndpointResponse(server, known, response, exchangedTypes(connection)),
  )
  // The library takes DPoP unasked, and such a token is refused wherever it is sent as a bearer's (RFC 9449 §5).
  const isBound = (connection.definition.auth as OAuth2).dpop
  if (reply.token_type === 'dpop' && !isBound) throw unusable(reply.token_type)
  if (grantType === tokenExchangeGrant) checkIssuedType(connection, reply.issued_token_type)
  return reply
}

/** Scopes as the provider wrote them: its own delimiter, or the RFC's space. */
export function splitScopes(text: string, delimiter: string): string[] {
  return text.split(delimiter.trim() === '' || !text.includes(delimiter) ? /\s+/ : delimiter).filter(Boolean)
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

function unusable(detail: string): GrantFailure {
  return new GrantFailure('malformed_token_response', 'malformed_token_response', {
    message:
      'The provider sent a token of a type that was not asked for, or without token_type. Bearer is what Sallyport uses.',
    detail,
  })
}
