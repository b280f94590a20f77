/** A client registered with the provider; without a secret it is a public client (RFC 6749 §2.1). */
export interface Client {
  clientId: string
  clientSecret?: string
  /** Exact redirect URIs it may use; any http or https address when absent. */
  redirectUris?: string[]
}

/**
 * What happens to a refresh token that has been used: `strict` retires it and treats its reuse as theft,
 * `grace` does so after `graceSeconds`, `static` never replaces it.
 */
export type Rotation = 'strict' | 'grace' | 'static'

/** How a client may prove who it is at the token and revocation endpoints. */
export type ClientAuthenticationMethod = 'basic' | 'body' | 'none'

/** Everything about the provider that may differ; read on each request, so it can change while it runs. */
export interface Behaviour {
  /** Sent as `iss` and in the metadata; the server's own origin unless set. */
  issuer: string
  clients: Client[]
  /** Absent: `expires_in` is left out and the token does not age. */
  accessTokenLifetimeSeconds: number | undefined
  refreshTokens: boolean
  rotation: Rotation
  graceSeconds: number
  pkce: 'required' | 'optional'
  /** Send `iss` on the authorization response (RFC 9207). */
  sendIssuer: boolean
  clientAuthenticationMethods: ClientAuthenticationMethod[]
  /** Also answer `GET /token` with everything in the query, as some providers do. */
  tokenEndpointByGet: boolean
  /** Ask on a page, or decide at once as if somebody had pressed the button. */
  consent: 'page' | 'allow' | 'deny'
  /** The person every authorization is given for. */
  subject: string
  apiKey: string
  basic: { username: string; password: string }
  stream: { events: number; intervalMilliseconds: number }
}

/** The behaviour of a provider about which nothing else is said: current practice, nothing lenient. */
export function defaultBehaviour(): Behaviour {
  return {
    issuer: '',
    clients: [],
    accessTokenLifetimeSeconds: 3600,
    refreshTokens: true,
    rotation: 'strict',
    graceSeconds: 30,
    pkce: 'required',
    sendIssuer: true,
    clientAuthenticationMethods: ['basic', 'body', 'none'],
    tokenEndpointByGet: false,
    consent: 'page',
    subject: 'someone@example.test',
    apiKey: 'key',
    basic: { username: 'user', password: 'password' },
    stream: { events: 5, intervalMilliseconds: 400 },
  }
}
