import type { ApiKeyInput, ApiKeyReply, NewApiKeyReply } from '@sallyport/contract'
import { changesBetween } from '../audit/changes.ts'
import { type Deed, recorded } from '../audit/record.ts'
import { invalid, SallyportError } from '../error.ts'
import { newId } from '../id.ts'
import type { ApiKeyRecord, Changed, Clock, Page, PageRequest, Random, Store } from '../ports.ts'
import { type Principal, requireScope } from '../principal.ts'
import { newApiKey } from './api-key.ts'

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
  const accounts = input.accounts ?? (principal.accounts && [...principal.accounts])
  if (accounts?.some((id) => principal.accounts && !principal.accounts.has(id))) {
    throw invalid('input_invalid', [
      {
        path: '/accounts',
        code: 'not_yours',
        message: 'The key that makes this one does not reach all of these accounts.',
      },
    ])
  }
  const now = ports.clock.now()
  const expiresAt = input.expiresAt === undefined ? now + oneYearMilliseconds : Date.parse(input.expiresAt)
  if (expiresAt <= now) {
    throw invalid('input_invalid', [
      { path: '/expiresAt', code: 'past', message: 'Give a time that lies ahead.' },
    ])
  }
  const { record, text } = newKeyRecord(ports, principal.organizationId, { ...input, accounts, expiresAt })
  await recorded(ports.store, principal, keyCreated(record), (store) => store.apiKeys.create(record))
  return { ...keyView(record), key: text }
}

/** What the audit says of a new key. */
export function keyCreated(record: ApiKeyRecord): Deed {
  const { id, createdAt: _, ...fields } = keyView(record)
  const changes = changesBetween({}, fields)
  return { action: 'key.created', target: { kind: 'key', id, name: record.name }, changes }
}

/** A key's row and its text. */
export function newKeyRecord(
  ports: Pick<KeyPorts, 'clock' | 'random'>,
  organizationId: string,
  {
    name,
    scopes,
    accounts,
    expiresAt,
  }: Pick<ApiKeyRecord, 'name' | 'scopes' | 'accounts'> & { expiresAt?: number },
): { record: ApiKeyRecord; text: string } {
  const now = ports.clock.now()
  const { text, lookup, digest } = newApiKey(ports.random, 'org')
  const record = {
    organizationId,
    id: newId('key', ports),
    lookup,
    digest,
    name,
    scopes,
    accounts,
    createdAt: now,
    expiresAt: expiresAt ?? now + oneYearMilliseconds,
  }
  return { record, text }
}

export async function listKeys(
  ports: KeyPorts,
  principal: Principal,
  page: PageRequest,
): Promise<Page<ApiKeyReply>> {
  const { items, nextCursor } = await ports.store.apiKeys.list(principal.organizationId, page)
  return { items: items.map(keyView), nextCursor }
}

/** @throws SallyportError not_found */
export async function readKey(ports: KeyPorts, principal: Principal, id: string): Promise<ApiKeyReply> {
  const record = await ports.store.apiKeys.get(principal.organizationId, id)
  if (!record) throw new SallyportError('not_found')
  return keyView(record)
}

/** @throws SallyportError not_found */
export async function revokeKey(ports: KeyPorts, principal: Principal, id: string): Promise<void> {
  const { organizationId } = principal
  const record = await ports.store.apiKeys.get(organizationId, id)
  const deed = { action: 'key.revoked', target: { kind: 'key', id, name: record?.name } }
  const isGone = await recorded(ports.store, principal, deed, (store) =>
    store.apiKeys.delete(organizationId, id),
  )
  if (!isGone) throw new SallyportError('not_found')
  ports.changed()
}

/** A key as replies show it: never its text. */
export function keyView(record: ApiKeyRecord): ApiKeyReply {
  return {
    id: record.id,
    name: record.name,
    scopes: [...record.scopes],
    ...(record.accounts && { accounts: [...record.accounts] }),
    createdAt: new Date(record.createdAt).toISOString(),
    expiresAt: new Date(record.expiresAt).toISOString(),
  }
}
