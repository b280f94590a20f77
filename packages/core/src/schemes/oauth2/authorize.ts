import { createHash } from 'node:crypto'
import type { OAuth2 } from '@sallyport/contract'
import type { Authorization, Connection, SchemePorts } from '../scheme.ts'
import { detailsName, renderDetails } from './authorization-details.ts'
import { authorizationServer } from './authorization-server.ts'
import { clientIdOf, scopeOf } from './client.ts'
import { newProofKey, thumbprintOf } from './dpop.ts'
import { withProofs } from './dpop-request.ts'
import { isOpenId } from './identity.ts'
import { isPushed, pushRequest } from './pushed-request.ts'
import { currentClient } from './registration.ts'
import { splitFragment } from './template-fields.ts'

/**
 * Builds the address of the provider's page (RFC 6749 §4.1.1) with PKCE (RFC 7636); where requests are pushed
 * (RFC 9126), the page learns no more than where to find this one.
 */
export const begin: Authorization['begin'] = async (ports, given, request) => {
  const { connection, clientId } = await currentClient(ports, given, request.redirectUri)
  const auth = connection.definition.auth as OAuth2
  const server = await authorizationServer(ports, connection, 'authorization_endpoint')
  const page = server.authorization_endpoint ?? ''
  connection.permitBrowser(page)
  const verifier = ports.random.bytes(32).toString('base64url')
  const dpopKey = auth.dpop ? newProofKey() : undefined
  const parameters = authorizationParameters(connection, { ...request, verifier })
  // Binds the code to the key as well (RFC 9449 §10).
  if (dpopKey) parameters.set('dpop_jkt', thumbprintOf(dpopKey))
  const nonce = isOpenId(auth) ? ports.random.bytes(32).toString('base64url') : undefined
  if (nonce !== undefined) parameters.set('nonce', nonce)
  const push = (sending: SchemePorts) => pushRequest(sending, connection, server, parameters)
  const pushed = () => (dpopKey ? withProofs(ports, dpopKey, push) : push(ports))
  const carried = isPushed(auth, server) ? await pushed() : parameters
  return {
    url: pageWith(connection, page, carried),
    memory: {
      state: request.state,
      codeVerifier: verifier,
      ...(clientId !== undefined && { clientId }),
      ...(nonce !== undefined && { nonce }),
      ...(dpopKey && { dpopKey: dpopKey.reveal() }),
      ...(auth.issuer !== undefined && { issuer: server.issuer }),
      ...(server.authorization_response_iss_parameter_supported && { issAnnounced: 'true' }),
    },
  }
}

/** Where the provider sends the browser back to, as it is told: ours, or the alias by which it knows ours. */
export function redirectUriSent(connection: Connection, ours: string): string {
  const { redirectUri } = connection.definition.auth as OAuth2
  return redirectUri === undefined ? ours : connection.render(redirectUri, 'text')
}

/** What an authorization request says, by the provider's names; what is ours replaces what the definition adds. */
function authorizationParameters(
  connection: Connection,
  request: { readonly redirectUri: string; readonly state: string; readonly verifier: string },
): URLSearchParams {
  const { authorizationNames = {}, pkce } = connection.definition.auth as OAuth2
  const parameters = requestParameters(connection)
  const ours = {
    response_type: 'code',
    client_id: clientIdOf(connection),
    redirect_uri: redirectUriSent(connection, request.redirectUri),
    state: request.state,
    ...challenge(pkce, request.verifier),
  }
  for (const [name, value] of Object.entries(ours)) {
    const theirs = authorizationNames[name]
    if (theirs !== null) parameters.set(theirs ?? name, value)
  }
  return parameters
}

/** What is asked for, whichever way: the definition's own parameters, scope and resources (RFC 8707 §2.1). */
export function requestParameters(connection: Connection): URLSearchParams {
  const auth = connection.definition.auth as OAuth2
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(auth.authorizationParams)) {
    const text = name === detailsName ? renderDetails(connection, value) : connection.render(value, 'text')
    parameters.set(name, text)
  }
  const scope = scopeOf(connection)
  const scopeName = auth.authorizationNames?.scope
  if (scope && scopeName !== null) parameters.set(scopeName ?? 'scope', scope)
  for (const resource of auth.resource ?? []) {
    parameters.append('resource', connection.render(resource, 'text'))
  }
  return parameters
}

/**
 * The parameters where the page reads them: in its query, or inside a fragment that is a route of its own
 * (`#/oauth/authorize`). Any other fragment stays behind the query.
 */
function pageWith(connection: Connection, page: string, parameters: URLSearchParams): string {
  const { authorizationUrl = '' } = connection.definition.auth as OAuth2
  const { fragment } = splitFragment(authorizationUrl)
  const url = new URL(page)
  const behind = fragment === undefined ? '' : `#${connection.render(fragment, 'text')}`
  if (!/^#!?\//.test(behind)) {
    url.search = merged(url.searchParams, parameters)
    return url.href + behind
  }
  const [route = '', query = ''] = behind.split('?', 2)
  return `${url.href}${route}?${merged(new URLSearchParams(query), parameters)}`
}

/** A page keeps its own query, but for what is said here. */
function merged(own: URLSearchParams, parameters: URLSearchParams): string {
  const rest = [...own].filter(([name]) => !parameters.has(name))
  return new URLSearchParams([...rest, ...parameters]).toString()
}

function challenge(pkce: OAuth2['pkce'], verifier: string): Record<string, string> {
  if (pkce === 'off') return {}
  const hashed = pkce === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier
  return { code_challenge: hashed, code_challenge_method: pkce }
}
