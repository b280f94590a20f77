import { type AddressPolicy, classifyAddress, isPrivatelyAllowed } from './address.ts'
import type { ParsedUrl } from './url.ts'

/** What the operator allows beyond the public Internet. */
export interface DestinationPolicy extends AddressPolicy {
  /** Exact origins that are exempt: the built-in practice provider's, while it is on. */
  readonly exemptOrigins: ReadonlySet<string>
}

/**
 * Whether plain http may reach this host at all. Of a name nobody can tell before it is resolved, so where
 * private ranges are allowed the connection decides.
 */
export function mayUsePlainHttp(policy: DestinationPolicy, url: ParsedUrl): boolean {
  if (policy.exemptOrigins.has(url.origin)) return true
  if (url.address !== undefined) return isPrivatelyAllowed(url.address, policy)
  return policy.allowedPrivate.length > 0
}

/** Whether the host is an address that no connection will be made to. */
export function isBlockedLiteral(policy: DestinationPolicy, url: ParsedUrl): boolean {
  if (url.address === undefined || policy.exemptOrigins.has(url.origin)) return false
  return classifyAddress(url.address) === 'blocked' && !isPrivatelyAllowed(url.address, policy)
}
