import type { OAuth2 } from '@sallyport/contract'
import type * as oauth from 'oauth4webapi'
import { GrantFailure } from '../grant-failure.ts'
import type { Connection, SchemePorts } from '../scheme.ts'
import { asksForJwt, definedJwt } from './assertions.ts'
import type { TokenRequest } from './token-request.ts'

/** RFC 8693 §2.1. */
export const tokenExchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'

/**
 * Parameters of a token exchange (RFC 8693 §2.1).
 *
 * @throws SallyportError account_incomplete where the account lacks the subject
 */
export function exchangeParameters(ports: SchemePorts, connection: Connection): TokenRequest['parameters'] {
  const { tokenExchange: exchange, tokenUrl, issuer } = connection.definition.auth as OAuth2
  if (!exchange) return {}
  // The subject may be a JWT of our own.
  const endpoint = tokenUrl ?? issuer
  const values: Record<string, string> =
    asksForJwt(exchange) && endpoint !== undefined
      ? { 'jwt.token': definedJwt(ports, connection, connection.renderUrl(endpoint)) }
      : {}
  const fill = (text: string) => connection.render(text, 'text', values)
  const { subjectToken, subjectTokenType, actorToken, actorTokenType, requestedTokenType, audience } =
    exchange
  const hasActor = actorToken !== undefined && connection.holds(actorToken, values)
  return {
    subject_token: fill(subjectToken),
    subject_token_type: fill(subjectTokenType),
    ...(hasActor && { actor_token: fill(actorToken) }),
    ...(hasActor && actorTokenType !== undefined && { actor_token_type: fill(actorTokenType) }),
    ...(requestedTokenType !== undefined && { requested_token_type: fill(requestedTokenType) }),
    ...(audience && { audience: audience.map(fill) }),
  }
}

/** What is asked for and is no access token is of the type `N_A` (RFC 8693 §2.2.1). */
export function exchangedTypes(
  connection: Connection,
): Pick<oauth.TokenEndpointRequestOptions, never> & { recognizedTokenTypes?: oauth.RecognizedTokenTypes } {
  const { grant, tokenExchange } = connection.definition.auth as OAuth2
  if (grant !== 'token_exchange' || tokenExchange?.requestedTokenType === undefined) return {}
  return { recognizedTokenTypes: { n_a: () => undefined } }
}

/** What can be sent to an API as it is (RFC 8693 §3). */
const usable = ['access_token', 'jwt'].map((name) => `urn:ietf:params:oauth:token-type:${name}`)

/** The token must be of the type that was asked for; a type that nobody asked for is no access token (B15). */
export function checkIssuedType(connection: Connection, issued: unknown): void {
  const { requestedTokenType } = (connection.definition.auth as OAuth2).tokenExchange ?? {}
  const isRight =
    requestedTokenType === undefined
      ? issued === undefined || usable.includes(String(issued))
      : issued === connection.render(requestedTokenType, 'text')
  if (isRight) return
  throw new GrantFailure('malformed_token_response', 'issued_token_type', {
    message:
      'The provider issued a token of another type than was asked for (issued_token_type, RFC 8693 §2.2.1). Correct requestedTokenType.',
  })
}
