import type { ErrorCode } from '@sallyport/contract'
import type { Page, PageRequest } from './ports.ts'

/** One call of an API, as it is told of: never a query, a header or a body. Milliseconds, bytes. */
export interface CallEventRecord {
  readonly id: string
  /** When it ended. */
  readonly at: number
  /** Undefined where no account was found; so are integration and environment. */
  readonly accountId: string | undefined
  /** Key of its integration. */
  readonly integration: string | undefined
  readonly environment: string | undefined
  /** Undefined for the operator's own key. */
  readonly keyId: string | undefined
  readonly requestId: string
  readonly method: string
  /** With its port, where it is not the scheme's; undefined where nothing was sent. */
  readonly host: string | undefined
  readonly path: string
  /** What the caller was answered; 0 where it had left. */
  readonly status: number
  readonly code: ErrorCode | undefined
  readonly brokenBy: 'caller' | 'upstream' | undefined
  readonly attempts: number
  readonly bytesUp: number
  readonly bytesDown: number
  readonly queued: number | undefined
  readonly token: number | undefined
  readonly connect: number | undefined
  readonly firstByte: number | undefined
  readonly total: number
}

/** How much is kept of what happened. */
export interface EventRetention {
  readonly days: number
  /** Of the calls of each organization; 0 for none. */
  readonly callBytes: number
}

/** Calls of one organization that ended within two seconds, oldest first, by ascending ids. */
export interface CallBatch {
  readonly organizationId: string
  readonly calls: readonly CallEventRecord[]
}

/** The longest that the calls of a batch may lie apart: readers of several processes' batches count on it. */
export const batchSpanMilliseconds = 2000

export interface CallEventFilter {
  /** Only of these accounts. */
  readonly accountIds?: readonly string[]
  readonly environment?: string
  readonly integration?: string
  /** Only with these keys. */
  readonly keyIds?: readonly string[]
  readonly requestId?: string
  readonly method?: string
  /** A status, or the first digit of several. */
  readonly status?: { readonly from: number; readonly to: number }
  readonly code?: string
  /** Ids from here on, and before there. */
  readonly from?: string
  readonly before?: string
  readonly order: 'newest' | 'oldest'
}

/** Events of calls, kept in batches: what is written for one call is a few bytes of a row. */
export interface CallEventStore {
  add(batches: readonly CallBatch[]): Promise<void>
  /**
   * A page may hold fewer than were asked for, or none, where many were looked at: `nextCursor` says how far that came.
   */
  list(organizationId: string, filter: CallEventFilter, page: PageRequest): Promise<Page<CallEventRecord>>
  /**
   * Of all organizations: takes away what ended before, and of each organization the oldest beyond so many bytes, as
   * far as it comes in one small step. False when there was nothing to do.
   */
  prune(before: number, mostBytes: number): Promise<boolean>
}
