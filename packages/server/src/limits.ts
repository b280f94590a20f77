/** How much passes in one call, and how long it may be silent. */
export interface Limits {
  /** Longest body of a request. */
  readonly requestBytes: number
  /** Longest head of a request, and of a reply. */
  readonly headerBytes: number
  /** Longest time without a byte in either direction. */
  readonly idleMilliseconds: number
  /** The same for streams of events and WebSockets, which may have nothing to say for long. */
  readonly streamIdleMilliseconds: number
  /** What a run of an operation keeps of replies in memory at most. */
  readonly operationReplyBytes: number
}

/** A whole number that a setting takes. */
export interface WholeNumber {
  readonly standard: number
  readonly least: number
  readonly most: number
}

export const requestBytes: WholeNumber = {
  standard: 1_073_741_824,
  least: 1,
  most: Number.MAX_SAFE_INTEGER,
}
/** Of more than the most, the parser would not tell whether the address or the headers were too long. */
export const headerBytes: WholeNumber = { standard: 32_768, least: 1_024, most: 61_440 }
export const idleSeconds: WholeNumber = { standard: 60, least: 1, most: 86_400 }
export const streamIdleSeconds: WholeNumber = { standard: 600, least: 1, most: 86_400 }
export const operationReplyBytes: WholeNumber = { standard: 10_485_760, least: 1_024, most: 1_073_741_824 }
