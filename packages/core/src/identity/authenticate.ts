import { timingSafeEqual } from 'node:crypto'
import { foldKey, scopes } from '@sallyport/contract'
import { SallyportError } from '../error.ts'
import type { Gathered } from '../gathered.ts'
import type { ApiKeyRecord, Clock, Store } from '../ports.ts'
import type { Principal, PrincipalProfile } from '../principal.ts'
import type { Recent } from '../recent.ts'
import { callerAddresses } from './addresses.ts'
import { digestOf, environmentIn, lookupOf } from './api-key.ts'
import type { KeyUses } from './key-uses.ts'

/** A key that was found, and who calls with it. */
export interface KnownKey {
  readonly record: ApiKeyRecord & { readonly isSuspended: boolean }
  readonly principal: Principal
  /** Since it was written down last. */
  usedAt: number | undefined
}

export interface AuthenticatePorts {
  readonly store: Store
  readonly clock: Clock
  readonly keys: Recent<KnownKey>
  /** By the whole header. */
  readonly verified: Recent<KnownKey>
  /** Ids by look-up: whoever tries keys costs no more than one question at a time. */
  readonly ids: Gathered<string>
  /** The operator's own key, from the environment. */
  readonly adminDigest: Buffer | undefined
  readonly firstOrganizationId: string
  readonly uses: KeyUses
}

const everyScope = new Set(scopes)

/**
 * Who calls, by the Authorization header.
 *
 * @throws SallyportError key_invalid, the same whatever is wrong; of a key that is right, organization_suspended
 */
export function authenticate(
  ports: AuthenticatePorts,
  header: string | undefined,
): Principal | Promise<Principal> {
  // What was verified within the second is known by its whole text: no part of it is compared with any other.
  const verified = header === undefined ? undefined : ports.verified.peek(header)
  if (verified) return accepted(ports, verified)
  const text = /^Bearer +([\x21-\x7e]+) *$/i.exec(header ?? '')?.[1]
  if (text === undefined) throw new SallyportError('key_invalid')
  const digest = digestOf(text)
  if (ports.adminDigest && timingSafeEqual(digest, ports.adminDigest)) {
    return {
      organizationId: ports.firstOrganizationId,
      keyId: undefined,
      scopes: everyScope,
      accounts: undefined,
    }
  }
  const lookup = lookupOf(text)
  if (lookup === undefined) throw new SallyportError('key_invalid')
  // Keys that nobody has are not remembered: they would take the place of those that are used.
  const known = ports.keys.get(lookup, () => knownKey(ports, lookup))
  const verify = (found: KnownKey) => {
    const until = goodUntil(found.record, text, digest)
    if (until <= ports.clock.now()) throw new SallyportError('key_invalid')
    if (header !== undefined) ports.verified.keep(header, found, Math.min(until, ports.keys.until(lookup)))
    return accepted(ports, found)
  }
  return known instanceof Promise ? known.then(verify) : verify(known)
}

/** @throws SallyportError key_invalid */
async function knownKey({ ids, store }: AuthenticatePorts, lookup: string): Promise<KnownKey> {
  const id = await ids.get(lookup)
  const record = id === undefined ? undefined : await store.apiKeys.byLookup(lookup)
  if (!record) throw new SallyportError('key_invalid')
  const { environment, tags, addresses, expiresAt } = record
  const profile = record.profile && (await profileOf(store, record, record.profile))
  const principal = {
    organizationId: record.organizationId,
    keyId: record.id,
    scopes: new Set(record.scopes),
    accounts: record.accounts && new Set(record.accounts),
    expiresAt,
    ...(environment !== undefined && { environment }),
    ...(tags && { tags }),
    ...(addresses && { addresses: callerAddresses(addresses) }),
    ...(profile && { profile }),
  }
  return { record, principal, usedAt: undefined }
}

/** A key whose profile has moved to another environment than the key says is good for nothing. */
async function profileOf(
  store: Store,
  { organizationId, environment }: ApiKeyRecord,
  { appId, name }: NonNullable<ApiKeyRecord['profile']>,
): Promise<PrincipalProfile> {
  const [profile, app] = await Promise.all([
    store.apps.profile(organizationId, appId, name),
    store.apps.get(organizationId, appId),
  ])
  if (!profile || !app || profile.environment !== environment) throw new SallyportError('key_invalid')
  const { settings, bindings, version } = profile
  const adapters = new Map(
    app.adapters.map((adapter) => [
      foldKey(adapter.name),
      Object.hasOwn(bindings, adapter.name) ? bindings[adapter.name] : undefined,
    ]),
  )
  return { appId, name: profile.name, adapters, bound: new Set(Object.values(bindings)), settings, version }
}

/** Until when a text opens a key: never where it names another environment than the row does (K1). */
function goodUntil(
  { digest, previous, environment = 'org' }: ApiKeyRecord,
  text: string,
  given: Buffer,
): number {
  if (environmentIn(text) !== environment) return 0
  if (timingSafeEqual(digest, given)) return Number.POSITIVE_INFINITY
  return previous && timingSafeEqual(previous.digest, given) ? previous.until : 0
}

function accepted({ clock, uses }: Pick<AuthenticatePorts, 'clock' | 'uses'>, known: KnownKey): Principal {
  const now = clock.now()
  if (known.record.expiresAt <= now) throw new SallyportError('key_invalid')
  if (known.record.isSuspended) throw new SallyportError('organization_suspended')
  uses.note(known, now)
  return known.principal
}
