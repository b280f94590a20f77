import { parseRetryAfter } from '../../retry-after.ts'
import { refusedBy, unreadable } from '../grant-failure.ts'
import { withoutSecrets } from '../provider-words.ts'
import { type ReplyDocument, readReplyDocument } from '../reply-document.ts'
import type { Connection, SchemePorts } from '../scheme.ts'
import { readTokenReply } from '../token-reply.ts'
import { type ClientAuthentication, withClient } from './client-auth.ts'

/** A request to an endpoint beside the token endpoint. */
export interface EndpointRequest {
  readonly address: string
  /** The address is the issuer's word. */
  readonly isPublished: boolean
  readonly parameters: URLSearchParams
  /** What of the parameters nobody may read. */
  readonly secrets: readonly string[]
}

/**
 * Asks an endpoint that takes a form and answers JSON, authenticated as at the token endpoint (RFC 8628 §3.1,
 * RFC 9126 §2). A refusal is the answer.
 *
 * @throws GrantFailure as the provider's answer means; EgressError when there was none
 */
export function askEndpoint(
  ports: SchemePorts,
  connection: Connection,
  request: EndpointRequest,
): Promise<EndpointReply> {
  return withClient(ports, connection, { endpoint: request.address }, (client) =>
    ask(ports, connection, client, request),
  )
}

interface EndpointReply {
  readonly document: ReplyDocument
  readonly unusable: (why: string) => Error
}

async function ask(
  ports: SchemePorts,
  connection: Connection,
  client: ClientAuthentication,
  { address, isPublished, parameters, secrets }: EndpointRequest,
): Promise<EndpointReply> {
  const body = new URLSearchParams(parameters)
  body.set('client_id', client.id)
  const headers = new Headers({
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
  })
  await client.method({ issuer: address }, { client_id: client.id }, body, headers)
  const reply = await ports.send({
    tls: connection.tls('credential'),
    url: connection.permit(address, { sends: 'credential', publishedByIssuer: isPublished }),
    method: 'POST',
    headers: Object.fromEntries(headers),
    body: body.toString(),
  })
  const now = ports.clock.now()
  const sent = [...secrets, ...client.secrets, headers.get('authorization')?.replace(/^Basic /, '') ?? '']
  const retryAfter = parseRetryAfter(reply.headers['retry-after'], now)
  const unusable = (why: string) =>
    unreadable(reply.status, why, Buffer.from(withoutSecrets(reply.body.toString('utf8'), sent)), retryAfter)
  const read = readTokenReply(reply, { now, needsToken: false })
  if (read.kind === 'error') {
    const description = read.description === undefined ? undefined : withoutSecrets(read.description, sent)
    throw refusedBy(reply.status, withoutSecrets(read.error, sent), description, retryAfter)
  }
  const document = readReplyDocument(reply)
  if (read.kind === 'malformed' || !document || reply.status >= 300) throw unusable('not with success')
  return { document, unusable }
}
