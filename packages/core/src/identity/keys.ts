import type { ApiKeyInput, ApiKeyPatch, ApiKeyReply, NewApiKeyReply } from '@sallyport/contract'
import { changesBetween } from '../audit/changes.ts'
import { type Deed, recorded } from '../audit/record.ts'
import { invalid, SallyportError } from '../error.ts'
import { newId } from '../id.ts'
import type { ApiKeyRecord, Changed, Clock, Page, PageRequest, Random, Store } from '../ports.ts'
import { type Principal, requireScope } from '../principal.ts'
import { addressFaults } from './addresses.ts'
import { newApiKey } from './api-key.ts'
import { expiryFaults, limitsOf } from './key-limits.ts'
import { isOf, isSame, placeOf, together } from './key-place.ts'
import { keyView, keyViews } from './key-view.ts'

export interface KeyPorts {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly changed: Changed
}

const oneYearMilliseconds = 365 * 86_400_000

/**
 * Makes a key, shown this once: never broader than the one that makes it (K3).
 *
 * @throws SallyportError input_invalid, scope_missing
 */
export async function createKey(
  ports: KeyPorts,
  principal: Principal,
  input: ApiKeyInput,
): Promise<NewApiKeyReply> {
  for (const scope of input.scopes) requireScope(principal, scope)
  const { place, faults } = await placeOf(ports, principal, input)
  const { limits, faults: beyond } = limitsOf(principal, input, ports.clock.now())
  if (faults.length + beyond.length > 0) throw invalid('input_invalid', [...faults, ...beyond])
  const { name, scopes } = input
  const fields = { name, scopes, ...limits, ...place }
  const { record, text } = newKeyRecord(ports, principal.organizationId, fields)
  const view = await keyView(ports, record)
  await recorded(ports.store, principal, keyCreated(view), (store) => store.apiKeys.create(record))
  return { ...view, key: text }
}

/** What the audit says of a new key. */
export function keyCreated({ id, createdAt: _, ...fields }: ApiKeyReply): Deed {
  const changes = changesBetween({}, fields)
  return { action: 'key.created', target: { kind: 'key', id, name: fields.name }, changes }
}

/** What a new key says of itself. */
type KeyFields = Pick<ApiKeyRecord, 'name' | 'scopes' | 'accounts'> &
  Partial<Pick<ApiKeyRecord, 'expiresAt' | 'environment' | 'profile' | 'tags' | 'addresses'>>

/** A key's row and its text. */
export function newKeyRecord(
  ports: Pick<KeyPorts, 'clock' | 'random'>,
  organizationId: string,
  fields: KeyFields,
): { record: ApiKeyRecord; text: string } {
  const now = ports.clock.now()
  const { text, lookup, digest } = newApiKey(ports.random, fields.environment ?? 'org')
  const record = {
    organizationId,
    id: newId('key', ports),
    lookup,
    digest,
    environment: undefined,
    profile: undefined,
    tags: undefined,
    addresses: undefined,
    previous: undefined,
    lastUsedAt: undefined,
    createdAt: now,
    ...fields,
    expiresAt: fields.expiresAt ?? now + oneYearMilliseconds,
  }
  return { record, text }
}

/** Of which app, or which of its profiles, keys are listed. */
export interface KeyPlace {
  readonly app?: string | undefined
  readonly profile?: string | undefined
}

/** @throws SallyportError input_invalid */
export async function listKeys(
  ports: KeyPorts,
  principal: Principal,
  place: KeyPlace,
  page: PageRequest,
): Promise<Page<ApiKeyReply>> {
  const { organizationId, environment, profile: own } = principal
  if (place.app === undefined && place.profile !== undefined)
    throw invalid('input_invalid', [together('/app')])
  const app = place.app === undefined ? undefined : await ports.store.apps.getByKey(organizationId, place.app)
  const asked = app && {
    appId: app.id,
    ...(place.profile !== undefined && { name: place.profile }),
  }
  const isOfNothing = (place.app !== undefined && !app) || (own && asked && !isOf(own, asked))
  if (isOfNothing) return { items: [], nextCursor: undefined }
  const profile = own ?? asked
  const { items, nextCursor } = await ports.store.apiKeys.list(organizationId, page, {
    ...(environment !== undefined && { environment }),
    ...(profile && { profile }),
  })
  return { items: await keyViews(ports, items), nextCursor }
}

/** @throws SallyportError not_found */
export async function readKey(ports: KeyPorts, principal: Principal, id: string): Promise<ApiKeyReply> {
  return keyView(ports, await keyById(ports, principal, id))
}

/**
 * Changes a key, which only becomes narrower by it: whoever holds it may never do more than it was made for (K3).
 *
 * @throws SallyportError not_found, input_invalid, changed_meanwhile
 */
export async function updateKey(
  ports: KeyPorts,
  principal: Principal,
  { id, patch }: { readonly id: string; readonly patch: ApiKeyPatch },
): Promise<ApiKeyReply> {
  const before = await keyById(ports, principal, id)
  const addresses = patch.addresses ?? before.addresses
  const expiresAt = patch.expiresAt === undefined ? before.expiresAt : Date.parse(patch.expiresAt)
  const faults = [
    ...addressFaults(patch.addresses, before.addresses),
    ...(patch.expiresAt === undefined ? [] : expiryFaults(expiresAt, ports.clock.now(), before.expiresAt)),
  ]
  if (faults.length > 0) throw invalid('input_invalid', faults)
  const next = { ...before, name: patch.name ?? before.name, addresses, expiresAt }
  const [was, is] = [await keyView(ports, before), await keyView(ports, next)]
  const target = { kind: 'key', id, name: next.name }
  const deed: Deed = { action: 'key.updated', target, changes: changesBetween({ ...was }, { ...is }) }
  const isDone = await recorded(ports.store, principal, deed, (store) => store.apiKeys.update(next, before))
  if (!isDone) throw new SallyportError('changed_meanwhile')
  ports.changed()
  return is
}

/** @throws SallyportError not_found */
export async function revokeKey(ports: KeyPorts, principal: Principal, id: string): Promise<void> {
  const { organizationId, name } = await keyById(ports, principal, id)
  const deed = { action: 'key.revoked', target: { kind: 'key', id, name } }
  const isGone = await recorded(ports.store, principal, deed, (store) =>
    store.apiKeys.delete(organizationId, id),
  )
  if (!isGone) throw new SallyportError('not_found')
  ports.changed()
}

/** Keys of another environment or profile than the caller's are to it as if they were not there. */
export async function keyById(ports: KeyPorts, principal: Principal, id: string): Promise<ApiKeyRecord> {
  const { organizationId, environment, profile } = principal
  const record = await ports.store.apiKeys.get(organizationId, id)
  const isSeen =
    record &&
    (environment === undefined || record.environment === environment) &&
    (profile === undefined || isSame(record.profile, profile))
  if (!isSeen) throw new SallyportError('not_found')
  return record
}
