import { createHash } from 'node:crypto'
import type { OAuth2 } from '@sallyport/contract'
import type { Authorization } from '../scheme.ts'
import { authorizationServer } from './authorization-server.ts'
import { clientAuthentication } from './client-auth.ts'

/** Builds the address of the provider's page (RFC 6749 §4.1.1) with PKCE (RFC 7636). */
export const begin: Authorization['begin'] = async (ports, connection, request) => {
  const auth = connection.definition.auth as OAuth2
  const server = await authorizationServer(ports, connection, 'authorization_endpoint')
  const page = server.authorization_endpoint ?? ''
  connection.permitBrowser(page)
  const verifier = ports.random.bytes(32).toString('base64url')
  const url = new URL(page)
  for (const [name, value] of Object.entries(auth.authorizationParams)) {
    url.searchParams.set(name, connection.render(value, 'text'))
  }
  const scope = auth.scopes.map((text) => connection.render(text, 'text')).join(auth.scopeDelimiter)
  const ours = {
    response_type: 'code',
    client_id: clientAuthentication(connection).id,
    redirect_uri: request.redirectUri,
    state: request.state,
    ...(scope && { scope }),
    ...challenge(auth.pkce, verifier),
  }
  for (const [name, value] of Object.entries(ours)) url.searchParams.set(name, value)
  return {
    url: url.href,
    memory: {
      codeVerifier: verifier,
      ...(auth.issuer !== undefined && { issuer: server.issuer }),
      ...(server.authorization_response_iss_parameter_supported && { issAnnounced: 'true' }),
    },
  }
}

function challenge(pkce: OAuth2['pkce'], verifier: string): Record<string, string> {
  if (pkce === 'off') return {}
  const hashed = pkce === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier
  return { code_challenge: hashed, code_challenge_method: pkce }
}
