import type { OAuth2 } from '@sallyport/contract'
import { parseRetryAfter } from '../../retry-after.ts'
import { refusedBy, unreadable } from '../grant-failure.ts'
import { withoutSecrets } from '../provider-words.ts'
import { readReplyDocument } from '../reply-document.ts'
import type { Connection, SchemePorts } from '../scheme.ts'
import { readTokenReply } from '../token-reply.ts'
import { detailsName } from './authorization-details.ts'

interface WireRequest {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: unknown
}

/**
 * Carries a standard token request to a provider that departs from the standard, and its answer back: the
 * one place for departures. `secrets` are those in the request, which a provider's words may repeat.
 */
export function wire(ports: SchemePorts, connection: Connection, secrets: readonly string[]) {
  const auth = connection.definition.auth as OAuth2
  return async (address: string, request: WireRequest): Promise<Response> => {
    const form = String(request.body)
    const asQuery = auth.tokenMethod === 'GET'
    const url = asQuery ? `${address}${address.includes('?') ? '&' : '?'}${form}` : address
    const { 'content-type': contentType, ...headers } = request.headers
    const sent = [...secrets, headers.authorization?.replace(/^Basic /, '') ?? '']
    const reply = await ports.send({
      tls: connection.tls('credential'),
      url: connection.permit(url, {
        sends: 'credential',
        publishedByIssuer: auth.tokenUrl === undefined,
      }),
      method: auth.tokenMethod,
      headers: asQuery || contentType === undefined ? headers : { ...headers, 'content-type': contentType },
      body: asQuery ? undefined : form,
    })
    const retryAfter = parseRetryAfter(reply.headers['retry-after'], ports.clock.now())
    const read = readTokenReply(reply, { paths: auth.tokenReply, now: ports.clock.now() })
    if (read.kind === 'error') {
      const description = read.description === undefined ? undefined : withoutSecrets(read.description, sent)
      throw refusedBy(reply.status, withoutSecrets(read.error, sent), description, retryAfter)
    }
    if (read.kind === 'malformed' || reply.status >= 300) {
      const why = read.kind === 'malformed' ? read.why : 'not with success'
      throw unreadable(
        reply.status,
        why,
        Buffer.from(withoutSecrets(reply.body.toString('utf8'), sent)),
        retryAfter,
      )
    }
    return Response.json({
      access_token: read.accessToken,
      token_type: read.tokenType,
      expires_in: read.expiresInSeconds,
      refresh_token: read.refreshToken,
      scope: read.scope,
      issued_token_type: read.issuedTokenType,
      authorization_details: readReplyDocument(reply)?.at(`/${detailsName}`),
    })
  }
}
