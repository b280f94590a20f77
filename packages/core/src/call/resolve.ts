import { foldKey } from '@sallyport/contract'
import { usable } from '../credentials/usable.ts'
import { SallyportError } from '../error.ts'
import { type Principal, type PrincipalProfile, sees } from '../principal.ts'
import type { CallTarget } from './call-target.ts'
import type { KnownTargets } from './known-targets.ts'

export interface ResolvePorts {
  readonly targets: KnownTargets
}

/**
 * Finds the account that a call names by its id, or by an adapter of the key's profile.
 *
 * @throws SallyportError not_found, profile_required, adapter_unknown, adapter_unbound, account_disabled, account_pending, account_needs_reconnect
 */
export function resolve(
  { targets }: ResolvePorts,
  principal: Principal,
  name: string,
): CallTarget | Promise<CallTarget> {
  const id = /^acc_[0-9a-z]{1,40}$/.test(name) ? name : boundTo(principal.profile, name)
  if (principal.accounts && !principal.accounts.has(id)) throw new SallyportError('not_found')
  if (principal.profile && !principal.profile.bound.has(id)) throw new SallyportError('not_found')
  const target = targets.get(principal.organizationId, id)
  return target instanceof Promise
    ? target.then((found) => admitted(principal, found))
    : admitted(principal, target)
}

function boundTo(profile: PrincipalProfile | undefined, adapter: string): string {
  if (!profile) throw new SallyportError('profile_required')
  const name = foldKey(adapter)
  if (!profile.adapters.has(name)) throw new SallyportError('adapter_unknown')
  const id = profile.adapters.get(name)
  if (id === undefined) throw new SallyportError('adapter_unbound')
  return id
}

function admitted(principal: Principal, target: CallTarget): CallTarget {
  if (!sees(principal, target.account)) throw new SallyportError('not_found')
  usable(target)
  return target.isForProfiles && principal.profile ? target.in(principal.profile) : target
}
