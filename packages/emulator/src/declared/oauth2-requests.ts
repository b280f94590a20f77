import type { AuthOf, RequestTemplate } from '@sallyport/contract'
import { type Fields, type RequestShape, textsIn } from './request-shape.ts'
import { namesIn, type Values } from './template.ts'

type OAuth2 = AuthOf<'oauth2'>
type Grant = OAuth2['grant'] | 'refresh_token'

const urn = 'urn:ietf:params:oauth:'

/** Each grant's own parameters (RFC 6749 §4 and §6, RFC 8628 §3.4, RFC 7523 §2.1, RFC 8693 §2.1). */
const parametersOf: Readonly<Record<Grant, (auth: OAuth2) => Fields>> = {
  authorization_code: ({ pkce }) => ({
    grant_type: 'authorization_code',
    code: '{code}',
    redirect_uri: '{redirectUri}',
    ...(pkce !== 'off' && { code_verifier: '{codeVerifier}' }),
  }),
  client_credentials: () => ({ grant_type: 'client_credentials', scope: '{scope}' }),
  password: () => ({
    grant_type: 'password',
    username: '{secret.username}',
    password: '{secret.password}',
    scope: '{scope}',
  }),
  device_code: () => ({ grant_type: `${urn}grant-type:device_code`, device_code: '{deviceCode}' }),
  jwt_bearer: () => ({
    grant_type: `${urn}grant-type:jwt-bearer`,
    assertion: '{jwt.token}',
    scope: '{scope}',
  }),
  token_exchange: ({ tokenExchange }) => ({
    grant_type: `${urn}grant-type:token-exchange`,
    subject_token: tokenExchange?.subjectToken ?? '',
    subject_token_type: tokenExchange?.subjectTokenType ?? '',
    actor_token: tokenExchange?.actorToken,
    actor_token_type: tokenExchange?.actorTokenType,
    requested_token_type: tokenExchange?.requestedTokenType,
    audience: tokenExchange?.audience,
    scope: '{scope}',
  }),
  refresh_token: () => ({ grant_type: 'refresh_token', refresh_token: '{token.refreshToken}' }),
}

/** The request for a first token. */
export function tokenRequestShape(auth: OAuth2, values: Values): RequestShape {
  const resource = auth.resource && { resource: auth.resource }
  const standard = { ...parametersOf[auth.grant](auth), ...resource }
  return credentialShape(auth, values, {
    ...{ url: auth.tokenUrl ?? '', method: auth.tokenMethod, standard, template: auth.tokenRequest },
  })
}

/** The request that renews one. */
export function refreshShape(auth: OAuth2, values: Values): RequestShape {
  const resource = auth.resource && { resource: auth.resource }
  const standard = { ...parametersOf.refresh_token(auth), ...resource }
  return credentialShape(auth, values, {
    ...{ url: auth.refreshUrl ?? auth.tokenUrl ?? '', method: auth.tokenMethod, standard },
    template: auth.refreshRequest,
  })
}

/** The request that revokes one (RFC 7009 §2.1). */
export function revokeShape(auth: OAuth2, values: Values): RequestShape {
  return credentialShape(auth, values, {
    ...{ url: auth.revokeUrl ?? '', method: 'POST', template: auth.revokeRequest },
    standard: { token: '{token}', token_type_hint: '{token.hint}' },
  })
}

/** The request for a device's code (RFC 8628 §3.1). */
export function deviceShape(auth: OAuth2, values: Values): RequestShape {
  const resource = auth.resource && { resource: auth.resource }
  return credentialShape(auth, values, {
    ...{ url: auth.deviceUrl ?? '', method: 'POST', template: undefined },
    // It names its client, however that authenticates.
    standard: { client_id: '{client.id}', scope: '{scope}', ...auth.authorizationParams, ...resource },
  })
}

/** A request that follows a token: it carries that as a bearer's, where its template says nothing else. */
export function followUpShape(step: NonNullable<OAuth2['followUps']>[number]): RequestShape {
  const { url, headers, basic, query, body, format = 'form' } = step
  const speaks = isOwnAuthentication(step) || namesOf(step, url).some((name) => /^token(\.|$)/.test(name))
  return {
    method: step.method ?? (body === undefined ? 'GET' : 'POST'),
    ...{ url, format, ...(query && { query }), ...(basic && { basic }), ...(body !== undefined && { body }) },
    headers: { ...headers, ...(!speaks && { Authorization: 'Bearer {token}' }) },
  }
}

interface Departure {
  readonly url: string
  readonly method: string
  readonly standard: Fields
  readonly template: RequestTemplate | undefined
}

/** The standard's request, as far as the definition's template does not say otherwise. */
function credentialShape(
  auth: OAuth2,
  values: Values,
  { url, method, standard, template = {} }: Departure,
): RequestShape {
  const { body, format = 'form' } = template
  const client = isOwnAuthentication(template, auth.computed) ? {} : clientShape(auth, values)
  const fields = { ...(isWhole(body) ? {} : standard), ...client.fields }
  return {
    method: template.method ?? method,
    url,
    format,
    headers: { ...template.headers },
    ...(template.query && { query: template.query }),
    ...((template.basic ?? client.basic) && { basic: template.basic ?? client.basic }),
    body: typeof body === 'string' || Array.isArray(body) ? body : { ...fields, ...(body as object) },
    optional: client.optional ?? [],
  }
}

/** Whether a body stands in place of the standard's parameters. */
function isWhole(body: unknown): boolean {
  if (typeof body === 'string' || Array.isArray(body)) return true
  const names = textsIn(body).flatMap(namesIn)
  const named = (body as Record<string, unknown> | undefined)?.grant_type ?? undefined
  return (
    named !== undefined ||
    names.some((name) => /^(code|token|token\..+|client\..+|secret\..+|jwt\.token)$/.test(name))
  )
}

/** Whether a template says itself who asks, so that nothing else may. */
function isOwnAuthentication(template: RequestTemplate, computed: OAuth2['computed'] = {}): boolean {
  const asked = namesOf(template)
  // A value that is computed asks for what it is made of; it may be made of another.
  const isUsed = asked.some((name) => name.startsWith('computed.'))
  const names = isUsed ? [...asked, ...textsIn(computed).flatMap(namesIn)] : asked
  const headers = Object.keys(template.headers ?? {}).map((name) => name.toLowerCase())
  return (
    template.basic !== undefined ||
    headers.includes('authorization') ||
    names.some((name) => name === 'client.secret' || name === 'jwt.token')
  )
}

function namesOf({ headers, basic, query, body }: RequestTemplate, ...more: string[]): string[] {
  return [...textsIn([headers, basic, query, body]), ...more].flatMap(namesIn)
}

interface ClientShape {
  readonly fields?: Fields
  readonly basic?: RequestShape['basic']
  readonly optional?: readonly string[]
}

const id = { client_id: '{client.id}' }
const pair = { username: '{client.id}', password: '{client.secret}' }
const assertion = {
  fields: {
    ...id,
    client_assertion_type: `${urn}client-assertion-type:jwt-bearer`,
    client_assertion: '{jwt.token}',
  },
  // RFC 7521 §4.2: the assertion says who it is.
  optional: ['client_id'],
}

/** How the client says who it is (RFC 6749 §2.3, RFC 7523 §2.2, RFC 8705 §2). */
const clientShapes: Readonly<Record<OAuth2['clientAuthentication'], ClientShape>> = {
  basic: { basic: { ...pair, isEncoded: true } },
  basic_raw: { basic: pair },
  body: { fields: { ...id, client_secret: '{client.secret}' } },
  private_key_jwt: assertion,
  client_secret_jwt: assertion,
  tls: { fields: id },
  none: { fields: id },
}

/** Without a secret the client is public, and says its id alone. */
function clientShape({ clientAuthentication }: OAuth2, values: Values): ClientShape {
  if (!Object.hasOwn(values, 'client.id')) return {}
  const needsSecret = ['basic', 'basic_raw', 'body'].includes(clientAuthentication)
  return needsSecret && !Object.hasOwn(values, 'client.secret')
    ? { fields: id }
    : clientShapes[clientAuthentication]
}
