import type { OAuth2 } from '@sallyport/contract'
import type { Connection, SchemePorts, Tokens } from '../scheme.ts'
import { requestToken } from './token-request.ts'

/** Renews by what the tokens themselves bring (RFC 6749 §6). No scope: the refreshed token has those that were granted. */
export function refresh(ports: SchemePorts, connection: Connection, previous: Tokens): Promise<Tokens> {
  const { scopeDelimiter } = connection.definition.auth as OAuth2
  return requestToken(ports, connection, {
    grantType: 'refresh_token',
    parameters: previous.refreshToken ? { refresh_token: previous.refreshToken.reveal() } : {},
    scopes: previous.scopes,
    values: { scope: previous.scopes.join(scopeDelimiter) },
    previous,
  })
}
