import { EgressError } from '../../egress/failure.ts'
import type { Random } from '../../ports.ts'
import type { CallInput } from '../call.ts'
import { isIdempotent } from '../idempotent.ts'
import { headerValue } from '../request-headers.ts'

const shortestBackOffMilliseconds = 250
const longestBackOffMilliseconds = 8_000

/** Names that come and go, connections that are refused or break off, networks that are down. */
const transient: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Whether sending it twice can do no more than sending it once (RFC 9110 §9.2.2), or the API sees to that. */
export function isRepeatable({ method, headers }: Pick<CallInput, 'method' | 'headers'>): boolean {
  return isIdempotent(method) || headerValue(headers, 'idempotency-key') !== undefined
}

/**
 * Whether a failure may pass by itself, and nothing can have been done twice: what never got a connection was not
 * sent at all.
 */
export function mayPass(failure: unknown, input: Pick<CallInput, 'method' | 'headers'>): boolean {
  if (!(failure instanceof EgressError) || !transient.has(codeOf(failure.cause) ?? '')) return false
  return failure.sent === 'no' || isRepeatable(input)
}

/** Full jitter: anything up to a bound that doubles with each time. */
export function backOff(times: number, random: Random): number {
  const bound = Math.min(longestBackOffMilliseconds, shortestBackOffMilliseconds * 2 ** times)
  return Math.floor((random.bytes(4).readUInt32BE() / 2 ** 32) * bound)
}

function codeOf(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
}
