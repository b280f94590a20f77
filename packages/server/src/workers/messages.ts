import type { Worker } from 'node:cluster'
import type { LimiterAnswer, LimiterQuestion, News } from '@sallyport/core'
import type { SetupOffer } from '../listening.ts'
import type { MetricsSnapshot } from '../telemetry/metrics.ts'

/** What a worker is among those of its node. */
export interface Role {
  readonly number: number
  /** Does the work that is due: one for a node. */
  readonly isBackground: boolean
  /** No other process uses the database yet. */
  readonly isAlone: boolean
  /** Of the practice provider, which the primary runs. */
  readonly practiceOrigin: string | undefined
  /** Realms that the primary could not open yet, and that are not to be opened before it says so. */
  readonly late: readonly string[]
}

/** What one worker may want of the others: their metrics, or that they write down what they keep for a moment. */
export type Wanted = 'metrics' | 'flush'
export type Given = MetricsSnapshot | undefined

/** Whose a message is: what one realm says no other hears. */
export interface OfRealm {
  readonly realm: string
}

/** From the primary to a worker, of one realm. */
export type ToRealm =
  /** To be answered with `heard`, where it has an id. */
  | { readonly kind: 'news'; readonly news: News; readonly id?: number }
  | { readonly kind: 'limiter'; readonly answer: LimiterAnswer }
  /** Every other worker has heard it. */
  | { readonly kind: 'heard_by_all'; readonly id: number }
  /** To be answered with `given`. */
  | { readonly kind: 'wanted'; readonly what: Wanted; readonly id: number }
  | { readonly kind: 'given_by_others'; readonly id: number; readonly given: readonly Given[] }

/** Tells a worker something of one realm. */
export type Tell = (worker: Worker, message: ToRealm) => void

/** From the primary to a worker. */
export type ToWorker =
  | { readonly kind: 'start'; readonly role: Role }
  | { readonly kind: 'stop' }
  /** The primary has opened a realm that was late. */
  | { readonly kind: 'open'; readonly realm: string }
  | (OfRealm & ToRealm)

/** From a worker to the primary, of one realm. */
export type FromRealm =
  | { readonly kind: 'news'; readonly news: News; readonly id?: number }
  | { readonly kind: 'heard'; readonly id: number }
  /** Of the queues of calls, which the primary keeps. */
  | { readonly kind: 'limiter'; readonly question: LimiterQuestion }
  /** Of all others; to be answered with `given_by_others`. */
  | { readonly kind: 'wanted'; readonly what: Wanted; readonly id: number }
  | { readonly kind: 'given'; readonly id: number; readonly given: Given }

/** From a worker to the primary. */
export type FromWorker =
  /** It can hear now; what was said before would be lost. */
  | { readonly kind: 'begun' }
  | { readonly kind: 'listening'; readonly setup: readonly SetupOffer[] }
  /** It cannot start, and nobody can. */
  | { readonly kind: 'refused'; readonly faults: readonly string[] }
  /** All that was under way has ended; it is to be cut off when no other needs it. */
  | { readonly kind: 'closed' }
  | (OfRealm & FromRealm)
