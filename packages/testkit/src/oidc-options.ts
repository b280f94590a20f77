import type { Certificate } from './certificate.ts'
import type { TrustedIssuer } from './verify-jwt.ts'

/** What an OpenID provider may be given. */
export interface OidcServerOptions {
  /** Where the confidential client may be called back. */
  redirectUris?: string[]
  /** Replace the refresh token at each use, and end the grant when an old one returns; on unless said. */
  rotateRefreshToken?: boolean
  accessTokenLifetimeSeconds?: number
  refreshTokenLifetimeSeconds?: number
  /** Further clients, in the metadata of OpenID Connect registration (`client_id`, `grant_types`, `jwks`, …). */
  clients?: Record<string, unknown>[]
  /** Where the confidential client departs, such as `dpop_bound_access_tokens` or `token_endpoint_auth_method`. */
  confidentialMetadata?: Record<string, unknown>
  /** On unless said. */
  requirePkce?: boolean
  /** Offer the device grant (RFC 8628) to clients that have it among their `grant_types`. */
  deviceFlow?: boolean
  deviceCodeLifetimeSeconds?: number
  /** Refuse authorization requests that were not pushed (RFC 9126); pushing is offered anyhow. */
  requirePushedAuthorizationRequests?: boolean
  /** Refuse DPoP proofs without the server's nonce (RFC 9449 §8). Each proof is taken once anyhow. */
  requireDpopNonce?: boolean
  /** Let clients register themselves (RFC 7591) and read their registration (RFC 7592). */
  registration?: boolean | { initialAccessToken: string }
  /** Resource indicators (RFC 8707), each with the scopes it knows; their access tokens are JWTs. */
  resources?: Record<string, string>
  /** Whose JWTs the JWT bearer grant and token exchange take; without it neither is offered. */
  trustedIssuers?: TrustedIssuer[]
  /** Serve https with this certificate. */
  certificate?: Certificate
  /** With `certificate`: ask for client certificates, which this one (PEM) vouches for (RFC 8705). */
  clientCertificateAuthority?: string
  /** What the provider says of people beside their `sub`, by the name that they sign in with; scopes `email`, `profile`. */
  people?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}
