import { usable } from '../credentials/usable.ts'
import { SallyportError } from '../error.ts'
import type { Principal } from '../principal.ts'
import type { CallTarget } from './call-target.ts'
import type { KnownTargets } from './known-targets.ts'

export interface ResolvePorts {
  readonly targets: KnownTargets
}

/**
 * Finds the account that a call names.
 *
 * @throws SallyportError not_found, profile_required, account_disabled, account_pending, account_needs_reconnect
 */
export function resolve(
  { targets }: ResolvePorts,
  principal: Principal,
  name: string,
): CallTarget | Promise<CallTarget> {
  if (!/^acc_[0-9a-z]{1,40}$/.test(name)) throw new SallyportError('profile_required')
  if (principal.accounts && !principal.accounts.has(name)) throw new SallyportError('not_found')
  const target = targets.get(principal.organizationId, name)
  return target instanceof Promise ? target.then(usable) : usable(target)
}
