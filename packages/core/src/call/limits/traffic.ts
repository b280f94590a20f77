import type { AuthErrors, Limits, RateLimit, Retries } from '@sallyport/contract'
import type { Target } from '../../credentials/target.ts'
import type { Bounds, Entry } from '../../limiter-ports.ts'

/** Milliseconds that phases of a call may take; undefined is the usual. */
export interface PhaseTimeouts {
  readonly connect: number | undefined
  readonly headers: number | undefined
  readonly idle: number | undefined
}

/** What a definition says of the traffic to its API, read once for each account. */
export interface Traffic {
  /** How its calls are let in; undefined where nothing limits them. */
  readonly entry: Entry | undefined
  readonly rateLimit: RateLimit | undefined
  /** The scheme's, with what `rateLimit` says beside it. */
  readonly authErrors: AuthErrors | undefined
  readonly timeouts: PhaseTimeouts | undefined
  readonly retry: Retries | undefined
}

const usualQueue = { length: 100, milliseconds: 10_000 }

/** Undefined where a definition says nothing of it: such calls pass by all of this. */
export function trafficOf(target: Target): Traffic | undefined {
  const { limits, rateLimit, timeouts, retry } = target.definition
  if (!limits && !rateLimit && !timeouts && !retry) return undefined
  return {
    entry: limits && entryOf(target, limits),
    rateLimit,
    authErrors: rateLimit && withRateLimit(target, rateLimit),
    timeouts: timeouts && {
      connect: milliseconds(timeouts.connect),
      headers: milliseconds(timeouts.headers),
      idle: milliseconds(timeouts.idle),
    },
    retry,
  }
}

/** How a call waits that no limit holds back: for the end of a pause alone. */
export function unlimitedEntry({ integration, account }: Target): Entry {
  return { integration: integration.id, account: account.id, together: {}, each: {}, queue: usualQueue }
}

function entryOf(target: Target, limits: Limits): Entry {
  const { queue } = limits
  return {
    ...unlimitedEntry(target),
    together: boundsOf(limits),
    each: boundsOf(limits.perAccount ?? {}),
    queue: queue ? { length: queue.length, milliseconds: queue.seconds * 1000 } : usualQueue,
  }
}

function boundsOf({ concurrency, rate }: Pick<Limits, 'concurrency' | 'rate'>): Bounds {
  return {
    concurrency,
    rate: rate && { requests: rate.requests, milliseconds: rate.seconds * 1000 },
  }
}

/** A reply that says too much was sent says nothing of the credential. */
function withRateLimit({ scheme, definition }: Target, rule: RateLimit): AuthErrors {
  const rules = scheme.authErrors(definition)
  const { statuses, path, values } = rule
  if (statuses === undefined && path === undefined) return rules
  return {
    ...rules,
    rateLimited: {
      ...(statuses && { statuses }),
      ...(path !== undefined && { path }),
      ...(values && { values }),
    },
  }
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.ceil(seconds * 1000)
}
