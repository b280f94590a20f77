import { createHash } from 'node:crypto'
import type { ErrorCode } from '@sallyport/contract'
import { SallyportError } from '../error.ts'
import { plainWords } from './provider-words.ts'

/** How a failed token request is judged, before anybody acts on it. */
export class GrantFailure extends SallyportError {
  /** `invalid_grant`, `invalid_client`… as the provider said, or our own code. */
  readonly reason: string
  /** `unknown` where the request may have had its effect all the same, and only the answer is lost. */
  readonly effect: 'none' | 'unknown'

  constructor(
    code: ErrorCode,
    reason: string,
    context: { message: string; detail?: string; retryAfterSeconds?: number; effect?: 'none' | 'unknown' },
  ) {
    super(code, context)
    this.name = 'GrantFailure'
    this.reason = reason
    this.effect = context.effect ?? 'none'
  }
}

const needsPerson = new Set(['invalid_grant', 'interaction_required', 'consent_required', 'login_required'])
const passing = new Set(['temporarily_unavailable', 'slow_down', 'server_error', 'use_dpop_nonce'])

/** The provider's own error (RFC 6749 §5.2), wherever it stood. */
export function refusedBy(
  status: number,
  error: string,
  description: string | undefined,
  retryAfterSeconds: number | undefined,
): GrantFailure {
  const code = plainWords(error, 64)
  const words = description ? `${code} (${plainWords(description, 200)})` : code
  const retry = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
  // Only invalid_grant and its kin ask for a person; a broken client concerns whoever runs it.
  if (needsPerson.has(error) && status !== 503 && status !== 429) {
    return new GrantFailure('account_needs_reconnect', code, {
      message: `The provider refused: ${words}. Connect the account again.`,
    })
  }
  if (passing.has(error) || isPassing(status)) {
    return new GrantFailure('renewal_unavailable', code, {
      message: `The provider answered ${status}: ${words}. Try again later.`,
      effect: effectOf(status),
      ...retry,
    })
  }
  return new GrantFailure('token_refused', code, {
    message: `The provider refused: ${words}. Correct the definition or its secret.`,
  })
}

/** A reply that is neither a token nor an OAuth error: never quoted to callers (B11). */
export function unreadable(
  status: number,
  why: string,
  body: Uint8Array,
  retryAfterSeconds: number | undefined,
): GrantFailure {
  const detail = describeBody(body)
  if (status === 401) {
    return new GrantFailure('token_refused', 'invalid_client', {
      message:
        'The provider answered 401 without saying why; most often client id or client secret are wrong.',
      detail,
    })
  }
  if (status >= 200 && status < 300) {
    return new GrantFailure('malformed_token_response', 'malformed_token_response', {
      message: `The provider answered ${status}, but ${why}.`,
      detail,
      effect: 'unknown',
    })
  }
  return new GrantFailure('renewal_unavailable', 'provider_incident', {
    message: `The provider answered ${status} without an OAuth error. Try again later, or check the token URL.`,
    detail,
    effect: effectOf(status),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  })
}

function isPassing(status: number): boolean {
  return status === 429 || status >= 500
}

/** 503 and 429 say that nothing was done; what broke or timed out behind a gateway may have been. */
function effectOf(status: number): 'none' | 'unknown' {
  return status >= 500 && status !== 503 ? 'unknown' : 'none'
}

/** A member or field whose name says that its value is nobody's business, however short or odd that is. */
const secretMember = /((?:token|secret|password|assertion|code)["']?\s*[:=]\s*["']?)[^"'&\s,}<]+/gi

/** For the log: a digest to compare by, and a short excerpt without anything that looks like a token. */
function describeBody(body: Uint8Array): string {
  const text = Buffer.from(body.subarray(0, 4096)).toString('utf8').replace(secretMember, '$1[…]')
  const excerpt = plainWords(text, 200)
  const digest = createHash('sha256').update(body).digest('hex').slice(0, 16)
  return `${body.length} bytes, sha256 ${digest}: ${excerpt.replace(/[\w.~+/-]{20,}/g, '[…]')}`
}
