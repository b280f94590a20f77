import type { Random } from '../ports.ts'

const shortest = 5_000
const longest = 3_600_000

/**
 * When something is tried again after so many attempts, in epoch milliseconds: doubling from five seconds to an hour,
 * at least as late as was asked for, and spread so that what failed together does not come back together.
 */
export function nextAttempt(
  random: Random,
  {
    attempts,
    now,
    retryAfterSeconds,
  }: { readonly attempts: number; readonly now: number; readonly retryAfterSeconds: number },
): number {
  const whole = Math.min(shortest * 2 ** attempts, longest)
  const part = random.bytes(4).readUInt32BE() / 2 ** 32
  const own = whole / 2 + (whole / 2) * part
  return Math.ceil(now + Math.max(own, Math.min(retryAfterSeconds * 1000, longest)))
}
