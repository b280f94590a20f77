import { EgressError } from '../egress/failure.ts'
import { GrantFailure } from './grant-failure.ts'

/**
 * Whether a failed renewal may have used its credential up. Certain is only what was never sent, and what the
 * provider refused in so many words.
 */
export function answerIsLost(failure: unknown, wasSent: boolean): boolean {
  if (!wasSent) return false
  if (failure instanceof EgressError) return failure.sent === 'unknown' && failure.code !== 'redirect_refused'
  if (!(failure instanceof GrantFailure)) return true
  return failure.effect === 'unknown' || failure.code === 'malformed_token_response'
}
