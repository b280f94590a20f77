import type { AccountRecord, Random } from '../ports.ts'
import type { Tokens } from '../schemes/scheme.ts'
import { type RenewalPolicy, renewalMargin, renewalTime } from './freshness.ts'

const second = 1000
const minute = 60 * second
const day = 24 * 60 * minute
/** Between two renewals of an account in the background. */
const shortestInterval = 30 * second
const shortestPause = 5 * second
const longestPause = 30 * minute
const longestRetryAfter = 60 * minute
/** Of a refresh token of which nobody says how long it lives without being used. */
const assumedRefreshLifetime = 7 * day

/** What the definition says of renewal, in seconds. */
export interface DuePolicy extends RenewalPolicy {
  readonly refreshLifetime?: number | undefined
}

/**
 * When tokens that have just been issued are to be renewed in the background: before any call would have to wait for
 * it, at a random moment, so that what was connected together is not renewed together. Undefined without an end.
 */
export function renewalDue(
  tokens: Pick<Tokens, 'issuedAt' | 'expiresAt'>,
  policy: RenewalPolicy,
  now: number,
  random: Random,
): number | undefined {
  const [latest, margin] = [renewalTime(tokens, policy), renewalMargin(tokens, policy)]
  if (latest === undefined || margin === undefined) return undefined
  const early = latest - (fraction(random) * margin) / 2
  const allowed = Math.min(latest, tokens.issuedAt + (policy.notBefore ?? 0) * second)
  return Math.ceil(Math.max(early, allowed, now + shortestInterval))
}

/** The same of an account as it is stored; undefined where there is nothing that could be renewed without a person. */
export function accountDue(
  account: Pick<AccountRecord, 'disabled' | 'status' | 'renewable' | 'issuedAt' | 'expiresAt' | 'updatedAt'>,
  policy: RenewalPolicy,
  now: number,
  random: Random,
): number | undefined {
  const { disabled, status, renewable, issuedAt = account.updatedAt, expiresAt } = account
  if (disabled || !renewable || (status !== 'connected' && status !== 'failing')) return undefined
  return renewalDue({ issuedAt, expiresAt }, policy, now, random)
}

/** Whether nobody has used an account for a day. One that was connected since then counts as used. */
export function isIdle(
  account: Pick<AccountRecord, 'generation' | 'issuedAt' | 'createdAt' | 'lastUsedAt'>,
  now: number,
): boolean {
  const connectedAt = account.generation === 1 ? (account.issuedAt ?? 0) : 0
  return now - Math.max(account.createdAt, connectedAt, account.lastUsedAt ?? 0) > day
}

/**
 * When an idle account is renewed all the same, so that its refresh token does not end for want of use: after a third
 * of that token's life, which leaves time for two more attempts.
 */
export function keepAliveDue(
  { issuedAt, refreshExpiresAt }: Pick<Tokens, 'issuedAt' | 'refreshExpiresAt'>,
  { refreshLifetime }: DuePolicy,
): number {
  const named = refreshExpiresAt === undefined ? undefined : refreshExpiresAt - issuedAt
  const own = refreshLifetime === undefined ? undefined : refreshLifetime * second
  return Math.ceil(issuedAt + Math.max(0, named ?? own ?? assumedRefreshLifetime) / 3)
}

/** What is known when a renewal has failed. */
export interface FailedRenewal {
  /** How often in a row, this one among them. */
  readonly failures: number
  readonly retryAfterSeconds: number | undefined
  /** Of the access token in use. */
  readonly expiresAt: number | undefined
  /** Its answer was lost, so that nothing may be sent before the access token has ended. */
  readonly waitsForEnd: boolean
}

/** When a renewal that failed is tried again in the background: ever later, and never many at once. */
export function retryDue(failed: FailedRenewal, now: number, random: Random): number {
  const { failures, retryAfterSeconds = 0, expiresAt = 0, waitsForEnd } = failed
  if (waitsForEnd && expiresAt > now) return expiresAt
  const longest = Math.min(longestPause, shortestPause * 3 ** Math.min(failures, 10))
  const own = shortestPause + fraction(random) * (longest - shortestPause)
  return Math.ceil(now + Math.max(own, Math.min(retryAfterSeconds * second, longestRetryAfter)))
}

/** From 0 to less than 1. */
function fraction(random: Random): number {
  return random.bytes(4).readUInt32BE() / 2 ** 32
}
