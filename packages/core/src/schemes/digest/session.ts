import type { SignedReply, SignPorts } from '../scheme.ts'
import { type DigestChallenge, parameterOf, strongestChallenge } from './challenge.ts'

/** A server's challenge, and how far its nonce has been used. */
export interface DigestSession extends DigestChallenge {
  readonly count: number
  /** The same for as long as the nonce: the key of `-sess` is made with it. */
  readonly clientNonce: string
  /** Whether the server has taken the nonce with this password. */
  readonly isAccepted: boolean
}

type Memory = Map<string, string>

/** The session at an origin. */
export function sessionAt(memory: Memory, origin: string): DigestSession | undefined {
  const stored = memory.get(nameOf(origin))
  return stored === undefined ? undefined : (JSON.parse(stored) as DigestSession)
}

/** Keeps the session at an origin. */
export function keepSession(memory: Memory, origin: string, session: DigestSession): void {
  memory.set(nameOf(origin), JSON.stringify(session))
}

/** Learns from a reply; true where it is a challenge that can be answered now. */
export function learn({ memory, random }: SignPorts, reply: SignedReply): boolean {
  const { origin, status } = reply
  const used = usedNonce(reply)
  const current = sessionAt(memory, origin)
  if (status !== 401) {
    if (current && used === current.nonce) accepted(memory, origin, current, reply)
    return false
  }
  const challenge = strongestChallenge(reply.header('www-authenticate') ?? '')
  if (!challenge) return false
  const isRejected = used !== undefined && !challenge.isStale
  // Without a nonce that was good before, a digest is refused for its password, and repeating it locks accounts.
  if (isRejected && current?.nonce === used && !current.isAccepted) {
    memory.delete(nameOf(origin))
    return false
  }
  // While this call was under way, another may have learned a nonce newer than this one's.
  const isOlder = current && used !== undefined && current.nonce !== used
  if (!isOlder) begin(memory, origin, challenge, random.bytes(16).toString('hex'))
  return true
}

function begin(memory: Memory, origin: string, challenge: DigestChallenge, clientNonce: string): void {
  const same = sessionAt(memory, origin)
  // Some servers hand the same nonce to everybody: its count goes on.
  const isSame = same?.nonce === challenge.nonce && same.hash === challenge.hash
  keepSession(memory, origin, {
    ...challenge,
    count: isSame ? same.count : 0,
    clientNonce: isSame ? same.clientNonce : clientNonce,
    isAccepted: false,
  })
}

function accepted(memory: Memory, origin: string, current: DigestSession, reply: SignedReply): void {
  const next = parameterOf(reply.header('authentication-info') ?? '', 'nextnonce')
  // The key of a session is bound to its first nonce, or to the next: servers differ, so it waits for a challenge.
  if (next !== undefined && next !== current.nonce && !current.isSession) {
    keepSession(memory, origin, { ...current, nonce: next, count: 0, isAccepted: true })
  } else if (!current.isAccepted) {
    keepSession(memory, origin, { ...current, isAccepted: true })
  }
}

function usedNonce({ signature }: SignedReply): string | undefined {
  const header = signature.headers.find(([name]) => name === 'authorization')?.[1]
  return header === undefined ? undefined : parameterOf(header.replace(/^Digest /, ''), 'nonce')
}

function nameOf(origin: string): string {
  return `digest ${origin}`
}
