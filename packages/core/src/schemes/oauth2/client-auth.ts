import type { OAuth2 } from '@sallyport/contract'
import type * as oauth from 'oauth4webapi'
import type { TemplateValues } from '../../template/render.ts'
import type { Connection, SchemePorts } from '../scheme.ts'
import { asksForJwt, clientAssertion, definedJwt } from './assertions.ts'
import { clientIdOf, clientSecretsOf, withClientSecret } from './client.ts'

/** The client as it shows itself at one endpoint: by exactly one method (RFC 6749 §2.3). */
export interface ClientAuthentication {
  /** Empty where the provider knows no client (RFC 7523 §2.1). */
  readonly id: string
  readonly method: oauth.ClientAuth
  /** What the request holds that nobody may read, to be cut out of a provider's words. */
  readonly secrets: readonly string[]
  /** `client.id`, `client.secret` and `jwt.token`, as far as there are such, for the request's templates. */
  readonly values: TemplateValues
}

/** Where a client shows itself, and what of the definition the request is made from. */
export interface ClientRequest {
  /** The very address that the request goes to: an assertion is good there alone (B14). */
  readonly endpoint: string
  /** Templates of the request; `{jwt.token}` is made where they ask for it. */
  readonly template?: unknown
}

/**
 * Makes a request that authenticates the client, and makes it once more where the provider does not know the
 * client by one of two secrets in rotation. `ask` may be called twice.
 *
 * @throws SallyportError account_incomplete when a JWT cannot be signed; and what `ask` throws
 */
export function withClient<T>(
  ports: Pick<SchemePorts, 'clock' | 'random'>,
  connection: Connection,
  request: ClientRequest,
  ask: (client: ClientAuthentication) => Promise<T>,
): Promise<T> {
  const secretTexts = Object.entries(connection.definitionSecrets).flatMap(([path, secret]) =>
    path.startsWith('/auth/clientSecret') ? [secret.reveal()] : [],
  )
  const jwt = asksForJwt([request.template, secretTexts])
    ? { 'jwt.token': definedJwt(ports, connection, request.endpoint) }
    : {}
  return withClientSecret(clientSecretsOf(connection, jwt), (secret) => {
    const client = authentication(ports, connection, request.endpoint, secret)
    const values = { 'client.id': client.id, ...(secret !== '' && { 'client.secret': secret }), ...jwt }
    return ask({ ...client, secrets: [...client.secrets, ...Object.values(jwt)], values })
  })
}

/** Without the secret that a method needs, a client is public. */
function authentication(
  ports: Pick<SchemePorts, 'clock' | 'random'>,
  connection: Connection,
  endpoint: string,
  secret: string,
): Omit<ClientAuthentication, 'values'> {
  const way = (connection.definition.auth as OAuth2).clientAuthentication
  const id = clientIdOf(connection)
  const secrets = secret === '' ? [] : [secret]
  if (way === 'private_key_jwt' || way === 'client_secret_jwt') {
    const assertion = clientAssertion(ports, connection, { endpoint, secret })
    return { id, method: assertedBy(id, assertion), secrets: [...secrets, assertion] }
  }
  if (way === 'none' || way === 'tls' || secret === '') return { id, method: nameOnly(id), secrets: [] }
  return { id, method: way === 'body' ? inBody(id, secret) : basic(id, secret, way), secrets }
}

/** RFC 6749 §3.2.1; a client that has no id names none. */
function nameOnly(id: string): oauth.ClientAuth {
  return (_server, _client, body) => {
    if (id !== '') body.set('client_id', id)
  }
}

/** RFC 7523 §2.2; the id beside the assertion is what some servers find the client's key by. */
function assertedBy(id: string, assertion: string): oauth.ClientAuth {
  return (_server, _client, body) => {
    if (id !== '') body.set('client_id', id)
    body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    body.set('client_assertion', assertion)
  }
}

function inBody(id: string, secret: string): oauth.ClientAuth {
  return (_server, _client, body) => {
    body.set('client_id', id)
    body.set('client_secret', secret)
  }
}

/**
 * RFC 6749 §2.3.1, encoded no more than a form has to be: many providers do not decode, and ids and secrets are
 * full of `-`, `.` and `_`, which the library would encode as well. Raw is for those that decode nothing at all.
 */
function basic(id: string, secret: string, way: 'basic' | 'basic_raw'): oauth.ClientAuth {
  const write = way === 'basic' ? formEncoded : (text: string) => text
  const pair = `${write(id)}:${write(secret)}`
  return (_server, _client, _body, headers) => {
    headers.set('authorization', `Basic ${Buffer.from(pair).toString('base64')}`)
  }
}

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}
