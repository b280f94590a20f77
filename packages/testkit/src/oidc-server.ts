import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Provider } from 'oidc-provider'
import { listen } from './listen.ts'
import { type Arrival, createRecord, type ReceivedRequest } from './received.ts'

/** What an OpenID provider may be given. */
export interface OidcServerOptions {
  /** Where the confidential client may be called back. */
  redirectUris?: string[]
  /** Replace the refresh token at each use, and end the grant when an old one returns; on unless said. */
  rotateRefreshToken?: boolean
  accessTokenLifetimeSeconds?: number
  refreshTokenLifetimeSeconds?: number
  /** Further clients, in the metadata of OpenID Connect registration (`client_id`, `grant_types`, …). */
  clients?: Record<string, unknown>[]
}

/** A certified OpenID provider on 127.0.0.1, with its own sign-in and consent pages. */
export interface OidcServer {
  /** Also its issuer identifier. */
  readonly origin: string
  readonly authorizationUrl: string
  readonly tokenUrl: string
  readonly revokeUrl: string
  /** An API that an access token of scope `openid` opens. */
  readonly userinfoUrl: string
  /** Authorization code with PKCE and refresh tokens; authenticates by basic. Scopes: openid, read, write. */
  readonly confidential: { clientId: string; clientSecret: string }
  /** Client credentials only; authenticates by basic. */
  readonly machine: { clientId: string; clientSecret: string }
  received(route?: string): ReceivedRequest[]
  forget(): void
  close(): Promise<void>
}

/** Starts `oidc-provider`; everything it keeps is in memory. */
export async function oidcServer(options: OidcServerOptions = {}): Promise<OidcServer> {
  const record = createRecord()
  const arrivals = new WeakMap<IncomingMessage, Arrival>()
  let callback: ReturnType<Provider['callback']> | undefined
  const server = await listen(async (message, response) => {
    arrivals.set(message, record.arrived(message))
    await callback?.(message, response)
  })

  const provider = quietly(() => new Provider(server.origin, configuration(options)))
  // The body is a stream that only the provider may read, so it is taken from what the provider made of it.
  provider.use(async (context, next) => {
    await next()
    const arrival = arrivals.get(context.req)
    arrival?.take(Buffer.from(new URLSearchParams(context.oidc?.body).toString()))
    if (arrival) arrival.complete = true
  })
  callback = provider.callback()

  return {
    origin: server.origin,
    authorizationUrl: `${server.origin}/auth`,
    tokenUrl: `${server.origin}/token`,
    revokeUrl: `${server.origin}/token/revocation`,
    userinfoUrl: `${server.origin}/me`,
    confidential,
    machine,
    received: record.received,
    forget: record.forget,
    close: server.close,
  }
}

const confidential = { clientId: 'confidential', clientSecret: 'confidential-secret' }
const machine = { clientId: 'machine', clientSecret: 'machine-secret' }

function configuration(options: OidcServerOptions) {
  const accessTokenLifetime = options.accessTokenLifetimeSeconds ?? 3600
  const day = 24 * 60 * 60
  return {
    clients: [
      {
        client_id: confidential.clientId,
        client_secret: confidential.clientSecret,
        token_endpoint_auth_method: 'client_secret_basic',
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: options.redirectUris ?? ['http://127.0.0.1/callback'],
        response_types: ['code'],
      },
      {
        client_id: machine.clientId,
        client_secret: machine.clientSecret,
        token_endpoint_auth_method: 'client_secret_basic',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
      ...(options.clients ?? []),
    ],
    scopes: ['openid', 'offline_access', 'read', 'write'],
    pkce: { required: () => true },
    features: { clientCredentials: { enabled: true }, revocation: { enabled: true } },
    rotateRefreshToken: options.rotateRefreshToken ?? true,
    issueRefreshToken: (_: unknown, client: { grantTypeAllowed(grant: string): boolean }) =>
      client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => false,
    findAccount: (_: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
    ttl: {
      AccessToken: accessTokenLifetime,
      ClientCredentials: accessTokenLifetime,
      RefreshToken: options.refreshTokenLifetimeSeconds ?? day,
      IdToken: 3600,
      Interaction: 3600,
      Session: day,
      Grant: day,
    },
    cookies: { keys: ['only for tests'] },
    jwks: { keys: [signingKey()] },
  }
}

let privateKey: KeyObject | undefined

// Shared by all servers of a process: making an RSA key takes up to a second.
function signingKey() {
  privateKey ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'test' }
}

// Its constructor warns about the very development pages that are wanted here. It is synchronous, so
// nobody else's words are lost.
function quietly<Result>(construct: () => Result): Result {
  const { info, warn } = console
  Object.assign(console, { info: () => undefined, warn: () => undefined })
  try {
    return construct()
  } finally {
    Object.assign(console, { info, warn })
  }
}
