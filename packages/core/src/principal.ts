import type { Scope } from '@sallyport/contract'
import { SallyportError } from './error.ts'

/** Who calls: an organization's key and what it may do. */
export interface Principal {
  readonly organizationId: string
  /** Undefined for the operator's own key. */
  readonly keyId: string | undefined
  readonly scopes: ReadonlySet<Scope>
  /** Only these accounts; undefined for all. */
  readonly accounts: ReadonlySet<string> | undefined
}

/** @throws SallyportError scope_missing */
export function requireScope(principal: Principal, scope: Scope): void {
  if (!principal.scopes.has(scope)) {
    throw new SallyportError('scope_missing', {
      message: `The key does not hold the scope ${scope}. Use a key that does.`,
    })
  }
}
