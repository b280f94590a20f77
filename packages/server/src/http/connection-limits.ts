import type { ServerOptions } from 'node:http'
import { parserHeaderLimit } from './header-overflow.ts'

/** How long a caller's connection may take, in milliseconds. */
export interface ConnectionTimes {
  /** For all of a request's headers, from its first byte or the connection's begin: one by one for ever is no request. */
  readonly headers?: number
}

/** What the HTTP server asks of its callers' connections. */
export function connectionLimits({ headers = 60_000 }: ConnectionTimes = {}): ServerOptions {
  return {
    maxHeaderSize: parserHeaderLimit,
    // We refuse those ourselves, and more thoroughly.
    requireHostHeader: false,
    // One limit holds within calls and between them: Node would make two timers for each call otherwise.
    keepAliveTimeout: 0,
    // Node would end a request that takes five minutes to arrive; an upload may take as long as it moves.
    requestTimeout: 0,
    // To be said: with no limit on the request Node takes none for its headers either.
    headersTimeout: headers,
    connectionsCheckingInterval: Math.min(headers / 2, 30_000),
  }
}
