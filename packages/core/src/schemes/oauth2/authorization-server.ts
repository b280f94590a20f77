import type { OAuth2 } from '@sallyport/contract'
import type * as oauth from 'oauth4webapi'
import { SallyportError } from '../../error.ts'
import type { Connection, SchemePorts } from '../scheme.ts'
import { publishedMetadata } from './discovery.ts'
import { splitFragment } from './template-fields.ts'

/** Where a definition may give an endpoint itself; the others only an issuer publishes. */
const fields = {
  authorization_endpoint: 'authorizationUrl',
  token_endpoint: 'tokenUrl',
  revocation_endpoint: 'revokeUrl',
  device_authorization_endpoint: 'deviceUrl',
  pushed_authorization_request_endpoint: 'parUrl',
  registration_endpoint: 'registrationUrl',
} as const satisfies Partial<Record<keyof oauth.AuthorizationServer, keyof OAuth2>>

/** An endpoint of an authorization server. */
export type EndpointName = keyof typeof fields | 'jwks_uri' | 'introspection_endpoint'

/** Those that a server may well do without. */
const optional: ReadonlySet<EndpointName> = new Set([
  'revocation_endpoint',
  'introspection_endpoint',
  'jwks_uri',
])

/**
 * The authorization server of a definition: what it says, and what its issuer publishes, which is asked only where
 * that matters. The endpoint that is needed is there, unless it is one that servers may do without.
 *
 * @throws SallyportError issuer_mismatch; upstream_unreachable when neither names the endpoint
 */
export async function authorizationServer(
  ports: SchemePorts,
  connection: Connection,
  need: EndpointName,
): Promise<oauth.AuthorizationServer> {
  const auth = connection.definition.auth as OAuth2
  const given = givenEndpoints(connection, need)
  // Without an issuer there is nothing to compare with: the library wants a name for the server, and tells nobody.
  const issuer = auth.issuer === undefined ? 'https://issuer.invalid' : connection.renderUrl(auth.issuer)
  // The browser's way must know whether the server announces `iss` (RFC 9207 §3) and wants requests pushed.
  const asks = auth.issuer !== undefined && (need === 'authorization_endpoint' || given[need] === undefined)
  const published = asks ? await publishedMetadata(ports, connection, issuer) : undefined
  const aliases = auth.clientAuthentication === 'tls' ? aliasesOf(published) : {}
  const server = { ...published, ...aliases, issuer, ...given }
  if (server[need] === undefined && !optional.has(need)) {
    throw new SallyportError('upstream_unreachable', {
      message: `${asks && !published ? 'The issuer publishes no metadata (RFC 8414)' : 'The issuer publishes none'}, and the definition gives no ${need.replaceAll('_', ' ')}.`,
    })
  }
  return server
}

/** Whether the endpoint is the issuer's word, and not the definition's. */
export function isPublished(auth: OAuth2, name: keyof typeof fields): boolean {
  return auth[fields[name]] === undefined
}

/** Endpoints for clients that show a certificate, where the server has others for them (RFC 8705 §5). */
function aliasesOf(published: oauth.AuthorizationServer | undefined): { [Name in EndpointName]?: string } {
  return Object.fromEntries(
    Object.entries(published?.mtls_endpoint_aliases ?? {}).filter(
      ([name, address]) => typeof address === 'string' && Object.hasOwn(fields, name),
    ),
  )
}

function givenEndpoints(connection: Connection, need: EndpointName): { [Name in EndpointName]?: string } {
  const auth = connection.definition.auth as OAuth2
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) => {
      const template = auth[field]
      // What a browser alone reads is put behind again when the page's address is made.
      // One that asks for what is kept at the callback cannot be known before, and need not.
      if (template === undefined || (name !== need && !connection.holds(template))) return []
      return [[name, connection.renderUrl(splitFragment(template).page)]]
    }),
  )
}
