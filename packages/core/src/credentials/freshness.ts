import type { Tokens } from '../schemes/scheme.ts'

/** `due`: usable, and to be renewed first. `expired`: to be renewed. `ended`: expired, and cannot be renewed. */
export type Freshness = 'fresh' | 'due' | 'expired' | 'ended'

/** What the definition says of renewal, in seconds. */
export interface RenewalPolicy {
  readonly before?: number | undefined
  /** Earliest, after the token was issued; one that has ended is renewed all the same. */
  readonly notBefore?: number | undefined
}

const thirtyMinutesInSeconds = 1800

/** Milliseconds before expiry at which a token is renewed; undefined when it names no expiry. */
export function renewalMargin(
  tokens: Pick<Tokens, 'issuedAt' | 'expiresAt'>,
  policy: RenewalPolicy,
): number | undefined {
  if (tokens.expiresAt === undefined) return undefined
  // A 10-minute token lies inside a 30-minute margin from birth and would be renewed on every call, so the
  // margin never exceeds half of the token's own lifetime.
  return Math.min((policy.before ?? thirtyMinutesInSeconds) * 1000, (tokens.expiresAt - tokens.issuedAt) / 2)
}

/** When a token is renewed, in epoch milliseconds; undefined when it names no expiry. */
export function renewalTime(
  tokens: Pick<Tokens, 'issuedAt' | 'expiresAt'>,
  policy: RenewalPolicy,
): number | undefined {
  const margin = renewalMargin(tokens, policy)
  if (tokens.expiresAt === undefined || margin === undefined) return undefined
  const earliest = tokens.issuedAt + (policy.notBefore ?? 0) * 1000
  return Math.min(tokens.expiresAt, Math.max(tokens.expiresAt - margin, earliest))
}

/** Whether a token can be used as it is. */
export function freshness(
  tokens: Pick<Tokens, 'issuedAt' | 'expiresAt'> | undefined,
  now: number,
  policy: RenewalPolicy,
  renewable: boolean,
  minimumMilliseconds = 0,
): Freshness {
  if (!tokens) return renewable ? 'expired' : 'fresh'
  const margin = renewalMargin(tokens, policy)
  if (tokens.expiresAt === undefined || margin === undefined) return 'fresh'
  const left = tokens.expiresAt - now
  if (left <= 0) return renewable ? 'expired' : 'ended'
  const wanted = Math.max(
    margin,
    Math.min(minimumMilliseconds, mostThatCanBeAsked(tokens.expiresAt - tokens.issuedAt)),
  )
  const isEarly = now - tokens.issuedAt < (policy.notBefore ?? 0) * 1000
  return renewable && left < wanted && !isEarly ? 'due' : 'fresh'
}

/** Whoever asks for more than the provider grants gets a renewal every half a minute, not with each call. */
function mostThatCanBeAsked(lifetime: number): number {
  return Math.max(lifetime - 30_000, lifetime / 2)
}
