import { type ApiKeyInput, type Fault, pointer } from '@sallyport/contract'
import type { ApiKeyRecord } from '../ports.ts'
import type { Principal } from '../principal.ts'
import { addressFaults } from './addresses.ts'
import { isSame } from './key-place.ts'

const day = 86_400_000
/** How long a key is good unless it says, and at most. */
const usualMilliseconds = 365 * day
const longestMilliseconds = 3 * 365 * day

type Limits = Pick<ApiKeyRecord, 'accounts' | 'tags' | 'addresses' | 'expiresAt'>
type Asked = Pick<ApiKeyInput, 'accounts' | 'tags' | 'addresses' | 'expiresAt'>

/** What a new key is limited to: as it is asked for, within what limits the one that makes it, and by default to that (K3). */
export function limitsOf(
  principal: Principal,
  asked: Asked,
  now: number,
): { readonly limits: Limits; readonly faults: readonly Fault[] } {
  const own = principal.addresses?.texts
  const latest = Math.min(principal.expiresAt ?? Number.POSITIVE_INFINITY, now + longestMilliseconds)
  const expiresAt =
    asked.expiresAt === undefined ? Math.min(now + usualMilliseconds, latest) : Date.parse(asked.expiresAt)
  const tags = asked.tags || principal.tags ? { ...principal.tags, ...asked.tags } : undefined
  const limits = {
    accounts: asked.accounts ?? (principal.accounts && [...principal.accounts]),
    tags,
    addresses: asked.addresses ?? own,
    expiresAt,
  }
  const faults = [
    ...accountFaults(principal, asked),
    ...tagFaults(principal, tags),
    ...addressFaults(asked.addresses, own),
    ...expiryFaults(expiresAt, now, latest),
  ]
  return { limits, faults }
}

/** When a key ends: ahead, and not later than it may. */
export function expiryFaults(expiresAt: number, now: number, latest: number): Fault[] {
  const path = '/expiresAt'
  if (expiresAt <= now) return [{ path, code: 'past', message: 'Give a time that lies ahead.' }]
  if (expiresAt <= latest) return []
  return [{ path, code: 'too_late', message: `Give a time until ${new Date(latest).toISOString()}.` }]
}

function accountFaults({ accounts: own }: Principal, { accounts }: Asked): Fault[] {
  if (!own || !accounts?.some((id) => !own.has(id))) return []
  const message = 'The key that makes this one does not reach all of these accounts.'
  return [{ path: '/accounts', code: 'not_yours', message }]
}

function tagFaults({ tags: own = {} }: Principal, tags: Readonly<Record<string, string>> = {}): Fault[] {
  const message = 'The key that makes this one reaches accounts with another value of this tag alone.'
  return Object.entries(own)
    .filter(([name, value]) => tags[name] !== value)
    .map(([name]) => ({ path: pointer(['tags', name]), code: 'not_yours', message }))
}

/** Whether a key could do nothing that somebody could not do: then they may be shown a new secret of it (K3). */
export function isWithin(principal: Principal, key: ApiKeyRecord): boolean {
  const { scopes, accounts, environment, profile, tags = {}, addresses, expiresAt } = principal
  return (
    key.scopes.every((scope) => scopes.has(scope)) &&
    (!accounts || (key.accounts?.every((id) => accounts.has(id)) ?? false)) &&
    (environment === undefined || key.environment === environment) &&
    (!profile || isSame(key.profile, profile)) &&
    Object.entries(tags).every(([name, value]) => key.tags?.[name] === value) &&
    (!addresses || (key.addresses !== undefined && isCovered(key.addresses, addresses.texts))) &&
    (expiresAt === undefined || key.expiresAt <= expiresAt)
  )
}

function isCovered(texts: readonly string[], within: readonly string[]): boolean {
  return addressFaults(texts, within).length === 0
}
