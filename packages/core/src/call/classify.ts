import type { Rejection } from '../credentials/forced-renewals.ts'

/** What a reply says of the credential: accepted as far as one can tell, or rejected so that renewing may help. */
export type Verdict = 'ok' | Rejection

/**
 * Reads status and challenge (RFC 6750 §3.1) by the integration's rule. A token without the needed scope is
 * as good as it will get, so that never counts.
 */
export function classify(
  status: number,
  challenge: string | undefined,
  rejections: readonly number[],
): Verdict {
  if (!rejections.includes(status)) return 'ok'
  // Nor does a nonce that is asked for: the token is not what is wrong (RFC 9449 §9).
  if (challenge !== undefined && /\b(insufficient_scope|use_dpop_nonce)\b/.test(challenge)) return 'ok'
  const namesToken = challenge !== undefined && /\binvalid_token\b/.test(challenge)
  return status === 403 && !namesToken ? 'forbidden' : 'unauthorized'
}
