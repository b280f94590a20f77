import { authenticatedClient } from './client-authentication.ts'
import { jsonReply, methodNotAllowed, type ProviderReply, type ProviderRequest } from './message.ts'
import { OAuthError } from './oauth-error.ts'
import { formParameters, parametersOf, required } from './parameters.ts'
import { type GrantContext, tokenGrants } from './token-grants.ts'

/** `POST /token`, and `GET /token` where the behaviour says so. */
export function tokenEndpoint(context: GrantContext, request: ProviderRequest): ProviderReply {
  const { behaviour } = context
  const byGet = request.method === 'GET' && behaviour.tokenEndpointByGet
  if (request.method !== 'POST' && !byGet) {
    return methodNotAllowed(...(behaviour.tokenEndpointByGet ? ['GET', 'POST'] : ['POST']))
  }
  return refusalsAsReplies(() => {
    const parameters = byGet ? parametersOf(request.query) : formParameters(request)
    const grantType = required(parameters, 'grant_type')
    const client = authenticatedClient(behaviour, request, parameters)
    if (!isKnown(grantType))
      throw new OAuthError('unsupported_grant_type', 'The grant type is not supported.')

    const issued = tokenGrants[grantType](context, client, parameters)
    const lifetime = behaviour.accessTokenLifetimeSeconds
    return jsonReply(
      200,
      {
        access_token: issued.accessToken,
        token_type: 'Bearer',
        ...(lifetime === undefined ? {} : { expires_in: lifetime }),
        ...(issued.refreshToken === undefined ? {} : { refresh_token: issued.refreshToken }),
        ...(issued.scopes.length === 0 ? {} : { scope: issued.scopes.join(' ') }),
      },
      { Pragma: 'no-cache' },
    )
  })
}

/** Puts a refusal on the wire as RFC 6749 §5.2 says. */
export function refusalsAsReplies(answer: () => ProviderReply): ProviderReply {
  try {
    return answer()
  } catch (cause) {
    if (!(cause instanceof OAuthError)) throw cause
    const body = { error: cause.code, error_description: cause.message }
    return cause.code === 'invalid_client'
      ? jsonReply(401, body, { 'WWW-Authenticate': 'Basic realm="token endpoint"' })
      : jsonReply(400, body)
  }
}

function isKnown(grantType: string): grantType is keyof typeof tokenGrants {
  return Object.hasOwn(tokenGrants, grantType)
}
