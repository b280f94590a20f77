import type { OAuth2 } from '@sallyport/contract'
import type * as oauth from 'oauth4webapi'
import { SallyportError } from '../../error.ts'
import type { Connection, SchemePorts } from '../scheme.ts'
import { isPublished } from './authorization-server.ts'
import { askEndpoint } from './endpoint-request.ts'

const endpoint = 'pushed_authorization_request_endpoint'

/** Whether authorization requests are pushed: the definition gives an address for that, or the server insists. */
export function isPushed(auth: OAuth2, server: oauth.AuthorizationServer): boolean {
  return auth.parUrl !== undefined || server.require_pushed_authorization_requests === true
}

/**
 * Pushes an authorization request, and returns what the browser is to carry in its place (RFC 9126 §2). Where that
 * fails nothing is sent the old way: the server, or the definition, asked for more than that gives (A15).
 */
export async function pushRequest(
  ports: SchemePorts,
  connection: Connection,
  server: oauth.AuthorizationServer,
  parameters: URLSearchParams,
): Promise<URLSearchParams> {
  const address = server[endpoint]
  if (address === undefined) {
    throw new SallyportError('upstream_unreachable', {
      message:
        'The issuer wants authorization requests pushed and publishes no address for that. Give parUrl.',
    })
  }
  const { document, unusable } = await askEndpoint(ports, connection, {
    address,
    isPublished: isPublished(connection.definition.auth as OAuth2, endpoint),
    parameters,
    secrets: [parameters.get('state') ?? ''],
  })
  const requestUri = document.at('/request_uri')
  if (typeof requestUri !== 'string' || requestUri === '' || requestUri.length > 2048) {
    throw unusable('without a request_uri (RFC 9126 §2.2)')
  }
  const lifetime = document.at('/expires_in')
  if (lifetime !== undefined && !(Number(lifetime) > 0)) {
    throw unusable('with a request_uri that has expired already (RFC 9126 §2.2)')
  }
  return new URLSearchParams({ client_id: parameters.get('client_id') ?? '', request_uri: requestUri })
}
