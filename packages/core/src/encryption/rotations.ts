import type { EncryptionReply, RotationInput, RotationReply } from '@sallyport/contract'
import { recorded } from '../audit/record.ts'
import { SallyportError } from '../error.ts'
import { newId } from '../id.ts'
import type { Clock, DataKeyRecord, KeyRotationRecord, Page, PageRequest, Random, Store } from '../ports.ts'
import { type Principal, requireUnbound } from '../principal.ts'
import { type OuterKeys, outerKeyIdOf } from '../vault/outer-keys.ts'
import type { Vault } from '../vault/vault.ts'

export interface RotationPorts {
  readonly store: Store
  readonly vault: Vault
  readonly outerKeys: OuterKeys
  readonly clock: Clock
  readonly random: Random
  readonly settleMilliseconds: number
}

/**
 * Gives an organization a new data key. All that it has sealed is sealed anew in the background; then the old key is
 * destroyed, but not before so long.
 *
 * @throws SallyportError rotation_under_way, scope_missing
 */
export async function startRotation(
  ports: RotationPorts,
  principal: Principal,
  { keepOldKeySeconds }: RotationInput,
): Promise<RotationReply> {
  requireUnbound(principal)
  const { store, settleMilliseconds } = ports
  const { organizationId } = principal
  const id = newId('rot', ports)
  const rotation = {
    ...{ organizationId, id, total: await store.sealedValues.count(organizationId) },
    dataKey: await ports.vault.newDataKey(organizationId),
    keepMilliseconds: Math.max(keepOldKeySeconds * 1000, settleMilliseconds),
  }
  const deed = {
    action: 'key_rotation.started',
    target: { kind: 'key_rotation', id },
    changes: [{ field: '/dataKey', after: rotation.dataKey.id }],
  }
  const isStarted = await recorded(store, principal, deed, (inner) => inner.keyRotations.start(rotation))
  if (!isStarted) throw new SallyportError('rotation_under_way')
  return readRotation(ports, principal, id)
}

/** @throws SallyportError not_found */
export async function readRotation(
  { store }: Pick<RotationPorts, 'store'>,
  { organizationId }: Principal,
  id: string,
): Promise<RotationReply> {
  const rotation = await store.keyRotations.get(organizationId, id)
  if (!rotation) throw new SallyportError('not_found')
  return rotationView(rotation)
}

export async function listRotations(
  { store }: Pick<RotationPorts, 'store'>,
  { organizationId }: Principal,
  page: PageRequest,
): Promise<Page<RotationReply>> {
  const { items, nextCursor } = await store.keyRotations.list(organizationId, page)
  return { items: items.map(rotationView), nextCursor }
}

/** With what an organization's secrets are sealed, and whether that is being changed. */
export async function readEncryption(
  { store, outerKeys }: RotationPorts,
  { organizationId }: Principal,
): Promise<EncryptionReply> {
  const keys = await store.dataKeys.list(organizationId)
  const { items } = await store.keyRotations.list(organizationId, { limit: 1, after: undefined })
  const [latest] = items
  return {
    currentOuterKey: outerKeys.currentId,
    dataKeys: keys.map(dataKeyView),
    ...(latest && latest.endedAt === undefined && { rotation: rotationView(latest) }),
  }
}

function dataKeyView({ id, state, wrapped, createdAt }: DataKeyRecord): EncryptionReply['dataKeys'][number] {
  return {
    ...{ id, state, createdAt: new Date(createdAt).toISOString() },
    // Of a dead one nothing is left.
    ...(wrapped.length > 0 && { outerKey: outerKeyIdOf(wrapped) }),
  }
}

function rotationView(rotation: KeyRotationRecord): RotationReply {
  const { id, dataKeyId, state, done, total, failed, startedAt, keepUntil, endedAt } = rotation
  return {
    ...{ id, dataKey: dataKeyId, state, failed },
    // Rows that were added since are looked at as well.
    ...{ done: Math.min(done, total), total },
    startedAt: new Date(startedAt).toISOString(),
    oldKeysKeptUntil: new Date(keepUntil).toISOString(),
    ...(endedAt !== undefined && { endedAt: new Date(endedAt).toISOString() }),
  }
}
