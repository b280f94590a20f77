import type { Scope } from '@sallyport/contract'
import { SallyportError } from './error.ts'

/** Who calls, and what they may do: an organization's key, a person, or the operator. */
export interface Principal {
  readonly organizationId: string
  /** Undefined for a person, and for the operator's own key. */
  readonly keyId: string | undefined
  /** Of a person who has logged in. */
  readonly userId?: string
  /** Of that person: how long ago they proved who they are. */
  readonly session?: { readonly id: string; readonly authenticatedAt: number }
  readonly scopes: ReadonlySet<Scope>
  /** Only these accounts; undefined for all. */
  readonly accounts: ReadonlySet<string> | undefined
  /** Only accounts of this environment, by its key; undefined for all. */
  readonly environment?: string
  /** The profile that the key belongs to: adapters resolve in it. */
  readonly profile?: { readonly appId: string; readonly name: string }
  /** Where the request came from, for the audit; undefined for calls of APIs. */
  readonly address?: string
}

/** @throws SallyportError scope_missing */
export function requireScope(principal: Principal, scope: Scope): void {
  if (!principal.scopes.has(scope)) {
    throw new SallyportError('scope_missing', {
      message: `The key does not hold the scope ${scope}. Use a key that does.`,
    })
  }
}
