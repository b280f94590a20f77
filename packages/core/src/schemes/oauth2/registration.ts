import type { OAuth2 } from '@sallyport/contract'
import { SallyportError } from '../../error.ts'
import { Secret } from '../../secret.ts'
import { GrantFailure } from '../grant-failure.ts'
import type { ClientOwner, ClientRegistrations, RegisteredClient } from '../registered-client.ts'
import type { Connection, SchemePorts, Tokens } from '../scheme.ts'
import {
  clientMetadata,
  isRefused,
  readRegistration,
  registerClient,
  termsOf,
} from './registration-request.ts'

/** A secret that ends so soon is as good as ended. */
const marginMilliseconds = 60_000
/** How long a registration that was seen is taken to be there still, when a browser is about to be sent. */
const seenMilliseconds = 60_000

/** A connection as the client that its provider registered, and that client's id. */
export interface OwnClient {
  readonly connection: Connection
  readonly clientId: string | undefined
}

/** Where registered clients of a connection are kept. */
interface Place {
  readonly clients: ClientRegistrations
  readonly owner: ClientOwner
  /** The issuer, and every address that the client's secret may go to: elsewhere another client is registered (B20). */
  readonly server: string
}

/**
 * The client that new accounts are connected with, registered now where there is none. With a redirect URI a browser
 * is about to be sent, which a server that forgot its client would leave on an error page of its own: so it is asked.
 *
 * @throws GrantFailure, EgressError when the provider registers none
 */
export async function currentClient(
  ports: SchemePorts,
  connection: Connection,
  redirectUri?: string,
): Promise<OwnClient> {
  const place = placeOf(ports, connection)
  if (!place) return { connection, clientId: undefined }
  const client = await place.clients.alone(place.owner, place.server, async () => {
    const metadata = clientMetadata(connection, redirectUri)
    const usable = await usableClient(ports, connection, place, {
      terms: termsOf(metadata),
      isLookedAt: redirectUri !== undefined,
    })
    if (usable) return usable
    const registered = await registerClient(ports, connection, metadata)
    await place.clients.replace(place.owner, place.server, registered)
    return registered
  })
  return { connection: asClient(connection, client), clientId: client.clientId }
}

/**
 * The client that a code, or a refresh token, was issued to.
 *
 * @throws GrantFailure client_forgotten when there is none at this server
 */
export async function clientOfGrant(
  ports: SchemePorts,
  connection: Connection,
  clientId: string | undefined,
): Promise<OwnClient> {
  const place = placeOf(ports, connection)
  if (!place) return { connection, clientId: undefined }
  const clients = await place.clients.list(place.owner, place.server)
  const client = clients.find((each) =>
    clientId === undefined ? !each.isSuperseded : each.clientId === clientId,
  )
  if (!client) throw forgotten()
  return { connection: asClient(connection, client), clientId: client.clientId }
}

/** The same for tokens, whichever their client; without one that is known, the connection as it is. */
export async function clientOfTokens(
  ports: SchemePorts,
  connection: Connection,
  tokens: Tokens,
): Promise<Connection> {
  return (
    (await clientOfGrant(ports, connection, tokens.clientId).catch(() => undefined))?.connection ?? connection
  )
}

/**
 * After `invalid_client`: whether the server has indeed forgotten the client, or gave it another secret. Forgotten
 * ones are superseded, and stay where they are.
 */
export async function afterInvalidClient(
  ports: SchemePorts,
  connection: Connection,
  clientId: string,
): Promise<'forgotten' | 'changed' | 'known'> {
  const place = placeOf(ports, connection)
  if (!place) return 'known'
  const { clients, owner, server } = place
  return clients.alone(owner, server, async () => {
    const client = (await clients.list(owner, server)).find((each) => each.clientId === clientId)
    if (!client || client.isSuperseded) return 'forgotten'
    const read = await readRegistration(ports, connection, client)
    if (read === 'forgotten' || (read === 'unknown' && client.managementUrl === undefined)) {
      await clients.supersede(owner, server, clientId)
      return 'forgotten'
    }
    if (read === 'unknown' || !hasChanged(client, read)) return 'known'
    await clients.replace(owner, server, read)
    return 'changed'
  })
}

/** A grant whose client the server no longer knows ends with it (RFC 7592 §2.3). */
export function forgotten(): GrantFailure {
  return new GrantFailure('account_needs_reconnect', 'client_forgotten', {
    message:
      'The provider no longer knows the client that this was granted to. Connect the account again: another client is registered for it.',
  })
}

async function usableClient(
  ports: SchemePorts,
  connection: Connection,
  { clients, owner, server }: Place,
  { terms, isLookedAt }: { readonly terms: string; readonly isLookedAt: boolean },
): Promise<RegisteredClient | undefined> {
  const client = (await clients.list(owner, server)).find((each) => !each.isSuperseded)
  if (!client || client.terms !== terms) return undefined
  const now = ports.clock.now()
  const mayBeGone = isLookedAt && now - client.registeredAt >= seenMilliseconds
  if (!mayBeGone && isGood(client, now)) return client
  const read = await readRegistration(ports, connection, client)
  const asked = read === 'unknown' && client.managementUrl === undefined && mayBeGone
  if (read === 'forgotten' || (asked && (await isRefused(ports, asClient(connection, client)))))
    return undefined
  const seen = read === 'unknown' ? client : read
  if (!isGood(seen, now)) return undefined
  if (hasChanged(client, seen)) await clients.replace(owner, server, seen)
  return seen
}

/** A server may give another secret, or another token, to whoever reads a registration (RFC 7592 §3). */
function hasChanged(client: RegisteredClient, read: RegisteredClient): boolean {
  return (
    read.clientSecret?.reveal() !== client.clientSecret?.reveal() ||
    read.accessToken?.reveal() !== client.accessToken?.reveal() ||
    read.secretExpiresAt !== client.secretExpiresAt
  )
}

function isGood({ secretExpiresAt }: RegisteredClient, now: number): boolean {
  return secretExpiresAt === undefined || secretExpiresAt - now > marginMilliseconds
}

function placeOf({ registrations }: SchemePorts, connection: Connection): Place | undefined {
  const auth = connection.definition.auth as OAuth2
  if (auth.registration === undefined) return undefined
  if (!registrations || !connection.registrant)
    throw new SallyportError('internal', { detail: 'nowhere to keep' })
  return { clients: registrations, owner: connection.registrant, server: serverOf(connection) }
}

function serverOf(connection: Connection): string {
  const auth = connection.definition.auth as OAuth2
  const { issuer, registrationUrl, tokenUrl, refreshUrl, revokeUrl, deviceUrl, parUrl } = auth
  const name = connection.renderUrl(issuer ?? registrationUrl ?? '')
  const addresses = [registrationUrl, tokenUrl, refreshUrl, revokeUrl, deviceUrl, parUrl]
  const followUps = (auth.followUps ?? []).map(({ url }) => url)
  const origins = [...addresses, ...followUps].flatMap((text) =>
    text === undefined || !connection.holds(text) ? [] : [new URL(connection.renderUrl(text)).origin],
  )
  return [name, ...[...new Set(origins)].sort()].join(' ')
}

/** The provider's words are no templates. */
function literal(text: string): string {
  return text.replace(/\{([A-Za-z_][\w.]*)\}/g, '{{$1}}')
}

const authentications: Readonly<Record<string, OAuth2['clientAuthentication']>> = {
  client_secret_basic: 'basic',
  client_secret_post: 'body',
  client_secret_jwt: 'client_secret_jwt',
  private_key_jwt: 'private_key_jwt',
  tls_client_auth: 'tls',
  self_signed_tls_client_auth: 'tls',
  none: 'none',
}

function asClient(connection: Connection, client: RegisteredClient): Connection {
  const auth = connection.definition.auth as OAuth2
  const told = authentications[client.authentication ?? '']
  // The raw variant is how basic is written here.
  const isRaw = auth.clientAuthentication === 'basic_raw' && told === 'basic'
  const own: OAuth2 = {
    ...auth,
    clientId: literal(client.clientId),
    clientAuthentication: told && !isRaw ? told : auth.clientAuthentication,
  }
  const secret = client.clientSecret && new Secret(literal(client.clientSecret.reveal()))
  return {
    ...connection,
    definition: { ...connection.definition, auth: own },
    definitionSecrets: {
      ...connection.definitionSecrets,
      ...(secret && { '/auth/clientSecret': secret }),
    },
    keeping: (kept) => asClient(connection.keeping(kept), client),
  }
}
