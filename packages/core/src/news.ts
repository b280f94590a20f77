import type { AccountKey } from './account-ports.ts'

/**
 * How a renewal ended, as far as that says something of the provider or of its client: `failed` where there was no
 * answer, or one that asks to come back later; `refused` where the client is, whatever account it asks for.
 */
export type Outcome =
  | { readonly kind: 'answered' }
  | { readonly kind: 'failed'; readonly retryAfterSeconds?: number | undefined }
  | { readonly kind: 'refused' }

/** What the breaker of a client is told: a probe begins, or ends without having been sent, or a renewal ended. */
export interface BreakerNews {
  readonly kind: 'breaker'
  /** An integration, or the OAuth client that it shares. */
  readonly client: { readonly organizationId: string; readonly id: string; readonly version: number }
  readonly accountId: string
  readonly event: 'probe' | 'released' | Outcome
}

/**
 * What processes that serve one node tell each other, as JSON: what they would find out by themselves within a second,
 * or by failures of their own.
 */
export type News =
  | {
      readonly kind: 'changed'
      /** Undefined: something that several accounts depend on. */
      readonly account?: AccountKey | undefined
    }
  | BreakerNews
