import { GrantFailure } from '../grant-failure.ts'
import type { Connection, SchemePorts, Tokens } from '../scheme.ts'
import {
  afterInvalidClient,
  clientOfGrant,
  currentClient,
  forgotten,
  type OwnClient,
} from './registration.ts'

/** What of a token request tells its client. */
interface Presented {
  readonly grantType: string
  readonly clientId?: string | undefined
  readonly previous?: Tokens
}

/** Grants that present what was issued to one client, and are of no use to another (RFC 6749 §5.2). */
const ofOneClient: ReadonlySet<string> = new Set([
  'authorization_code',
  'refresh_token',
  'urn:ietf:params:oauth:grant-type:device_code',
])

/**
 * Makes a token request as the client that registered itself, where the definition says so. Where the server forgot
 * it, a grant that needs nothing of the old client is asked for by a new one, once.
 *
 * @throws GrantFailure client_forgotten where only a person can grant again
 */
export async function withRegisteredClient(
  ports: SchemePorts,
  connection: Connection,
  request: Presented,
  ask: (connection: Connection) => Promise<Tokens>,
): Promise<Tokens> {
  const isBound = ofOneClient.has(request.grantType)
  const find = () =>
    isBound
      ? clientOfGrant(ports, connection, request.clientId ?? request.previous?.clientId)
      : currentClient(ports, connection)
  const client = await find()
  try {
    return await asking(client, ask)
  } catch (failure) {
    if (client.clientId === undefined || !isInvalidClient(failure)) throw failure
    const found = await afterInvalidClient(ports, connection, client.clientId)
    if (found === 'known') throw failure
    if (found === 'forgotten' && isBound) throw forgotten()
    return asking(await find(), ask)
  }
}

async function asking(
  { connection, clientId }: OwnClient,
  ask: (connection: Connection) => Promise<Tokens>,
): Promise<Tokens> {
  const tokens = await ask(connection)
  return clientId === undefined ? tokens : { ...tokens, clientId }
}

function isInvalidClient(failure: unknown): boolean {
  return failure instanceof GrantFailure && failure.reason === 'invalid_client'
}
