import { hadServed } from '../egress/connect.ts'
import { isIdempotent } from './idempotent.ts'

/** What of a request decides whether it can be sent again as it is. */
export interface SentRequest {
  readonly method: string
  readonly body?: unknown
}

/**
 * Whether a connection that had served before ended without a byte of the reply, most often because the other side had
 * closed it just then, and the request can be sent again without anybody having asked for it.
 */
export function isStale(error: Error, { method, body }: SentRequest): boolean {
  return hadServed(error) && isIdempotent(method) && (body === null || Buffer.isBuffer(body))
}
