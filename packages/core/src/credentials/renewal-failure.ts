import type { ErrorCode } from '@sallyport/contract'
import { SallyportError } from '../error.ts'
import type { AccountRecord } from '../ports.ts'

/** What says nothing of the refresh token. */
const asksForPerson: ReadonlySet<string> = new Set([
  'interaction_required',
  'consent_required',
  'login_required',
])
const passing = new Set<ErrorCode>(['upstream_unreachable', 'upstream_timeout', 'internal'])

/** What an account's `reason` says after this failure: the provider's word, or ours. */
export function reasonOf(failure: SallyportError): string {
  return 'reason' in failure && typeof failure.reason === 'string' ? failure.reason : failure.code
}

/** What is said of an account that another has found to need somebody. */
export function refusedBefore({
  reasonDetail: message,
}: Pick<AccountRecord, 'reasonDetail'>): SallyportError {
  return new SallyportError('account_needs_reconnect', message === undefined ? {} : { message })
}

/** What is said of an account whose refresh token may have been used up. */
export function lostAnswer(cause?: SallyportError): SallyportError & { readonly reason: string } {
  const message = `The provider’s answer to a renewal was lost, so its refresh token may have been used up. The token is used for as long as it works; then the renewal is tried once more. ${cause?.message ?? ''}`
  const detail = cause?.detail
  const failure = new SallyportError('renewal_unavailable', {
    message: message.trimEnd(),
    retryAfterSeconds: 1,
    cause,
    ...(detail !== undefined && { detail }),
  })
  return Object.assign(failure, { reason: 'in_doubt' })
}

/** The same, once another attempt has failed. */
export function doubted(failure: SallyportError): SallyportError {
  if (failure.code !== 'account_needs_reconnect') return lostAnswer(failure)
  const message =
    'The provider’s answer to a renewal was lost, and it does not take the refresh token any more. Connect the account again.'
  return Object.assign(new SallyportError('account_needs_reconnect', { message }), { reason: 'in_doubt' })
}

/** The same, of a credential that is older than the word of an operator that a restored or moved database goes on. */
export function refusedAfterRestore(failure: SallyportError): SallyportError {
  if (failure.code !== 'account_needs_reconnect' || asksForPerson.has(reasonOf(failure))) return failure
  const message =
    'The provider does not take the refresh token of this account. The database was restored from a backup, or moved, since the token was issued: it may have been used up after the backup was made. Connect the account again.'
  return Object.assign(new SallyportError('account_needs_reconnect', { message }), { reason: 'restored' })
}

/** What callers hear of a failed renewal: of one that passes, that it does. */
export function heard(failure: SallyportError): SallyportError {
  if (!passing.has(failure.code)) return failure
  const retryAfterSeconds = failure.retryAfterSeconds ?? 1
  return new SallyportError('renewal_unavailable', { cause: failure, retryAfterSeconds })
}
