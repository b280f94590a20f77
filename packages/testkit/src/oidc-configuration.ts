import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { errors, type KoaContext } from 'oidc-provider'
import { mutualTls } from './oidc-mutual-tls.ts'
import type { OidcServerOptions } from './oidc-options.ts'

/** Authorization code with PKCE and refresh tokens. */
export const confidential = { clientId: 'confidential', clientSecret: 'confidential-secret' }
/** Client credentials only. */
export const machine = { clientId: 'machine', clientSecret: 'machine-secret' }

const signatures = ['RS', 'ES', 'PS'].flatMap((family) => ['256', '384', '512'].map((bits) => family + bits))
const hours = 60 * 60

/** What `oidc-provider` is constructed with. */
export function configuration(options: OidcServerOptions) {
  return {
    clients: clients(options),
    scopes: ['openid', 'offline_access', 'read', 'write', 'email', 'profile'],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    pkce: { required: () => options.requirePkce ?? true },
    features: features(options),
    clientAuthMethods: [
      'client_secret_basic',
      'client_secret_post',
      'client_secret_jwt',
      'private_key_jwt',
      'none',
      ...(options.clientCertificateAuthority === undefined
        ? []
        : ['tls_client_auth', 'self_signed_tls_client_auth']),
    ],
    enabledJWA: {
      clientAuthSigningAlgValues: ['HS256', 'HS384', 'HS512', ...signatures, 'EdDSA'],
      dPoPSigningAlgValues: [...signatures, 'EdDSA'],
    },
    rotateRefreshToken: options.rotateRefreshToken ?? true,
    issueRefreshToken: (_: unknown, client: { grantTypeAllowed(grant: string): boolean }) =>
      client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => false,
    findAccount: (_: unknown, accountId: string) => ({
      accountId,
      claims: () => ({ ...options.people?.[accountId], sub: accountId }),
    }),
    ttl: lifetimes(options),
    cookies: { keys: ['only for tests'] },
    jwks: { keys: [signingKey()] },
  }
}

function clients(options: OidcServerOptions) {
  return [
    {
      client_id: confidential.clientId,
      client_secret: confidential.clientSecret,
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: options.redirectUris ?? ['http://127.0.0.1/callback'],
      response_types: ['code'],
      ...options.confidentialMetadata,
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
  ]
}

function features(options: OidcServerOptions) {
  const { registration = false, resources = {}, clientCertificateAuthority } = options
  return {
    clientCredentials: { enabled: true },
    revocation: { enabled: true },
    introspection: { enabled: true },
    deviceFlow: { enabled: options.deviceFlow ?? false, userCodeInputSource },
    pushedAuthorizationRequests: {
      enabled: true,
      requirePushedAuthorizationRequests: options.requirePushedAuthorizationRequests ?? false,
    },
    dPoP: {
      enabled: true,
      nonceSecret: options.requireDpopNonce ? randomBytes(32) : undefined,
      requireNonce: () => options.requireDpopNonce ?? false,
    },
    registration: {
      enabled: registration !== false,
      initialAccessToken: typeof registration === 'object' ? registration.initialAccessToken : false,
    },
    registrationManagement: { enabled: registration !== false },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo(_: unknown, resource: string) {
        const scope = resources[resource]
        if (scope === undefined) throw new errors.InvalidTarget()
        return { scope, audience: resource, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } }
      },
    },
    ...(clientCertificateAuthority === undefined ? {} : { mTLS: mutualTls() }),
  }
}

// The provider's own page asks for a code again after a refusal, and who follows forms would go in circles.
function userCodeInputSource(context: KoaContext, form: string, _out: unknown, error?: Error) {
  const refused = error?.name === 'AbortedError'
  const submit = '<button type="submit" form="op.deviceInputForm">Continue</button>'
  context.body = refused ? '<p>The sign-in was interrupted.</p>' : `<h1>Sign-in</h1>${form}${submit}`
}

function lifetimes(options: OidcServerOptions) {
  const accessToken = options.accessTokenLifetimeSeconds ?? 1 * hours
  return {
    AccessToken: accessToken,
    ClientCredentials: accessToken,
    RefreshToken: options.refreshTokenLifetimeSeconds ?? 24 * hours,
    DeviceCode: options.deviceCodeLifetimeSeconds ?? 600,
    IdToken: 1 * hours,
    Interaction: 1 * hours,
    Session: 24 * hours,
    Grant: 24 * hours,
  }
}

let privateKey: KeyObject | undefined

// Shared by all servers of a process: making an RSA key takes up to a second.
function signingKey() {
  privateKey ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'test' }
}
