import type { Behaviour } from './behaviour.ts'
import { echo } from './echo.ts'
import { eventStream } from './event-stream.ts'
import type { AccessToken, Ledger } from './ledger.ts'
import { jsonReply, methodNotAllowed, type ProviderReply, type ProviderRequest } from './message.ts'

/** Everything under `/api`: what an access token opens (RFC 6750, header only). */
export function bearerApi(
  { behaviour, ledger }: { behaviour: Behaviour; ledger: Ledger },
  request: ProviderRequest,
): ProviderReply {
  const value = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  // RFC 6750 §3.1: a request without any token is told which scheme to use, and no error code.
  if (value === undefined) return jsonReply(401, { error: 'unauthorized' }, { 'WWW-Authenticate': 'Bearer' })

  const token = ledger.acceptedAccessToken(value)
  if (!token) {
    const header = { 'WWW-Authenticate': 'Bearer error="invalid_token"' }
    return jsonReply(
      401,
      { error: 'invalid_token', error_description: 'The access token is not accepted.' },
      header,
    )
  }

  if (request.path === '/api/echo' || request.path.startsWith('/api/echo/')) return echo(request, value)
  switch (request.path) {
    case '/api/me':
      return request.method === 'GET' ? jsonReply(200, me(token)) : methodNotAllowed('GET')
    case '/api/stream':
      return request.method === 'GET' ? eventStream(behaviour) : methodNotAllowed('GET')
    case '/api/forget':
      if (request.method !== 'POST') return methodNotAllowed('POST')
      ledger.forgetAccessToken(value)
      return jsonReply(200, { forgotten: { tokenNumber: token.number } })
    default:
      return jsonReply(404, { error: 'not_found' })
  }
}

function me({ grant, number, issuedBy, scopes, issuedAt, expiresAt }: AccessToken) {
  return {
    subject: grant.subject,
    clientId: grant.clientId,
    tokenNumber: number,
    issuedBy,
    scope: scopes.join(' '),
    issuedAt: new Date(issuedAt).toISOString(),
    ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() }),
  }
}
