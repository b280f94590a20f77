import type { OperationInput, OperationReply, OperationsMade } from '@sallyport/contract'
import { changesBetween } from '../audit/changes.ts'
import { type Asker, type Deed, recorded } from '../audit/record.ts'
import type { Catalogue } from '../catalogue-ports.ts'
import { checkDepth } from '../definition-depth.ts'
import { keyTaken, SallyportError } from '../error.ts'
import { newId } from '../id.ts'
import { mergePatch } from '../merge-patch.ts'
import type { Clock, OperationRecord, Page, PageRequest, Random, Store } from '../ports.ts'
import { type CheckPorts, checkedOperation } from './check.ts'
import { madeFromProvider, makeFromProvider } from './from-provider.ts'
import { definitionOf, operationByKey, operationView } from './stored.ts'

export interface OperationsPorts extends CheckPorts {
  readonly catalogue: Catalogue
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
}

/** @throws SallyportError definition_invalid, key_taken */
export async function createOperation(
  ports: OperationsPorts,
  asker: Asker,
  input: unknown,
): Promise<OperationReply> {
  const { organizationId } = asker
  const raw = await madeFromProvider(ports.catalogue, input)
  const definition = await checkedOperation(ports, organizationId, raw)
  const now = ports.clock.now()
  const record: OperationRecord = {
    ...{ organizationId, id: newId('opr', ports), version: 1, createdAt: now, updatedAt: now },
    ...columnsOf(definition),
  }
  const deed = deedOn(record, 'created', changesBetween({}, { ...definition }))
  const isMade = await recorded(ports.store, asker, deed, (store) => store.operations.create(record))
  if (!isMade) throw keyTaken()
  return operationView(record)
}

/** Of those that the catalogue knows of a provider. @throws SallyportError not_found, definition_invalid */
export function createProviderOperations(
  ports: OperationsPorts,
  asker: Asker,
  named: { readonly provider: string; readonly body: unknown },
): Promise<OperationsMade> {
  return makeFromProvider(ports.catalogue, named, (definition) => createOperation(ports, asker, definition))
}

/** @throws SallyportError not_found */
export async function readOperation(
  ports: Pick<OperationsPorts, 'store'>,
  { organizationId }: Pick<Asker, 'organizationId'>,
  key: string,
): Promise<OperationReply> {
  return operationView(await operationByKey(ports, organizationId, key))
}

export async function listOperations(
  { store }: Pick<OperationsPorts, 'store'>,
  { organizationId }: Pick<Asker, 'organizationId'>,
  { integration, ...page }: PageRequest & { readonly integration?: string | undefined },
): Promise<Page<OperationReply>> {
  const { items, nextCursor } = await store.operations.list(organizationId, page, { integration })
  return { items: items.map(operationView), nextCursor }
}

/** By JSON merge patch. @throws SallyportError not_found, definition_invalid, changed_meanwhile */
export async function updateOperation(
  ports: OperationsPorts,
  asker: Asker,
  { key, patch }: { readonly key: string; readonly patch: unknown },
): Promise<OperationReply> {
  const { organizationId } = asker
  checkDepth(patch)
  const before = await operationByKey(ports, organizationId, key)
  const was = definitionOf(before)
  const whole = mergePatch(was, patch)
  const definition = await checkedOperation(ports, organizationId, whole, before.key)
  const next: OperationRecord = {
    ...before,
    ...columnsOf(definition),
    version: before.version + 1,
    updatedAt: ports.clock.now(),
  }
  const deed = deedOn(next, 'updated', changesBetween({ ...was }, { ...definition }))
  const isChanged = await recorded(ports.store, asker, deed, (store) => store.operations.update(next))
  if (!isChanged) throw new SallyportError('changed_meanwhile')
  return operationView(next)
}

/** @throws SallyportError not_found */
export async function deleteOperation(
  ports: Pick<OperationsPorts, 'store'>,
  asker: Asker,
  key: string,
): Promise<void> {
  const record = await operationByKey(ports, asker.organizationId, key)
  const isGone = await recorded(ports.store, asker, deedOn(record, 'deleted'), (store) =>
    store.operations.delete(asker.organizationId, record.id),
  )
  if (!isGone) throw new SallyportError('not_found')
}

function columnsOf(definition: OperationInput) {
  const { key, name, integration } = definition
  return { key, name, integration: integration?.toLowerCase(), definition: JSON.stringify(definition) }
}

function deedOn({ id, key }: OperationRecord, what: string, changes: Deed['changes'] = []): Deed {
  return { action: `operation.${what}`, target: { kind: 'operation', id, name: key }, changes }
}
