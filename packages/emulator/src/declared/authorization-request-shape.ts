import type { AuthOf } from '@sallyport/contract'
import { isLeftOut, type RequestShape } from './request-shape.ts'
import type { Values } from './template.ts'

/** The address that a browser is sent to (RFC 6749 §4.1.1, RFC 7636 §4.3), with the provider's own names. */
export function authorizationShape(auth: AuthOf<'oauth2'>, values: Values): RequestShape {
  const names = auth.authorizationNames ?? {}
  const standard: Record<string, string> = {
    response_type: 'code',
    client_id: '{client.id}',
    redirect_uri: auth.redirectUri ?? '{redirectUri}',
    scope: '{scope}',
    state: '{flow.state}',
    ...(auth.pkce !== 'off' && {
      code_challenge: '{request.codeChallenge}',
      code_challenge_method: auth.pkce,
    }),
  }
  const query: Record<string, unknown> = {}
  for (const [name, template] of Object.entries(standard)) {
    const own = Object.hasOwn(names, name) ? names[name] : name
    if (own !== null && own !== undefined && !isLeftOut(template, values)) query[own] = template
  }
  return {
    method: 'GET',
    url: auth.authorizationUrl ?? '',
    query: { ...query, ...auth.authorizationParams, ...(auth.resource && { resource: auth.resource }) },
    format: 'query',
  }
}
