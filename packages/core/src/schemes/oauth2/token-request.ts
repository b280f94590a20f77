import type { OAuth2 } from '@sallyport/contract'
import { Secret } from '../../secret.ts'
import type { TemplateValues } from '../../template/render.ts'
import { concealAll } from '../reveal.ts'
import type { Connection, SchemePorts, Tokens } from '../scheme.ts'
import { grantAssertion } from './assertions.ts'
import { authorizationServer } from './authorization-server.ts'
import { withClient } from './client-auth.ts'
import { newProofKey } from './dpop.ts'
import { withProofs } from './dpop-request.ts'
import { exchange, unusable } from './exchange.ts'
import { followUp } from './follow-ups.ts'
import { withRegisteredClient } from './registered-request.ts'
import type { Issued } from './wire.ts'

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
  /** The registered client that what is presented was issued to. */
  readonly clientId?: string | undefined
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
  return withRegisteredClient(ports, connection, request, (own) => requestAsClient(ports, own, request))
}

async function requestAsClient(
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
  const isRefresh = request.grantType === 'refresh_token'
  const own = isRefresh && auth.refreshUrl !== undefined ? connection.renderUrl(auth.refreshUrl) : undefined
  const endpoint = own ?? server.token_endpoint ?? ''
  const parameters = { ...request.parameters, ...grantAssertion(ports, connection, request, endpoint) }
  const template = [isRefresh ? auth.refreshRequest : auth.tokenRequest, auth.computed]
  const { issued, type } = await withClient(ports, connection, { endpoint, template }, (client) =>
    exchange(ports, connection, {
      server: { ...server, token_endpoint: endpoint },
      client,
      request: { ...request, parameters },
    }),
  )
  const { previous } = request
  const accessToken =
    issued.accessToken === undefined ? previous?.accessToken : new Secret(issued.accessToken)
  if (!accessToken) throw unusable('no token to keep')
  const after = (seconds: number | undefined) =>
    seconds === undefined ? undefined : issuedAt + seconds * 1000
  const tokens: Tokens = {
    accessToken,
    refreshToken: issued.refreshToken === undefined ? undefined : new Secret(issued.refreshToken),
    tokenType: type,
    issuedAt,
    expiresAt: after(
      issued.expiresInSeconds ?? auth.renewal.defaultLifetime ?? lifetimeKept(issued, previous),
    ),
    scopes: issued.scope === undefined ? request.scopes : splitScopes(issued.scope, auth.scopeDelimiter),
    refreshExpiresAt: after(issued.refreshExpiresInSeconds),
    named: concealAll(issued.named),
    kept: issued.kept,
    ...(issued.idToken !== undefined && { idToken: { token: new Secret(issued.idToken), accessToken } }),
  }
  return followUp(ports, connection, tokens, previous)
}

/** A reply that says nothing but that the old token lives on gives it as long again. */
function lifetimeKept({ accessToken }: Issued, previous: Tokens | undefined): number | undefined {
  if (accessToken !== undefined || previous?.expiresAt === undefined) return undefined
  return (previous.expiresAt - previous.issuedAt) / 1000
}

/** Scopes as the provider wrote them: its own delimiter, or the RFC's space. */
export function splitScopes(text: string, delimiter: string): string[] {
  return text.split(delimiter.trim() === '' || !text.includes(delimiter) ? /\s+/ : delimiter).filter(Boolean)
}
