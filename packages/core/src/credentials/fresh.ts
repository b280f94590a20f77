import { SallyportError } from '../error.ts'
import type { Clock, Timers } from '../ports.ts'
import { freshness } from './freshness.ts'
import type { Renewals } from './renewals.ts'
import type { Target } from './target.ts'

const longestWaitMilliseconds = 10_000

export interface FreshPorts {
  readonly clock: Clock
  readonly timers: Timers
  readonly renewals: Renewals
}

/**
 * The account with a token that can be used: renewed first where too little of it is left. Waits at most
 * ten seconds for that, then goes out with the old token while it is valid (product rule 1).
 *
 * @throws SallyportError account_needs_reconnect, renewal_unavailable
 */
export function fresh(ports: FreshPorts, target: Target, minimumSeconds = 0): Target | Promise<Target> {
  const { scheme, definition, credential, account } = target
  const verdict = freshness(
    credential.tokens,
    ports.clock.now(),
    scheme.renewal(definition),
    account.renewable,
    minimumSeconds * 1000,
  )
  if (verdict === 'fresh') return target
  if (verdict === 'ended') {
    throw new SallyportError('account_needs_reconnect', {
      message:
        'The token has expired, and the provider gave none to renew it with. Connect the account again.',
    })
  }
  return renewed(ports, target, verdict)
}

async function renewed(ports: FreshPorts, target: Target, verdict: 'due' | 'expired'): Promise<Target> {
  const pause = ports.renewals.pauseSeconds(target)
  if (pause > 0) return stillValid(ports.clock, target, verdict, undefined, pause)
  const waiting = new AbortController()
  try {
    const timeout = ports.timers.wait(longestWaitMilliseconds, waiting.signal).then(() => undefined)
    const first = await Promise.race([ports.renewals.renew(target.account), timeout])
    return first ?? stillValid(ports.clock, target, verdict, undefined, 1)
  } catch (failure) {
    if (failure instanceof SallyportError && failure.code === 'account_needs_reconnect') throw failure
    return stillValid(ports.clock, target, verdict, failure, 1)
  } finally {
    waiting.abort()
  }
}

function stillValid(
  clock: Clock,
  target: Target,
  verdict: 'due' | 'expired',
  failure: unknown,
  retryAfterSeconds: number,
): Target {
  const expiresAt = target.credential.tokens?.expiresAt ?? 0
  if (verdict === 'due' && expiresAt > clock.now()) return target
  throw failure instanceof SallyportError
    ? failure
    : new SallyportError('renewal_unavailable', { cause: failure, retryAfterSeconds })
}
