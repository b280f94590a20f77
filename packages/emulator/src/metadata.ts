import type { Behaviour } from './behaviour.ts'
import { jsonReply, methodNotAllowed, type ProviderReply, type ProviderRequest } from './message.ts'
import { tokenGrants } from './token-grants.ts'

const registeredName = { basic: 'client_secret_basic', body: 'client_secret_post', none: 'none' } as const

/** `GET /.well-known/oauth-authorization-server` (RFC 8414), true to the behaviour of the moment. */
export function metadataEndpoint(behaviour: Behaviour, request: ProviderRequest): ProviderReply {
  if (request.method !== 'GET') return methodNotAllowed('GET')
  const methods = behaviour.clientAuthenticationMethods.map((method) => registeredName[method])
  const grants = Object.keys(tokenGrants).filter(
    (grant) => grant !== 'refresh_token' || behaviour.refreshTokens,
  )
  return jsonReply(200, {
    issuer: behaviour.issuer,
    authorization_endpoint: `${behaviour.issuer}/authorize`,
    token_endpoint: `${behaviour.issuer}/token`,
    revocation_endpoint: `${behaviour.issuer}/revoke`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: grants,
    token_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_methods_supported: methods,
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: behaviour.sendIssuer,
  })
}
