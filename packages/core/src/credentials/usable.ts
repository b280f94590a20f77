import { errors } from '@sallyport/contract'
import { SallyportError } from '../error.ts'
import type { Target } from './target.ts'

/** @throws SallyportError account_disabled, account_pending, account_needs_reconnect where the state forbids use */
export function usable<T extends Target>(target: T): T {
  const { account } = target
  if (account.disabled) throw new SallyportError('account_disabled')
  if (account.status === 'pending') throw new SallyportError('account_pending')
  return connected(target)
}

/** @throws SallyportError account_needs_reconnect where only a person can help */
export function connected<T extends Pick<Target, 'account'>>(target: T): T {
  const { account } = target
  if (account.status === 'needs_reconnect' || account.status === 'revoked') {
    throw new SallyportError('account_needs_reconnect', {
      message: account.reasonDetail ?? errors.account_needs_reconnect.message,
    })
  }
  return target
}
