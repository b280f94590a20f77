import type { Rotation } from '@sallyport/contract'
import type { RenewalIntentRecord } from '../ports.ts'
import type { Target } from './target.ts'

/**
 * What sending a credential again would do, where the answer to the first time was lost: nothing (`lasting`), nothing
 * for a while (`grace`), or have the provider take it for theft (`strict`). What nobody has said is strict.
 */
export type SpendingProfile =
  | { readonly kind: 'lasting' }
  | { readonly kind: 'grace'; readonly milliseconds: number }
  | { readonly kind: 'strict' }

export function profileOf({ scheme, definition, credential }: Target): SpendingProfile {
  if (!scheme.spends?.(definition, credential.tokens)) return { kind: 'lasting' }
  return profileOfRotation(scheme.renewal(definition).rotation)
}

function profileOfRotation(rotation: Rotation | undefined): SpendingProfile {
  if (!rotation) return { kind: 'strict' }
  if ('rotates' in rotation) return { kind: 'lasting' }
  return { kind: 'grace', milliseconds: rotation.graceSeconds * 1000 }
}

/** What is known when a renewal without answer might be repeated. */
export interface Doubt {
  readonly profile: SpendingProfile
  /** Of the access token in use, epoch milliseconds. */
  readonly expiresAt: number | undefined
  readonly now: number
  /** The access token was rejected (401). */
  readonly isRejected: boolean
}

/**
 * Whether a credential whose answer was lost is sent again. Under strict rotation only once the access token is of no
 * use any more: from then on there is nothing left to lose, for the successor is in nobody's hands.
 */
export function mayResend({ since }: Pick<RenewalIntentRecord, 'since'>, doubt: Doubt): boolean {
  const { profile, expiresAt, now, isRejected } = doubt
  if (profile.kind === 'lasting') return true
  if (profile.kind === 'grace' && now < since + profile.milliseconds) return true
  return isRejected || (expiresAt !== undefined && expiresAt <= now)
}
