import type * as oauth from 'oauth4webapi'
import { parseUrl } from '../../destination/url.ts'
import { SallyportError } from '../../error.ts'
import type { Connection, SchemePorts } from '../scheme.ts'
import { parseStrictJson } from '../strict-json.ts'

/** What else stood there would be made text, and then an address, on its way to a browser or a socket (A11). */
const addresses = [
  'authorization_endpoint',
  'token_endpoint',
  'revocation_endpoint',
  'device_authorization_endpoint',
  'pushed_authorization_request_endpoint',
  'registration_endpoint',
  'introspection_endpoint',
  'jwks_uri',
  'userinfo_endpoint',
] as const

/** A server that answers, and publishes nothing under its name. */
class NoMetadata extends SallyportError {}

/**
 * What an issuer publishes: RFC 8414 first, then OpenID Connect Discovery; undefined when it has neither. Read
 * again every few minutes, where the ports remember it.
 *
 * @throws SallyportError issuer_mismatch, upstream_unreachable, redirect_refused, host_not_allowed
 */
export async function publishedMetadata(
  ports: SchemePorts,
  connection: Connection,
  issuer: string,
): Promise<oauth.AuthorizationServer | undefined> {
  // Also for what is remembered: another definition may have been allowed to ask there.
  connection.permit(issuer, { sends: 'credential' })
  const ask = () => discover(ports, connection, issuer)
  try {
    // Behind a private authority another server may bear the same name.
    const remembered = isOfOpenWeb(connection) ? ports.issuers : undefined
    return (await (remembered?.get(issuer, ask) ?? ask())) as oauth.AuthorizationServer
  } catch (failure) {
    if (failure instanceof NoMetadata) return undefined
    throw failure
  }
}

function isOfOpenWeb(connection: Connection): boolean {
  return connection.tls('credential') === undefined
}

async function discover(
  ports: SchemePorts,
  connection: Connection,
  issuer: string,
): Promise<oauth.AuthorizationServer> {
  let refusal: SallyportError | undefined
  for (const address of wellKnown(issuer)) {
    const found = await metadataAt(ports, connection, address)
    if (found instanceof SallyportError) refusal ??= found
    else if (found) return checkedMetadata(connection, issuer, found)
  }
  throw refusal ?? new NoMetadata('upstream_unreachable')
}

/** RFC 8414 §3.1 inserts the well-known path, OpenID Connect Discovery §4.1 appends it. */
function wellKnown(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ]
}

/**
 * The document; undefined when there is none. What else many a server answers to a path that it does not know (a
 * page, a redirect to its sign-in) is a reason to look in the other place, and is returned.
 */
async function metadataAt(
  ports: SchemePorts,
  connection: Connection,
  address: string,
): Promise<Record<string, unknown> | SallyportError | undefined> {
  const url = connection.permit(address, { sends: 'credential' })
  const tls = connection.tls('credential')
  const request = { url, method: 'GET', headers: { accept: 'application/json' }, body: undefined, tls }
  const reply = await ports.send(request).catch((failure: unknown) => {
    if (failure instanceof SallyportError && failure.code === 'redirect_refused') return failure
    throw failure
  })
  if (reply instanceof SallyportError) return reply
  if (reply.status === 404) return undefined
  const document = reply.status === 200 ? parseStrictJson(reply.body) : undefined
  if (isObject(document)) return document
  const refusal = new SallyportError('upstream_unreachable', {
    message: `The issuer answered ${reply.status}, but not with metadata (RFC 8414). Give the addresses in the definition, or try again later.`,
  })
  if (reply.status >= 500) throw refusal
  return refusal
}

function isObject(document: unknown): document is Record<string, unknown> {
  return typeof document === 'object' && document !== null && !Array.isArray(document)
}

function checkedMetadata(
  connection: Connection,
  issuer: string,
  document: Record<string, unknown>,
): oauth.AuthorizationServer {
  // Compared as a string, character by character (RFC 8414 §3.3): stored credentials are the issuer's alone (B20).
  if (document.issuer !== issuer) throw new SallyportError('issuer_mismatch')
  const metadata = Object.fromEntries(Object.entries(document).filter(([, value]) => value !== null))
  for (const name of addresses) {
    const address = metadata[name]
    if (address === undefined) continue
    if (typeof address !== 'string' || !parseUrl(address)) {
      throw new SallyportError('upstream_unreachable', {
        message: `The issuer publishes a ${name} that is no https address. Give the address in the definition.`,
      })
    }
    connection.permitBrowser(address)
  }
  return { ...metadata, issuer }
}
