import type { AuthErrors, ReplyRule } from '@sallyport/contract'
import type { Rejection } from '../credentials/forced-renewals.ts'
import type { ReplyDocument } from '../schemes/reply-document.ts'

/**
 * What a reply says of the credential: accepted as far as one can tell; rejected, so that renewing may help;
 * gone for good; good, but without permission; used too often.
 */
export type Verdict = 'ok' | Rejection | 'revoked' | 'no_permission' | 'rate_limited'

/** What a verdict is made of; `document` is undefined where the body was not read. */
export interface JudgedReply {
  readonly status: number
  readonly challenge: string | undefined
  readonly document: ReplyDocument | undefined
}

/**
 * Reads a reply by the integration's rules, and its challenge (RFC 6750 §3.1). A token without the needed scope
 * is as good as it will get, and a proof without the right nonce says nothing of the token (RFC 9449 §9).
 */
export function classify(reply: JudgedReply, rules: AuthErrors): Verdict {
  const { status, challenge } = reply
  if (fits(rules.revoked, reply)) return 'revoked'
  if (fits(rules.forbidden, reply)) return 'no_permission'
  if (fits(rules.rateLimited, reply)) return 'rate_limited'
  if (!fits(rules, reply)) return 'ok'
  if (challenge !== undefined && /\b(insufficient_scope|use_dpop_nonce)\b/.test(challenge)) return 'ok'
  const namesToken =
    rules.path !== undefined || (challenge !== undefined && /\binvalid_token\b/.test(challenge))
  return status === 403 && !namesToken ? 'forbidden' : 'unauthorized'
}

/** Whether a verdict on a reply of this status depends on its body, or on headers that only a document gives. */
export function asksDocument(status: number, rules: AuthErrors): 'body' | 'headers' | undefined {
  const asked = [rules, rules.revoked, rules.forbidden, rules.rateLimited].filter(
    (rule) => rule?.path !== undefined && fitsStatus(rule, status),
  )
  if (asked.length === 0) return undefined
  return asked.some((rule) => !/^(header|cookie):/.test(rule?.path ?? '')) ? 'body' : 'headers'
}

function fits(rule: ReplyRule | undefined, { status, document }: JudgedReply): boolean {
  if (!rule || !fitsStatus(rule, status)) return false
  // A rule that says nothing fits nothing.
  if (rule.path === undefined) return rule.statuses !== undefined
  const value = document?.at(rule.path)
  if (value === undefined || value === null || value === '') return false
  return rule.values === undefined || (typeof value !== 'object' && rule.values.includes(String(value)))
}

/** Where a rule names no status, any failure fits. */
function fitsStatus({ statuses }: ReplyRule, status: number): boolean {
  return statuses === undefined ? status >= 400 : statuses.includes(status)
}
