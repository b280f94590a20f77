import type { ErrorCode } from '@sallyport/contract'
import type { Target } from '../credentials/target.ts'
import type { Principal } from '../principal.ts'

/** One request to an API that was made for a call; times are `performance.now()`, 0 for what never came. */
export class Attempt {
  /** The origin that it went to. */
  readonly origin: string
  readonly startedAt = performance.now()
  connectedAt = 0
  answeredAt = 0
  /** What it was answered; 0 for no answer. */
  status = 0
  bytesUp = 0
  bytesDown = 0

  constructor(origin: string) {
    this.origin = origin
  }
}

/** A time in which a call waited for its turn, or for a token. */
export interface Wait {
  readonly why: 'queued' | 'token'
  readonly from: number
  readonly to: number
}

/**
 * What is told of one call: plain fields, set as the call goes, and read when it has ended. It keeps no header, no
 * query and no body, so that nobody who reads it can tell one.
 */
export class CallRecord {
  readonly requestId: string
  readonly method: string
  /** What it came by. */
  readonly passage: 'proxy' | 'sftp'
  /** After the account and its slash, as it was sent: shown as its template only. */
  path = ''
  readonly startedAt = performance.now()
  endedAt = 0
  principal: Principal | undefined
  target: Target | undefined
  /** What it waited for besides the API; most calls wait for nothing. */
  waits: Wait[] | undefined
  readonly attempts: Attempt[] = []
  /** What the caller was answered; 0 where nobody was there to be answered. */
  status = 0
  /** Why there was no reply of the API's. */
  code: ErrorCode | undefined
  /** Who broke off a reply that had begun, or left before one did. */
  brokenBy: 'caller' | 'upstream' | undefined
  /** W3C trace context for the API, in place of the caller's; undefined to leave the caller's as it is. */
  traceparent: string | undefined

  constructor(requestId: string, method: string, passage: CallRecord['passage'] = 'proxy') {
    this.requestId = requestId
    this.method = method
    this.passage = passage
  }

  /** The latest attempt; undefined where nothing was sent. */
  get last(): Attempt | undefined {
    return this.attempts[this.attempts.length - 1]
  }

  begin(attempt: Attempt): void {
    this.attempts.push(attempt)
  }

  /** To be called when a wait is over, with when it began. */
  waited(why: Wait['why'], from: number): void {
    this.waits ??= []
    this.waits.push({ why, from, to: performance.now() })
  }
}

/** How long each part of a call took, in milliseconds; undefined for parts that it did not come to. */
export interface CallPhases {
  /** Waiting for its turn. */
  readonly queued: number | undefined
  /** Waiting for a token. */
  readonly token: number | undefined
  /** Of the latest attempt: until a connection took it. */
  readonly connect: number | undefined
  /** Of the latest attempt: from then on until the reply began. */
  readonly firstByte: number | undefined
  /** From its arrival until the last byte was handed over. */
  readonly total: number
}

/** The phases of a call that has ended. */
export function phasesOf(record: CallRecord): CallPhases {
  const last = record.last
  const isConnected = last !== undefined && last.connectedAt > 0
  return {
    queued: record.waits && sum(record.waits, 'queued'),
    token: record.waits && sum(record.waits, 'token'),
    connect: isConnected ? last.connectedAt - last.startedAt : undefined,
    firstByte: isConnected && last.answeredAt > 0 ? last.answeredAt - last.connectedAt : undefined,
    total: record.endedAt - record.startedAt,
  }
}

function sum(waits: readonly Wait[], why: Wait['why']): number | undefined {
  let total: number | undefined
  for (const wait of waits) if (wait.why === why) total = (total ?? 0) + wait.to - wait.from
  return total
}

/** Bytes of bodies that were sent and received for a call, over all its attempts. */
export function bytesOf({ attempts }: CallRecord): { readonly up: number; readonly down: number } {
  let [up, down] = [0, 0]
  for (const attempt of attempts) {
    up += attempt.bytesUp
    down += attempt.bytesDown
  }
  return { up, down }
}

/** The same value; where a token is waited for, the record is told for how long. */
export function waitedFor<Value>(
  record: CallRecord | undefined,
  value: Value | Promise<Value>,
): Value | Promise<Value> {
  if (!record || !(value instanceof Promise)) return value
  const from = performance.now()
  return value.finally(() => record.waited('token', from))
}

/** Path of an address, without its query. */
export function pathOf({ path }: { readonly path: string }): string {
  const mark = path.indexOf('?')
  return path.slice(1, mark === -1 ? undefined : mark)
}
