import { JwtTemplate, type OAuth2 } from '@sallyport/contract'
import { SallyportError } from '../../error.ts'
import { type JwtMaterial, makeJwt } from '../jwt-signing.ts'
import type { Connection, SchemePorts } from '../scheme.ts'
import { clientIdOf, scopeOf } from './client.ts'
import type { TokenRequest } from './token-request.ts'

type Ports = Pick<SchemePorts, 'clock' | 'random'>

/** What templates of a JWT may ask for, beside parameters and the request's own values. */
export const jwtValueNames = ['client.id', 'scope'] as const

/** Nobody who sees an assertion can use it for longer (RFC 7523 §3; B14). */
const longestClientAssertionSeconds = 300

/** What the definition's JWT is for; the grant that is one says so by itself. */
export function jwtUse(
  auth: Pick<OAuth2, 'grant' | 'jwt'>,
): 'client_assertion' | 'assertion' | 'template' | undefined {
  if (!auth.jwt) return undefined
  return auth.jwt.use ?? (auth.grant === 'jwt_bearer' ? 'assertion' : 'client_assertion')
}

/**
 * A JWT that authenticates the client (RFC 7523 §2.2). It is for one server alone: for the definition's issuer,
 * or else for the very address that it is sent to, so that no other server can pass it on as its own (B14).
 *
 * @throws SallyportError account_incomplete when it cannot be signed
 */
export function clientAssertion(
  ports: Ports,
  connection: Connection,
  { endpoint, secret }: { readonly endpoint: string; readonly secret: string },
): string {
  const auth = connection.definition.auth as OAuth2
  const id = clientIdOf(connection)
  const isShared = auth.clientAuthentication === 'client_secret_jwt'
  const own = keysOf(connection)
  return makeJwt(ports, connection, clientAssertionTemplate(auth), {
    key: isShared ? { secret: own.secret ?? secret } : own,
    values: valuesOf(connection),
    claims: { iss: id, sub: id, aud: audienceOf(connection, endpoint) },
    longestSeconds: longestClientAssertionSeconds,
  })
}

/**
 * The definition's JWT for other uses: as a grant (RFC 7523 §2.1), or as `{jwt.token}`.
 *
 * @throws SallyportError account_incomplete when it cannot be signed
 */
export function definedJwt(ports: Ports, connection: Connection, endpoint: string): string {
  const auth = connection.definition.auth as OAuth2
  if (!auth.jwt)
    throw new SallyportError('account_incomplete', {
      message: 'The definition asks for {jwt.token} and describes no JWT. Add `jwt` to it.',
    })
  const id = clientIdOf(connection)
  return makeJwt(ports, connection, auth.jwt, {
    key: keysOf(connection),
    values: valuesOf(connection),
    claims: { ...(id !== '' && { iss: id }), aud: audienceOf(connection, endpoint) },
  })
}

/** The `assertion` of a grant that is one (RFC 7523 §2.1), and of what else the definition sends it with. */
export function grantAssertion(
  ports: Ports,
  connection: Connection,
  { grantType, parameters }: Pick<TokenRequest, 'grantType' | 'parameters'>,
  endpoint: string,
): { readonly assertion?: string } {
  const isWanted = jwtUse(connection.definition.auth as OAuth2) === 'assertion'
  if (!isWanted || grantType === 'refresh_token' || parameters.assertion !== undefined) return {}
  return { assertion: definedJwt(ports, connection, endpoint) }
}

/** Whether templates ask for the JWT: making one costs a signature. */
export function asksForJwt(templates: unknown): boolean {
  return JSON.stringify(templates).includes('{jwt.token}')
}

/** The payload of a JWT that is made for something else does not speak for the client. */
function clientAssertionTemplate(auth: OAuth2): JwtTemplate {
  const { algorithm = 'HS256', header } = auth.jwt ?? {}
  if (auth.jwt && jwtUse(auth) === 'client_assertion') return auth.jwt
  return JwtTemplate.parse({
    algorithm: auth.clientAuthentication === 'client_secret_jwt' ? 'HS256' : algorithm,
    header,
  })
}

function keysOf(connection: Connection): JwtMaterial['key'] {
  const rendered = (path: string) => {
    const stored = connection.definitionSecrets[path]?.reveal()
    return stored === undefined || !connection.holds(stored) ? undefined : connection.render(stored, 'text')
  }
  return { secret: rendered('/auth/jwt/secret'), privateKey: rendered('/auth/jwt/privateKey') }
}

function valuesOf(connection: Connection): Record<(typeof jwtValueNames)[number], string> {
  return { 'client.id': clientIdOf(connection), scope: scopeOf(connection) }
}

function audienceOf(connection: Connection, endpoint: string): string {
  const { issuer } = connection.definition.auth as OAuth2
  return issuer === undefined ? endpoint : connection.renderUrl(issuer)
}
