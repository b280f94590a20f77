import type { RateLimit } from '@sallyport/contract'
import { parseRetryAfter } from '../../retry-after.ts'
import type { ReplyDocument } from '../../schemes/reply-document.ts'
import type { UpstreamReply } from '../attempt.ts'
import type { Verdict } from '../classify.ts'
import { rawHeader } from '../reply-headers.ts'
import { documentOf } from '../verdict.ts'

const longestPauseSeconds = 300

/** Whether a reply may ask for a pause where the definition says nothing of it. */
export function mayAskForPause({ status }: UpstreamReply, verdict: Verdict): boolean {
  return status === 429 || status === 503 || verdict === 'rate_limited'
}

/**
 * Milliseconds for which a reply wants nothing more to be sent; undefined where it wants nothing, and 0 where it says that
 * too much was sent, but not until when.
 */
export async function pauseAsked(
  reply: UpstreamReply,
  {
    verdict,
    rule,
    now,
  }: { readonly verdict: Verdict; readonly rule: RateLimit | undefined; readonly now: number },
): Promise<number | undefined> {
  const saysTooMuch = verdict === 'rate_limited' || (reply.status === 429 && !namesOthers(rule))
  const mayWait = reply.status === 503 && !namesOthers(rule)
  if (!saysTooMuch && !mayWait && !isUsedUp(reply, rule)) return undefined
  const seconds = await secondsAsked(reply, rule, now)
  if (seconds === undefined) return saysTooMuch ? (rule?.defaultPause ?? 0) * 1000 : undefined
  return Math.ceil(Math.min(seconds, rule?.longestPause ?? longestPauseSeconds) * 1000)
}

/** Its own rule stands in place of the usual one. */
function namesOthers(rule: RateLimit | undefined): boolean {
  return rule?.statuses !== undefined || rule?.path !== undefined
}

/** The last request that was left has been made. */
function isUsedUp({ headers }: UpstreamReply, rule: RateLimit | undefined): boolean {
  if (rule?.remainingHeader === undefined) return false
  const left = rawHeader(headers, rule.remainingHeader.toLowerCase())
  return left !== undefined && /^\s*-?\d+(\.\d+)?\s*$/.test(left) && Number(left) <= 0
}

async function secondsAsked(
  reply: UpstreamReply,
  rule: RateLimit | undefined,
  now: number,
): Promise<number | undefined> {
  const said = parseRetryAfter(rawHeader(reply.headers, 'retry-after'), now)
  if (said !== undefined || rule?.reset === undefined) return said
  const { path, unit } = rule.reset
  const document: ReplyDocument | undefined = await documentOf(
    reply,
    /^(header|cookie):/.test(path) ? 'headers' : 'body',
  )
  return secondsUntil(document?.at(path), unit, now)
}

/** A moment or a duration as APIs write them; nonsense is unknown, and what has passed is now. */
export function secondsUntil(
  value: unknown,
  unit: NonNullable<RateLimit['reset']>['unit'],
  now: number,
): number | undefined {
  if (unit === 'iso') {
    const at = typeof value === 'string' ? Date.parse(value) : Number.NaN
    return Number.isNaN(at) ? undefined : Math.max(0, (at - now) / 1000)
  }
  const number = typeof value === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number) || number < 0) return undefined
  const seconds = {
    s: number,
    ms: number / 1000,
    epoch_s: number - now / 1000,
    epoch_ms: (number - now) / 1000,
  }[unit]
  return Math.max(0, seconds)
}
