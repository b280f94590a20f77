import type { OAuth2 } from '@sallyport/contract'
import * as oauth from 'oauth4webapi'
import { parseUrl } from '../../destination/url.ts'
import { SallyportError } from '../../error.ts'
import type { Connection, SchemePorts } from '../scheme.ts'
import { parseStrictJson } from '../strict-json.ts'

/** The authorization server of a definition: what it says, and what its issuer publishes. */
export async function authorizationServer(
  ports: SchemePorts,
  connection: Connection,
  need: 'token_endpoint' | 'authorization_endpoint',
): Promise<oauth.AuthorizationServer> {
  const auth = connection.definition.auth as OAuth2
  const given = {
    ...(auth.authorizationUrl && { authorization_endpoint: connection.renderUrl(auth.authorizationUrl) }),
    ...(auth.tokenUrl && { token_endpoint: connection.renderUrl(auth.tokenUrl) }),
  }
  if (auth.issuer === undefined) {
    // Nothing to compare with: the library wants a name for the server, and tells nobody.
    return { issuer: 'https://issuer.invalid', ...given }
  }
  const issuer = connection.renderUrl(auth.issuer)
  // The callback must know whether the server announces `iss` (RFC 9207 §3); a token request need not.
  if (need === 'token_endpoint' && given.token_endpoint) return { issuer, ...given }
  const published = await discover(ports, connection, issuer)
  if (!published && !(need in given)) {
    throw new SallyportError('upstream_unreachable', {
      message: `The issuer publishes no metadata (RFC 8414), and the definition gives no ${need.replace('_', ' ')}.`,
    })
  }
  return { ...published, issuer, ...given }
}

/** RFC 8414 first, then OpenID Connect Discovery; undefined when the issuer has neither. */
async function discover(
  ports: SchemePorts,
  connection: Connection,
  issuer: string,
): Promise<oauth.AuthorizationServer | undefined> {
  for (const algorithm of ['oauth2', 'oidc'] as const) {
    const response = await oauth.discoveryRequest(new URL(issuer), {
      algorithm,
      [oauth.allowInsecureRequests]: true,
      [oauth.customFetch]: (url) => fetchMetadata(ports, connection, url),
    })
    if (response.status === 404) continue
    if (response.status !== 200)
      throw new SallyportError('upstream_unreachable', { detail: `metadata ${response.status}` })
    return checkedMetadata(issuer, response)
  }
  return undefined
}

async function fetchMetadata(ports: SchemePorts, connection: Connection, url: string): Promise<Response> {
  const reply = await ports.send({
    url: connection.permit(url, { sends: 'credential' }),
    method: 'GET',
    headers: { accept: 'application/json' },
    body: undefined,
  })
  const metadata = reply.status === 200 ? parseStrictJson(reply.body) : {}
  return new Response(JSON.stringify(metadata ?? null), {
    status: reply.status === 200 || reply.status === 404 ? reply.status : 502,
    headers: { 'content-type': 'application/json' },
  })
}

async function checkedMetadata(issuer: string, response: Response): Promise<oauth.AuthorizationServer> {
  try {
    // The issuer is compared as a string, character by character (RFC 8414 §3.3).
    const metadata = await oauth.processDiscoveryResponse(new URL(issuer), response)
    if (metadata.issuer !== issuer) throw new SallyportError('issuer_mismatch')
    checkEndpoints(metadata)
    return metadata
  } catch (cause) {
    if (cause instanceof SallyportError) throw cause
    throw new SallyportError('issuer_mismatch', { cause })
  }
}

/** What else stood there would be made text, and then an address, on its way to a browser or a socket (A11). */
function checkEndpoints(metadata: oauth.AuthorizationServer): void {
  for (const name of ['authorization_endpoint', 'token_endpoint'] as const) {
    const address: unknown = metadata[name]
    if (address === undefined || (typeof address === 'string' && parseUrl(address))) continue
    throw new SallyportError('upstream_unreachable', {
      message: `The issuer publishes a ${name} that is no https address. Give the address in the definition.`,
    })
  }
}
