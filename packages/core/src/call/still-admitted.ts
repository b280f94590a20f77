import { SallyportError } from '../error.ts'
import { type Principal, requireAddress, requireScope } from '../principal.ts'
import { type ResolvePorts, resolve } from './resolve.ts'

/**
 * Whether a call that lasts would be let in now: its key may have been revoked since, its account disabled or
 * disconnected. While nobody can tell, it goes on.
 */
export async function stillAdmitted(
  ports: ResolvePorts,
  principal: () => Principal | Promise<Principal>,
  { account, address }: { readonly account: string; readonly address: string },
): Promise<boolean> {
  try {
    const current = await principal()
    requireScope(current, 'proxy:call')
    requireAddress(current, address)
    await resolve(ports, current, account)
    return true
  } catch (error) {
    return !(error instanceof SallyportError && error.status < 500)
  }
}
