import { SallyportError } from '../../error.ts'
import type { Bounds, Entry, Refusal } from '../../limiter-ports.ts'

/** A call that was not let in, for its caller: which limit, whose, and what to do. */
export function refused(refusal: Refusal, entry: Entry, integrationKey: string): SallyportError {
  const seconds = Math.max(1, Math.ceil(refusal.retryAfterMilliseconds / 1000))
  const whose =
    refusal.of === 'account'
      ? `account ${entry.account} of the integration ${integrationKey}`
      : `the integration ${integrationKey}`
  return new SallyportError('limit_reached', {
    message: `${limitOf(refusal, entry, whose)}, and ${whyNot(refusal, entry, seconds)} Nothing was sent. ${remedy(refusal)}`,
    retryAfterSeconds: seconds,
    detail: `${refusal.of} ${refusal.limit} ${refusal.why}`,
  })
}

function limitOf({ of, limit }: Refusal, entry: Entry, whose: string): string {
  const bounds: Bounds = of === 'account' ? entry.each : entry.together
  const field = of === 'account' ? 'limits.perAccount' : 'limits'
  if (limit === 'pause') return `The API wants a pause of ${whose}`
  if (limit === 'concurrency')
    return `No more than ${bounds.concurrency} calls of ${whose} may be under way (${field}.concurrency)`
  const { requests = 0, milliseconds = 0 } = bounds.rate ?? {}
  return `No more than ${requests} requests of ${whose} may be sent in ${milliseconds / 1000} s (${field}.rate)`
}

function whyNot({ why }: Refusal, { queue }: Entry, seconds: number): string {
  const patience = `${queue.milliseconds / 1000} s`
  if (why === 'queue_full') return `${queue.length} calls of this account wait already (limits.queue.length).`
  if (why === 'waited') return `this one has waited for ${patience} in vain.`
  return `for ${seconds} s there is no room, while this call may wait for ${patience} (limits.queue.seconds).`
}

function remedy({ limit }: Refusal): string {
  if (limit === 'pause') return 'Try again after the time in Retry-After.'
  return 'Try again after the time in Retry-After, send fewer at once, or have the limit raised.'
}
