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
  /** Only accounts with all of these tags; undefined for all. */
  readonly tags?: Readonly<Record<string, string>>
  /** Only callers from these addresses; undefined for all. */
  readonly addresses?: CallerAddresses
  /** When the key ends. */
  readonly expiresAt?: number
  /** The profile that the key belongs to: adapters resolve in it. */
  readonly profile?: PrincipalProfile
  /** Where the request came from, for the audit; undefined for calls of APIs. */
  readonly address?: string
}

/** A profile as those who call in it need it. */
export interface PrincipalProfile {
  readonly appId: string
  readonly name: string
  /** Account by adapter, lower-case; undefined for adapters that are not bound. */
  readonly adapters: ReadonlyMap<string, string | undefined>
  /** All accounts that it binds. */
  readonly bound: ReadonlySet<string>
  readonly settings: Readonly<Record<string, string>>
  /** Another as soon as it has changed. */
  readonly version: number
}

/** Where callers may come from. */
export interface CallerAddresses {
  /** As CIDRs. */
  readonly texts: readonly string[]
  includes(address: string): boolean
}

/** Which accounts somebody sees: all others are to them as if they were not there (D6). */
export type AccountSight = Pick<Principal, 'accounts' | 'environment' | 'tags'>

export function sees(
  { accounts, environment, tags }: AccountSight,
  account: {
    readonly id: string
    readonly environment: string
    readonly tags: Readonly<Record<string, string>>
  },
): boolean {
  return (
    (accounts === undefined || accounts.has(account.id)) &&
    (environment === undefined || environment === account.environment) &&
    (tags === undefined || Object.entries(tags).every(([name, value]) => account.tags[name] === value))
  )
}

/**
 * For what reaches beyond any account: whoever is bound to some could free themselves by it (K3).
 *
 * @throws SallyportError scope_missing
 */
export function requireUnbound({ accounts, environment, profile, tags, addresses }: Principal): void {
  if (accounts || environment !== undefined || profile || tags || addresses) {
    const message =
      'A key that is bound to accounts, tags, addresses, an environment or a profile cannot do this. Use another.'
    throw new SallyportError('scope_missing', { message })
  }
}

/** @throws SallyportError address_not_allowed */
export function requireAddress({ addresses }: Principal, address: string): void {
  if (addresses && !addresses.includes(address)) throw new SallyportError('address_not_allowed')
}

/** @throws SallyportError scope_missing */
export function requireScope(principal: Principal, scope: Scope): void {
  if (!principal.scopes.has(scope)) {
    throw new SallyportError('scope_missing', {
      message: `The key does not hold the scope ${scope}. Use a key that does.`,
    })
  }
}

/** Scopes by which what all environments share is changed, or shown. */
const acrossEnvironments: ReadonlySet<Scope> = new Set([
  'integrations:write',
  'clients:write',
  'organization:admin',
  'audit:read',
])

/**
 * A key of one environment touches nothing that another one stands on.
 *
 * @throws SallyportError scope_missing
 */
export function requireReach(
  { environment }: Pick<Principal, 'environment'>,
  row: { readonly scope: Scope | undefined; readonly acrossEnvironments?: true },
): void {
  if (environment === undefined) return
  if (row.acrossEnvironments || (row.scope !== undefined && acrossEnvironments.has(row.scope))) {
    throw new SallyportError('scope_missing', {
      message:
        'The key belongs to one environment, and this reaches across all of them. Use a key of the whole organization.',
    })
  }
}
