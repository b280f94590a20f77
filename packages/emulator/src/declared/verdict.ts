import type { ProviderReply, ProviderRequest } from '../message.ts'

/** What the emulator says of a request, and what it answers. */
export interface Verdict {
  /** What the definition declares it to be, as `token` or `call`. */
  readonly purpose: string
  readonly accepted: boolean
  /** In sentences, where it is refused. */
  readonly reasons: readonly string[]
  readonly reply: ProviderReply
}

/** A request that was answered. */
export interface Exchange extends Verdict {
  readonly request: ProviderRequest
}

/** One of the addresses that a definition names. */
export interface Endpoint {
  readonly purpose: string
  /** With placeholders. */
  readonly url: string
  readonly answer: (request: ProviderRequest) => Verdict
  /** Where another shares its address: whether a request that neither takes seems to be for this one. */
  readonly seemsMeant?: (request: ProviderRequest) => boolean
}

export function accepted(purpose: string, reply: ProviderReply): Verdict {
  return { purpose, accepted: true, reasons: [], reply }
}

export function refused(purpose: string, reasons: readonly string[], reply: ProviderReply): Verdict {
  return { purpose, accepted: false, reasons, reply }
}
