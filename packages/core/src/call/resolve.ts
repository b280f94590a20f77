import { loadTarget, type Target, type TargetPorts } from '../credentials/target.ts'
import { usable } from '../credentials/usable.ts'
import { SallyportError } from '../error.ts'
import type { Principal } from '../principal.ts'
import type { Recent } from '../recent.ts'
import { type Prepared, prepare } from './prepare.ts'

/** A target with what its calls have in common. */
export interface CallTarget extends Target {
  readonly prepared: Prepared
}

export interface ResolvePorts extends TargetPorts {
  readonly targets: Recent<CallTarget>
}

/**
 * Finds the account that a call names.
 *
 * @throws SallyportError not_found, profile_required, account_disabled, account_pending, account_needs_reconnect
 */
export function resolve(
  ports: ResolvePorts,
  principal: Principal,
  name: string,
): CallTarget | Promise<CallTarget> {
  if (!/^acc_[0-9a-z]{1,40}$/.test(name)) throw new SallyportError('profile_required')
  if (principal.accounts && !principal.accounts.has(name)) throw new SallyportError('not_found')
  const { organizationId } = principal
  const target = ports.targets.get(`${organizationId}/${name}`, async () =>
    withPrepared(await loadTarget(ports, organizationId, name)),
  )
  return target instanceof Promise ? target.then(usable) : usable(target)
}

/** Rendered once for an account's generation, and only when it is called. */
export function withPrepared(target: Target): CallTarget {
  let prepared: Prepared | undefined
  return {
    ...target,
    get prepared() {
      prepared ??= prepare(target)
      return prepared
    },
  }
}
