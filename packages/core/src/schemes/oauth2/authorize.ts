import { createHash } from 'node:crypto'
import type { OAuth2 } from '@sallyport/contract'
import type { Authorization, Connection, SchemePorts } from '../scheme.ts'
import { detailsName, renderDetails } from './authorization-details.ts'
import { authorizationServer } from './authorization-server.ts'
import { clientIdOf } from './client.ts'
import { newProofKey, thumbprintOf } from './dpop.ts'
import { withProofs } from './dpop-request.ts'
import { isPushed, pushRequest } from './pushed-request.ts'

/**
 * Builds the address of the provider's page (RFC 6749 §4.1.1) with PKCE (RFC 7636); where requests are pushed
 * (RFC 9126), the page learns no more than where to find this one.
 */
export const begin: Authorization['begin'] = async (ports, connection, request) => {
  const auth = connection.definition.auth as OAuth2
  const server = await authorizationServer(ports, connection, 'authorization_endpoint')
  const page = server.authorization_endpoint ?? ''
  connection.permitBrowser(page)
  const verifier = ports.random.bytes(32).toString('base64url')
  const parameters = requestParameters(connection)
  const dpopKey = auth.dpop ? newProofKey() : undefined
  const ours = {
    response_type: 'code',
    client_id: clientIdOf(connection),
    redirect_uri: request.redirectUri,
    state: request.state,
    ...challenge(auth.pkce, verifier),
    // Binds the code to the key as well (RFC 9449 §10).
    ...(dpopKey && { dpop_jkt: thumbprintOf(dpopKey) }),
  }
  for (const [name, value] of Object.entries(ours)) parameters.set(name, value)
  const push = (sending: SchemePorts) => pushRequest(sending, connection, server, parameters)
  const pushed = () => (dpopKey ? withProofs(ports, dpopKey, push) : push(ports))
  const carried = isPushed(auth, server) ? await pushed() : parameters
  return {
    url: pageWith(page, carried),
    memory: {
      codeVerifier: verifier,
      ...(dpopKey && { dpopKey: dpopKey.reveal() }),
      ...(auth.issuer !== undefined && { issuer: server.issuer }),
      ...(server.authorization_response_iss_parameter_supported && { issAnnounced: 'true' }),
    },
  }
}

/** What is asked for, whichever way: the definition's own parameters, scope and resources (RFC 8707 §2.1). */
export function requestParameters(connection: Connection): URLSearchParams {
  const auth = connection.definition.auth as OAuth2
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(auth.authorizationParams)) {
    const text = name === detailsName ? renderDetails(connection, value) : connection.render(value, 'text')
    parameters.set(name, text)
  }
  const scope = auth.scopes.map((text) => connection.render(text, 'text')).join(auth.scopeDelimiter)
  if (scope) parameters.set('scope', scope)
  for (const resource of auth.resource ?? []) {
    parameters.append('resource', connection.render(resource, 'text'))
  }
  return parameters
}

/** The page keeps its own query, but for what is said here. */
function pageWith(page: string, parameters: URLSearchParams): string {
  const url = new URL(page)
  for (const name of parameters.keys()) url.searchParams.delete(name)
  for (const [name, value] of parameters) url.searchParams.append(name, value)
  return url.href
}

function challenge(pkce: OAuth2['pkce'], verifier: string): Record<string, string> {
  if (pkce === 'off') return {}
  const hashed = pkce === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier
  return { code_challenge: hashed, code_challenge_method: pkce }
}
