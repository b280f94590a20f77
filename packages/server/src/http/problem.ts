import { errors, type Problem } from '@sallyport/contract'
import { SallyportError } from '@sallyport/core'

/** A failure as RFC 9457 problem details, and the headers that go with it. */
export interface ProblemReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Problem
}

/** The one place where a failure becomes a reply. What is not ours is `internal`, and says no more. */
export function problemReply(publicUrl: string, error: unknown, requestId: string): ProblemReply {
  const failure = error instanceof SallyportError ? error : new SallyportError('internal', { cause: error })
  const { status, title } = errors[failure.code]
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'sallyport-request-id': requestId,
      ...(status === 401 && { 'www-authenticate': 'Bearer' }),
      ...(failure.retryAfterSeconds !== undefined && { 'retry-after': String(failure.retryAfterSeconds) }),
    },
    body: {
      type: `${publicUrl}/errors/${failure.code}`,
      title,
      status,
      code: failure.code,
      detail: failure.message,
      requestId,
      ...(failure.faults.length > 0 && { errors: [...failure.faults] }),
      ...(failure.accounts && { accounts: [...failure.accounts] }),
      ...(failure.integrations && { integrations: [...failure.integrations] }),
      ...(failure.apps && { apps: [...failure.apps] }),
      ...(failure.step !== undefined && { step: failure.step }),
      ...(failure.upstream && { upstream: failure.upstream }),
      ...(failure.trace && { trace: [...failure.trace] }),
      ...(failure.keys && { keys: [...failure.keys] }),
    },
  }
}
