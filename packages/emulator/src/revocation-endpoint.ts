import type { Behaviour } from './behaviour.ts'
import { authenticatedClient } from './client-authentication.ts'
import type { Ledger } from './ledger.ts'
import { methodNotAllowed, type ProviderReply, type ProviderRequest } from './message.ts'
import { OAuthError } from './oauth-error.ts'
import { formParameters, required } from './parameters.ts'
import { refusalsAsReplies } from './token-endpoint.ts'

/** `POST /revoke` (RFC 7009): a refresh token takes its whole family along, an access token only itself. */
export function revocationEndpoint(
  { behaviour, ledger }: { behaviour: Behaviour; ledger: Ledger },
  request: ProviderRequest,
): ProviderReply {
  if (request.method !== 'POST') return methodNotAllowed('POST')
  return refusalsAsReplies(() => {
    const parameters = formParameters(request)
    const client = authenticatedClient(behaviour, request, parameters)
    const value = required(parameters, 'token')
    const refreshToken = ledger.refreshToken(value)
    const token = refreshToken ?? ledger.accessToken(value)

    // RFC 7009 §2.1: refused if the token was issued to another client; §2.2: an unknown token is fine.
    if (token && token.grant.clientId !== client.clientId) {
      throw new OAuthError('invalid_grant', 'The token was issued to another client.')
    }
    if (refreshToken) refreshToken.grant.revoked = true
    else ledger.forgetAccessToken(value)
    return { status: 200, headers: { 'Cache-Control': 'no-store' }, body: '' }
  })
}
