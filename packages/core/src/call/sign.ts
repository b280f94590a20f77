import { Readable } from 'node:stream'
import { headerKey } from '../header-key.ts'
import type { Clock, Random } from '../ports.ts'
import type { Placed, Signing, SignPorts } from '../schemes/scheme.ts'
import type { AttemptRequest, UpstreamReply } from './attempt.ts'
import type { Body } from './body.ts'
import type { CallTarget } from './call-target.ts'
import { encodedQuery, joinedQuery } from './query.ts'
import { rawHeader } from './reply-headers.ts'
import type { SigningMemory } from './signing-memory.ts'

export interface SigningPorts {
  readonly clock: Clock
  readonly random: Random
  readonly signing: SigningMemory
}

/** A request as it goes out, and what was added to sign it. */
export interface SignedRequest {
  readonly request: AttemptRequest
  readonly signature: Placed
}

/** Whether this account's calls are signed. */
export function signs({ scheme, definition, credential }: CallTarget): boolean {
  return scheme.signing?.signs(definition, credential) ?? false
}

/**
 * Adds the signature as the last thing before sending: it wins over all else of the same name. `body` is where
 * the request's body comes from, for a signature that covers it.
 */
export async function signed(
  ports: SigningPorts,
  target: CallTarget,
  request: AttemptRequest,
  body: Body | undefined,
): Promise<SignedRequest> {
  const signing = target.scheme.signing as Signing
  const own = signPorts(ports, target)
  const { method, address, headers } = request
  const signable = { method, origin: address.origin, path: address.path, headers }
  const covered = signing.coversBody(own, target.definition, signable)
  const whole = covered && request.body instanceof Readable ? await collected(body) : request.body
  const signature = signing.sign(own, target.connection, target.credential, {
    ...signable,
    body: whole instanceof Readable ? 'unread' : whole,
  })
  return { request: withSignature({ ...request, body: whole ?? request.body }, signature), signature }
}

/** Whether the reply asks for another signature, which can be given now. */
export function challenged(
  ports: SigningPorts,
  target: CallTarget,
  { request, signature }: SignedRequest,
  reply: UpstreamReply,
): boolean {
  const { signing } = target.scheme
  if (!signing?.challenged) return false
  return signing.challenged(signPorts(ports, target), target.definition, {
    status: reply.status,
    origin: request.address.origin,
    signature,
    header: (name) => rawHeader(reply.headers, name.toLowerCase()),
  })
}

function signPorts({ clock, random, signing }: SigningPorts, { account }: CallTarget): SignPorts {
  return { clock, random, memory: signing.of(account) }
}

/** The whole body, or what streams it where it is too long to be read first. */
async function collected(body: Body | undefined): Promise<Buffer | Readable | undefined> {
  return (await body?.collected()) ?? body?.send()
}

function withSignature(request: AttemptRequest, { headers, query }: Placed): AttemptRequest {
  const names = new Set(headers.map(([name]) => headerKey(name)))
  const kept = request.headers.filter(
    (_, index) => !names.has(headerKey(request.headers[index - (index % 2)] as string)),
  )
  return {
    ...request,
    headers: [...kept, ...headers.flat()],
    address: query.length === 0 ? request.address : withQuery(request.address, query),
  }
}

function withQuery(address: AttemptRequest['address'], query: Placed['query']): AttemptRequest['address'] {
  const [path = '', ...rest] = address.path.split('?')
  const names = new Set(query.map(([name]) => name))
  return { ...address, path: `${path}?${joinedQuery(rest.join('?'), encodedQuery(query), names)}` }
}
