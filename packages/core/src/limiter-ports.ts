/** At most so many requests in any so many milliseconds. */
export interface Rate {
  readonly requests: number
  readonly milliseconds: number
}

/** What holds for an integration as a whole, or for each of its accounts. */
export interface Bounds {
  readonly concurrency?: number | undefined
  readonly rate?: Rate | undefined
}

/** A call that wants to be let in. */
export interface Entry {
  /** Ids. */
  readonly integration: string
  readonly account: string
  readonly together: Bounds
  readonly each: Bounds
  /** Most waiting calls of one account, and the longest that this one waits. */
  readonly queue: { readonly length: number; readonly milliseconds: number }
}

/** Whose calls wait: one account's, or without one those of the whole integration. */
export interface Paused {
  readonly integration: string
  readonly account?: string | undefined
}

/** What keeps a call out. */
export interface Obstacle {
  readonly of: 'account' | 'integration'
  readonly limit: 'concurrency' | 'rate' | 'pause'
}

/** A call that was not let in: at once because too many wait or the way is too long, or after it has waited. */
export interface Refusal extends Obstacle {
  readonly why: 'queue_full' | 'too_long' | 'waited' | 'left'
  /** When it is worth while to try again, as far as one can tell. */
  readonly retryAfterMilliseconds: number
}

/** A call's place: in the queue first, then inside. */
export interface Place {
  /** What keeps it out; undefined once it is in. Settles in any case, also when it leaves the queue. */
  readonly entered: Promise<Refusal | undefined>
  /** Leaves the queue, or makes room for the next. Said again it does nothing. */
  leave(): void
}

/**
 * Lets calls in as the limits of their integrations permit, accounts in turn. One for all processes of a node: all that
 * goes in and out is plain, so that another process can be asked by messages.
 */
export interface Limiter {
  enter(entry: Entry): Place
  /** Nobody of these is let in for so long; the later end counts. */
  pause(whose: Paused, milliseconds: number): void
  /** Whether any pause lasts: asked by every call, so it must cost nothing. */
  readonly isPausing: boolean
  isPaused(integration: string, account: string): boolean
}
