import { createHash } from 'node:crypto'
import type { Grant, OAuth2 } from '@sallyport/contract'
import { parseRetryAfter } from '../../retry-after.ts'
import { Secret } from '../../secret.ts'
import { parseTemplate, placeholders } from '../../template/parse.ts'
import { GrantFailure, refusedBy, unreadable } from '../grant-failure.ts'
import { withoutSecrets } from '../provider-words.ts'
import type { RegisteredClient } from '../registered-client.ts'
import type { Connection, CredentialReplyOutput, SchemePorts } from '../scheme.ts'
import { parseStrictJson } from '../strict-json.ts'
import { readTokenReply } from '../token-reply.ts'
import { authorizationServer, isPublished } from './authorization-server.ts'
import { askEndpoint } from './endpoint-request.ts'

const methods: Readonly<Record<OAuth2['clientAuthentication'], string>> = {
  basic: 'client_secret_basic',
  basic_raw: 'client_secret_basic',
  body: 'client_secret_post',
  private_key_jwt: 'private_key_jwt',
  client_secret_jwt: 'client_secret_jwt',
  tls: 'tls_client_auth',
  none: 'none',
}

const grantTypes: Readonly<Record<Grant, readonly string[]>> = {
  authorization_code: ['authorization_code', 'refresh_token'],
  client_credentials: ['client_credentials'],
  password: ['password', 'refresh_token'],
  device_code: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
  jwt_bearer: ['urn:ietf:params:oauth:grant-type:jwt-bearer'],
  token_exchange: ['urn:ietf:params:oauth:grant-type:token-exchange'],
}

/** What a client is registered as (RFC 7591 §2); the definition's own metadata comes last. */
export function clientMetadata(
  connection: Connection,
  redirectUri: string | undefined,
): Readonly<Record<string, unknown>> {
  const auth = connection.definition.auth as OAuth2
  const isShared = connection.registrant?.isShared ?? false
  // What differs from account to account would register a client for each.
  const isOfAll = !isShared && auth.scopes.every((text) => placeholders(parseTemplate(text)).length === 0)
  const scope = isOfAll ? auth.scopes.map((text) => connection.render(text, 'text')).join(' ') : ''
  const usesBrowser = auth.grant === 'authorization_code'
  return {
    client_name: isShared ? 'Sallyport' : `Sallyport: ${connection.definition.name}`,
    redirect_uris: usesBrowser && redirectUri !== undefined ? [redirectUri] : [],
    response_types: usesBrowser ? ['code'] : [],
    grant_types: grantTypes[auth.grant],
    token_endpoint_auth_method: methods[auth.clientAuthentication],
    ...(scope && { scope }),
    ...(auth.dpop && { dpop_bound_access_tokens: true }),
    ...auth.registration?.metadata,
  }
}

/** Tells apart what was asked for. */
export function termsOf(metadata: Readonly<Record<string, unknown>>): string {
  return createHash('sha256').update(JSON.stringify(metadata)).digest('base64url')
}

/**
 * Registers a client (RFC 7591 §3). The initial access token goes to the registration endpoint alone.
 *
 * @throws GrantFailure as the provider's answer means; EgressError when there was none
 */
export async function registerClient(
  ports: SchemePorts,
  connection: Connection,
  metadata: Readonly<Record<string, unknown>>,
): Promise<RegisteredClient> {
  const auth = connection.definition.auth as OAuth2
  const server = await authorizationServer(ports, connection, 'registration_endpoint')
  const address = server.registration_endpoint ?? ''
  const publishedByIssuer = isPublished(auth, 'registration_endpoint')
  const stored = connection.definitionSecrets['/auth/registration/initialAccessToken']
  const token = stored && connection.render(stored.reveal(), 'header')
  const reply = await ports.send({
    tls: connection.tls('credential'),
    url: connection.permit(address, { sends: 'credential', publishedByIssuer }),
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(metadata),
  })
  const client = readClient(ports, reply, { registration: address, terms: termsOf(metadata) })
  return client ?? refuse(ports, reply, token ? [token] : [])
}

/** What became of a client that was registered. */
export type Reading = RegisteredClient | 'forgotten' | 'unknown'

/**
 * Asks the server for the registration (RFC 7592 §2.1), which may also bring a new secret; `unknown` where it cannot
 * be asked, or did not answer.
 */
export async function readRegistration(
  ports: SchemePorts,
  connection: Connection,
  client: RegisteredClient,
): Promise<Reading> {
  const { managementUrl, accessToken } = client
  if (managementUrl === undefined || !accessToken) return 'unknown'
  try {
    const reply = await ports.send({
      tls: connection.tls('credential'),
      url: connection.permit(managementUrl, { sends: 'credential', publishedByIssuer: true }),
      method: 'GET',
      headers: { accept: 'application/json', authorization: `Bearer ${accessToken.reveal()}` },
      body: undefined,
    })
    if ([401, 403, 404, 410].includes(reply.status)) return 'forgotten'
    const read = readClient(ports, reply, { registration: managementUrl, terms: client.terms })
    if (!read || read.clientId !== client.clientId) return 'unknown'
    const { clientSecret, secretExpiresAt } = read.clientSecret ? read : client
    return { ...client, clientSecret, secretExpiresAt, accessToken: read.accessToken ?? accessToken }
  } catch {
    return 'unknown'
  }
}

/**
 * Whether the token endpoint no longer takes this client: shown a code that nobody issued, it names what it refuses
 * first (RFC 6749 §5.2). For servers whose registrations cannot be read.
 */
export async function isRefused(ports: SchemePorts, connection: Connection): Promise<boolean> {
  const auth = connection.definition.auth as OAuth2
  try {
    const server = await authorizationServer(ports, connection, 'token_endpoint')
    const code = ports.random.bytes(24).toString('base64url')
    await askEndpoint(ports, connection, {
      address: server.token_endpoint ?? '',
      isPublished: isPublished(auth, 'token_endpoint'),
      parameters: new URLSearchParams({ grant_type: 'authorization_code', code }),
      secrets: [code],
    })
    return false
  } catch (failure) {
    // Only in the server's own words: a bare 401 has other causes.
    return failure instanceof GrantFailure && failure.reason === 'invalid_client' && !failure.detail
  }
}

function readClient(
  { clock }: Pick<SchemePorts, 'clock'>,
  { status, body }: CredentialReplyOutput,
  asked: { readonly registration: string; readonly terms: string },
): RegisteredClient | undefined {
  const document = status >= 200 && status < 300 ? parseStrictJson(body) : undefined
  const said = new Map<string, unknown>(
    typeof document === 'object' && document !== null ? Object.entries(document) : [],
  )
  const [clientId, secret, token] = [
    said.get('client_id'),
    said.get('client_secret'),
    said.get('registration_access_token'),
  ]
  if (!isPrintable(clientId, 4096)) return undefined
  if (secret !== undefined && secret !== null && !isPrintable(secret, 65_536)) return undefined
  const expires = said.get('client_secret_expires_at')
  const method = said.get('token_endpoint_auth_method')
  return {
    clientId,
    clientSecret: isPrintable(secret, 65_536) ? new Secret(secret) : undefined,
    secretExpiresAt: typeof expires === 'number' && expires > 0 ? expires * 1000 : undefined,
    authentication: typeof method === 'string' ? method : undefined,
    managementUrl: managementUrl(said.get('registration_client_uri'), asked.registration),
    accessToken: isPrintable(token, 65_536) ? new Secret(token) : undefined,
    terms: asked.terms,
    registeredAt: clock.now(),
    isSuperseded: false,
  }
}

/** The server's word, and so only of use at the server itself: the token of the registration goes there. */
function managementUrl(given: unknown, registration: string): string | undefined {
  if (typeof given !== 'string' || given.length > 4096 || !URL.canParse(given)) return undefined
  return new URL(given).origin === new URL(registration).origin ? given : undefined
}

function isPrintable(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.length <= longest && /^[\x20-\x7e]+$/.test(value)
}

function refuse(ports: SchemePorts, reply: CredentialReplyOutput, secrets: readonly string[]): never {
  const now = ports.clock.now()
  const retryAfter = parseRetryAfter(reply.headers['retry-after'], now)
  const read = readTokenReply(reply, { now, needsToken: false })
  if (read.kind === 'error') {
    const description = read.description && withoutSecrets(read.description, secrets)
    throw refusedBy(reply.status, withoutSecrets(read.error, secrets), description, retryAfter)
  }
  const why = 'not with a client (RFC 7591 §3.2.1)'
  throw unreadable(reply.status, why, Buffer.from(''), retryAfter)
}
